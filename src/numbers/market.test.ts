import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { Fault, type FaultCode } from '../shared/fault.ts'
import { parseE164 } from './e164.ts'
import { loadMarket } from './load-market.ts'
import type { NumberType } from './market.schema.ts'
import { blockOf, localOf, msgidentifierPrefix, operatorOf, parseNumber, parseRange, typeOf } from './market.ts'
import { rangeText } from './range.ts'

const MARKETS = join(import.meta.dirname, '../../markets')
const markets = {
  doc: await loadMarket(MARKETS, 'doc'),
  tt: await loadMarket(MARKETS, 'tt'),
  gh: await loadMarket(MARKETS, 'gh'),
  ke: await loadMarket(MARKETS, 'ke'),
}
const { doc } = markets

function e164(text: string) {
  const number = parseE164(text)
  ok(number, `${text} is E.164`)
  return number
}

// biome-ignore format: a table
const NUMBERS: [market: keyof typeof markets, text: string, number: string | undefined, reason: string][] = [
  ['doc', '5550100',             '+15550100',      'local, as the porting manager document prints it'],
  ['doc', '+1-555-0100',         '+15550100',      'the number of its ENUM example'],
  ['doc', '15550100',            '+15550100',      'country code without plus: no local number is that long'],
  ['doc', '(555) 01.00',         '+15550100',      'separators'],
  ['doc', ' 555\u00a00100 ',     '+15550100',      'a blank that does not break'],
  ['doc', '555\u20110100',       '+15550100',      'a dash that does not break'],
  ['doc', '5560100',             '+15560100',      'fixed numbers are of the plan too'],
  ['doc', '5580100',             undefined,        'in no plan'],
  ['doc', '555010',              undefined,        'a digit short'],
  ['doc', '55501000',            undefined,        'a digit long'],
  ['doc', '+445550100',          undefined,        'another country'],
  ['doc', '5550100x',            undefined,        'a letter'],
  ['doc', '٥٥٥٠١٠٠',             undefined,        'digits of another script'],
  ['doc', '+',                   undefined,        'a plus alone'],
  ['doc', '',                    undefined,        'nothing'],
  ['tt',  '8682911234',          '+18682911234',   'national'],
  ['tt',  '291-1234',            '+18682911234',   'seven digits get the local prefix'],
  ['tt',  '1 (868) 291-1234',    '+18682911234',   'trunk prefix and country code are the same 1'],
  ['tt',  '+1 868 291 1234',     '+18682911234',   'international'],
  ['tt',  '8762101234',          undefined,        'Jamaica has the same country code'],
  ['gh',  '0231234567',          '+233231234567',  'trunk prefix'],
  ['gh',  '231234567',           '+233231234567',  'national'],
  ['gh',  '233231234567',        '+233231234567',  'country code without plus'],
  ['gh',  '233123456',           '+233233123456',  'begins like the country code, but is a local number'],
  ['gh',  '+233 (0)23 123 4567', '+233231234567',  'a trunk prefix that should not be there'],
]
for (const [name, text, number, reason] of NUMBERS) {
  test(`in ${name}, ${JSON.stringify(text)} is ${number ?? 'no number'}: ${reason}`, () =>
    equal(parseNumber(markets[name], text), number))
}

// biome-ignore format: a table
const FORMS: [market: keyof typeof markets, number: string, local: string][] = [
  ['doc', '+15550100',     '5550100'],
  ['tt',  '+18682911234',  '8682911234'],
  ['gh',  '+233231234567', '231234567'],
  ['ke',  '+2544212345',   '4212345'],
]
for (const [name, number, local] of FORMS) {
  test(`${number} is written ${local} at home`, () => equal(localOf(markets[name], e164(number)), local))
}

test('a number of another country has no local form', () => {
  throws(() => localOf(markets.gh, e164('+15550100')), /another country code/)
})

// biome-ignore format: a table
const BLOCKS: [number: string, holder: string | undefined, type: NumberType | undefined, reason: string][] = [
  ['+15550100',  'DONOR',   'mobile',  'the first number of the document\'s port-in'],
  ['+15550199',  'DONOR',   'mobile',  'the last one'],
  ['+15550200',  'CARR',    'mobile',  'the longest prefix wins'],
  ['+15550300',  'DONOR',   'mobile',  'after it the shorter one again'],
  ['+15553000',  'THIRD',   'mobile',  'another holder'],
  ['+15561000',  'CARR',    'fixed',   'a fixed block'],
  ['+15559901',  undefined, 'mobile',  'in the plan, in no block'],
  ['+155501000', undefined, undefined, 'begins like a block, but is too long for the plan'],
  ['+15550',     undefined, undefined, 'too short for it'],
  ['+445550100', undefined, undefined, 'another country'],
]
for (const [number, holder, type, reason] of BLOCKS) {
  test(`${number} was given to ${holder}: ${reason}`, () => {
    equal(blockOf(doc, e164(number))?.holder, holder)
    equal(typeOf(doc, e164(number)), type)
  })
}

test('an operator is found by code, alias or name, in any case of letters (contract X-04)', () => {
  const words = ['DONOR', 'donor', ' Donor Mobile Ltd ', 'DONOR MOBILE', '3t', 'Third', 'nobody', '']
  deepEqual(
    words.map((word) => operatorOf(doc, word)?.code),
    ['DONOR', 'DONOR', 'DONOR', 'DONOR', 'THIRD', 'THIRD', undefined, undefined],
  )
})

const FIELDS = { first: 'telephonenumberseriestart', last: 'telephonenumberserieend' }

// biome-ignore format: a table
const RANGES: [first: string, last: string, numberType: NumberType, range: string][] = [
  ['5550100',   '5550199',       'mobile', '+15550100..+15550199'],
  ['5550200',   '5550249',       'mobile', '+15550200..+15550249'],
  ['5550100',   '5550100',       'mobile', '+15550100'],
  ['555-0100',  '+1 555 0199',   'mobile', '+15550100..+15550199'],
  ['5570000',   '5579999',       'mobile', '+15570000..+15579999'],
  ['5560100',   '5560199',       'fixed',  '+15560100..+15560199'],
]
for (const [first, last, numberType, range] of RANGES) {
  test(`${first} to ${last} are the ${numberType} numbers ${range}`, () => {
    equal(rangeText(parseRange(doc, { first, last, numberType, fields: FIELDS })), range)
  })
}

// biome-ignore format: a table
const REFUSED: [first: string, last: string, code: FaultCode, field: 'first' | 'last', sentence: RegExp][] = [
  ['555O100',  '5550199',  'number_invalid',       'first', /^telephonenumberseriestart "555O100" is not a telephone number; a mobile number looks like 5550100$/],
  ['',         '5550199',  'number_invalid',       'first', /^telephonenumberseriestart "" is not a telephone number/],
  ['5550100',  '5'.repeat(99), 'number_invalid',   'last',  /^telephonenumberserieend "5{40}\.\.\." is not a telephone number/],
  ['5580100',  '5580199',  'number_outside_plan',  'first', /^telephonenumberseriestart "5580100" is not a mobile number of Example .*; a mobile number looks like 5550100$/],
  ['5560100',  '5560199',  'number_outside_plan',  'first', /^telephonenumberseriestart "5560100" is a fixed number; a mobile number looks like 5550100$/],
  ['5550100',  '5580199',  'number_outside_plan',  'last',  /^telephonenumberserieend "5580199" is not a mobile number/],
  ['5550100',  '+445550199', 'number_outside_plan', 'last', /^telephonenumberserieend "\+445550199" is not a mobile number/],
  ['5559999',  '5570001',  'range_too_large',      'last',  /are 10003 numbers, and a request takes at most 10000; split the range$/],
  ['5550100',  '555019',   'range_unequal_length', 'last',  /^telephonenumberserieend "555019" is not as long as telephonenumberseriestart 5550100; both need 7 digits$/],
  ['5550100',  '55501999', 'range_unequal_length', 'last',  /both need 7 digits$/],
  ['5550199',  '5550100',  'range_reversed',       'last',  /^telephonenumberserieend "5550100" comes before telephonenumberseriestart "5550199"/],
]
for (const [first, last, code, field, sentence] of REFUSED) {
  test(`${first} to ${last.slice(0, 12)} are refused: ${code} (O-36)`, () => {
    throws(
      () => parseRange(doc, { first, last, numberType: 'mobile', fields: FIELDS }),
      (error) =>
        error instanceof Fault && error.code === code && error.field === FIELDS[field] && sentence.test(error.message),
    )
  })
}

test('a range over a hole of the plan is refused by the first number in the hole', () => {
  throws(
    () => parseRange(markets.tt, { first: '8687001234', last: '8687012345', numberType: 'mobile', fields: FIELDS }),
    { code: 'number_outside_plan' },
  )
  throws(
    () => parseRange(markets.tt, { first: '8687109990', last: '8687120009', numberType: 'mobile', fields: FIELDS }),
    { code: 'range_too_large' },
  )
  throws(
    () =>
      parseRange(
        { ...markets.tt, limits: { numbersPerRange: 100_000 } },
        { first: '8687109990', last: '8687120009', numberType: 'mobile', fields: FIELDS },
      ),
    { code: 'number_outside_plan', message: /contain 8687110000, which is not a mobile number/ },
  )
})

test('ends of unlike length, both of the plan, are refused as such', () => {
  throws(() => parseRange(markets.ke, { first: '4212345', last: '42123456', numberType: 'fixed', fields: FIELDS }), {
    code: 'range_unequal_length',
  })
})

test('the month of a msgidentifier is the month of the market (contract O-35)', () => {
  const newYear = Temporal.Instant.from('2025-01-01T02:00:00Z')
  equal(msgidentifierPrefix(doc, 'CARR', Temporal.Instant.from('2025-01-15T10:30:00Z')), 'XX202501-CARR')
  equal(msgidentifierPrefix(doc, 'CARR', newYear), 'XX202501-CARR')
  equal(msgidentifierPrefix(markets.tt, 'BMOB', newYear), 'TT202412-BMOB')
})

test('an unknown market is answered with those there are', async () => {
  await rejects(
    loadMarket(MARKETS, 'atlantis'),
    /there is no market "atlantis" in .*; there are bb, doc, gh, jm, ke, tt$/,
  )
  await rejects(loadMarket(MARKETS, '../package'), /there is no market/)
})
