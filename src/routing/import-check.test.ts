import { deepEqual, equal } from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { loadMarket } from '../numbers/load-market.ts'
import { npacRecord } from './import.testing.ts'
import { lineChecker } from './import-check.ts'
import { type FormatName, IMPORT_FORMATS } from './import-record.codec.ts'

const MARKETS = join(import.meta.dirname, '../../markets')
const markets = { csv: await loadMarket(MARKETS, 'doc'), npac: await loadMarket(MARKETS, 'tt') }
const HEADER = 'number,operator,routing_number'

function checked(format: FormatName, lines: readonly string[], header = HEADER) {
  const check = lineChecker(IMPORT_FORMATS[format], markets[format], header)
  return lines.map((text, index) => check({ text, number: index + 2, octets: 0, isCut: false }))
}

function told(format: FormatName, text: string): string {
  const [result] = checked(format, [text])
  if (!result) throw new Error('a line comes to something')
  if (!('target' in result)) return `refused: ${result.reason}`
  const { number, target } = result
  const route = target.kind === 'route' ? `${target.route.routingNumber} ${target.route.numberType}` : target.kind
  return `${number} ${target.operator} ${route}`
}

// biome-ignore format: a table
const CSV: [why: string, line: string, told: string][] = [
  ['the operator of a code',              '+15550100,CARR,',                  '+15550100 CARR +15559901 mobile'],
  ['no plus',                             '15550100,CARR,',                   '+15550100 CARR +15559901 mobile'],
  ['the operator of an alias',            '+15550100,3t,',                    '+15550100 THIRD D003;rn-context=+1 mobile'],
  ['the operator of a name with spaces',  '+15550100, Third Telecom ,',       '+15550100 THIRD D003;rn-context=+1 mobile'],
  ['a routing number, normalised',        '+15550100,CARR,+1-555-9977',       '+15550100 CARR +15559977 mobile'],
  ['fixed by the plan',                   '+15560100,CARR,',                  '+15560100 CARR +15559901 fixed'],
  ['the holder of its block',             '+15550100,DONOR,',                 '+15550100 DONOR home'],
  ['its block, a routing number stated',  '+15550100,DONOR,+15559902',        '+15550100 DONOR +15559902 mobile'],
  ['the longer prefix holds',             '+15550200,CARR,',                  '+15550200 CARR home'],
  ['letters',                             '+1555O100,CARR,',                  'refused: the number has something else than digits'],
  ['no number',                           ',CARR,',                           'refused: the number has something else than digits'],
  ['a leading 0',                         '05550100,CARR,',                   'refused: the number is not E.164: 3 to 15 digits, the first not 0'],
  ['too long',                            '1555010012345678,CARR,',           'refused: the number is not E.164: 3 to 15 digits, the first not 0'],
  ['outside the plan',                    '+15580100,CARR,',                  'refused: the number is no number of Example (plan of the porting manager document)'],
  ['another country',                     '+447700900123,CARR,',              'refused: the number is no number of Example (plan of the porting manager document)'],
  ['no operator at all',                  '+15550100',                        'refused: there is no operator'],
  ['an empty operator',                   '+15550100,,',                      'refused: there is no operator'],
  ['an unknown operator',                 '+15550100,NOBODY,',                'refused: "NOBODY" is no operator of Example (plan of the porting manager document): neither a code nor an alias'],
  ['too many fields',                     '+15550100,CARR,+15559901,x',       'refused: there are more than 3 fields'],
  ['local digits without a context',      '+15550100,CARR,D003',              'refused: "D003" is no routing number (RFC 4694): +15559901, or D003;rn-context=+1'],
]
for (const [why, line, expected] of CSV) test(`CSV, ${why}: ${line}`, () => equal(told('csv', line), expected))

// biome-ignore format: a table
const NPAC: [why: string, record: string, told: string][] = [
  ['new',                       npacRecord('8682911234', '8680000130', 'DIGI'),       '+18682911234 DIGI +18680000130 mobile'],
  ['modified',                  npacRecord('8682911234', '8680000130', 'DIGI', '2'),  '+18682911234 DIGI +18680000130 mobile'],
  ['audit discrepancy',         npacRecord('8682911234', '8680000130', 'DIGI', '3'),  '+18682911234 DIGI +18680000130 mobile'],
  ['deleted',                   npacRecord('8682911234', '', 'DIGI', '1'),            '+18682911234 DIGI gone'],
  ['more fields than we read',  `${npacRecord('8682911234', '8680000130', 'DIGI')}||1|`, '+18682911234 DIGI +18680000130 mobile'],
  ['too few fields',            '1|8682911234|8680000130|DIGI',                       'refused: there are 4 fields, and a record has 18 or more'],
  ['a TN of nine digits',       npacRecord('868291123', '8680000130', 'DIGI'),        'refused: the TN is not ten digits, the first 2 to 9'],
  ['a TN outside the plan',     npacRecord('2125550100', '8680000130', 'DIGI'),       'refused: the number is no number of Trinidad and Tobago'],
  ['no LRN',                    npacRecord('8682911234', '', 'DIGI'),                 'refused: the LRN is not ten digits'],
  ['the pseudo-LRN (NANC 442)', npacRecord('8682911234', '0000000000', 'DIGI'),       'refused: the LRN is the pseudo-LRN, which routes nowhere'],
  ['an unknown SPID',           npacRecord('8682911234', '8680000130', '9999'),       'refused: "9999" is no operator of Trinidad and Tobago: neither a code nor an alias'],
  ['no SPID',                   npacRecord('8682911234', '8680000130', ''),           'refused: there is no operator'],
  ['an unknown reason',         npacRecord('8682911234', '8680000130', 'DIGI', '7'),  'refused: "7" is no download reason: 0, 1, 2, 3'],
]
for (const [why, record, expected] of NPAC) test(`NPAC, ${why}`, () => equal(told('npac', record), expected))

// biome-ignore format: a table
const HEADERS: [why: string, format: FormatName, first: string, isRight: boolean][] = [
  ['two columns',               'csv',  'number,operator',                  true],
  ['three columns',             'csv',  'number,operator,routing_number',   true],
  ['another order',             'csv',  'operator,number',                  false],
  ['no header',                 'csv',  '+15550100,CARR',                   false],
  ['a record',                  'npac', npacRecord('8682911234', '8680000130', 'DIGI'), true],
  ['CSV',                       'npac', 'number,operator',                  false],
]
for (const [why, format, first, isRight] of HEADERS) {
  test(`a first line of ${format}, ${why}`, () =>
    equal(IMPORT_FORMATS[format].problemOf(first, markets[format]) === undefined, isRight))
}

test('a market outside the North American plan takes no NPAC file', async () => {
  const problem = IMPORT_FORMATS.npac.problemOf(npacRecord('8682911234', '1', '1'), await loadMarket(MARKETS, 'gh'))
  equal(problem?.includes('country code 233'), true)
})

test('a line that was cut is refused, and what is shown of a refused line is short and can be stored', () => {
  const check = lineChecker(IMPORT_FORMATS.csv, markets.csv, HEADER)
  deepEqual(check({ text: `\0é${'x'.repeat(5000)}`, number: 7, octets: 0, isCut: true }), {
    line: 7,
    content: `\ufffd\ufffd${'x'.repeat(198)}`,
    reason: 'the line is longer than 4096 octets',
  })
})

test('a number that stood on an earlier line is known', () => {
  const rows = checked('csv', ['15550100,CARR,', '15550101,CARR,', '15550100,THIRD,', '15550100,x,'])
  deepEqual(
    rows.map((row) => 'target' in row && row.isRepeated),
    [false, false, true, false],
  )
})

test('a file with more distinct routes than the DNS could hold is refused from there on', () => {
  const lines = Array.from({ length: 10_002 }, (_, n) => `+1555${String(n % 1000).padStart(4, '0')},CARR,+1555${n}`)
  const rows = checked('csv', lines)
  equal(rows.filter((row) => 'target' in row).length, 10_000)
  equal(rows.at(-1) && 'reason' in rows.at(-1)! && rows.at(-1)?.line, 10_003)
})
