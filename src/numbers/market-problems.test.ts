import { deepEqual, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseMarket } from './market-file.ts'
import { startOf } from './market-problems.ts'

const DOC = readFileSync(new URL('../../markets/doc.json', import.meta.url), 'utf8')

/** The `doc` market with the field at a JSON pointer set to another value, or taken out. */
function docWith(...changes: [pointer: string, value: unknown][]): string {
  const data = JSON.parse(DOC)
  for (const [pointer, value] of changes) {
    const names = pointer.split('/').slice(1)
    const field = names.pop()
    const holder = names.reduce((part, name) => part[name], data)
    if (field !== undefined) holder[field] = value
  }
  return JSON.stringify(data)
}

function problemsIn(text: string): string[] {
  try {
    parseMarket(text, 'markets/doc.json')
    return []
  } catch (error) {
    return error instanceof Error ? error.message.split('\n').slice(1) : []
  }
}

const FOURTH = { name: 'Fourth', routingNumber: '+15559904', imsDomain: 'ims.example.org' }

// biome-ignore format: a table
const WRONG: [pointer: string, value: unknown, told: string][] = [
  ['/timeZone',                           'America/Atlantis',     '/timeZone: America/Atlantis is no IANA time zone, such as America/Port_of_Spain'],
  ['/timeZone',                           '+04:00',               '/timeZone: +04:00 is no IANA time zone, such as America/Port_of_Spain'],
  ['/timeZone',                           undefined,              '/timeZone: is missing'],
  ['/calendar/holidays/0',                '2026-02-30',           '/calendar/holidays/0: 2026-02-30 is no date'],
  ['/calendar/holidays/1',                '2025-01-01',           '/calendar/holidays: must not have duplicate items'],
  ['/calendar/closes',                    '08:00',                '/calendar/closes: must be later than opens, which is 08:00'],
  ['/calendar/opens',                     '24:00',                '/calendar/opens: must match pattern "^([01][0-9]|2[0-3]):[0-5][0-9]$"'],
  ['/calendar/workDays/0',                8,                      '/calendar/workDays/0: must be <= 7'],
  ['/numbers/mobile/pattern',             '55[57]\\d{4',          '/numbers/mobile/pattern: must match pattern'],
  ['/numbers/mobile/pattern',             '55(?=5)\\d{5}',        '/numbers/mobile/pattern: must match pattern'],
  ['/numbers/mobile/pattern',             '(?:55[57]\\d{4}',      '/numbers/mobile/pattern: (?:55[57]\\d{4} is no regular expression'],
  ['/numbers/fixed/example',              '5550100',              '/numbers/fixed/example: 5550100 does not match the pattern 556\\d{4}'],
  ['/numbers/mobile/exampel',             '5550100',              '/numbers/mobile/exampel: is not a field of a market'],
  ['/operators/3',                        { code: 'CARR', ...FOURTH }, '/operators/3/code: CARR already names /operators/0'],
  ['/operators/1/aliases/0',              'omnitouch',            '/operators/1/aliases/0: omnitouch already names /operators/0'],
  ['/operators/3',                        { code: '3T', ...FOURTH },   '/operators/3/code: 3T already names /operators/2'],
  ['/operators/1/routingNumber',          '5559902',              '/operators/1/routingNumber: 5559902 is no routing number of RFC 4694, such as +15559901 or D2701;rn-context=+7'],
  ['/operators/1/imsDomain',              'ims..org',             '/operators/1/imsDomain: must match pattern'],
  ['/operators/1/imsDomain',              `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.example.org`, '/operators/1/imsDomain: with the routing number at most 200 characters'],
  ['/operator',                           'OTHER',                '/operator: OTHER is not among the operators'],
  ['/blocks/4/prefix',                    '5551',                 '/blocks/4/prefix: 5551 is listed already, as /blocks/2'],
  ['/blocks/0/prefix',                    '554',                  '/blocks/0/prefix: no mobile number of the plan begins with 554'],
  ['/blocks/0/prefix',                    '55501000',             '/blocks/0/prefix: no mobile number of the plan begins with 55501000'],
  ['/blocks/0/type',                      'fixed',                '/blocks/0/prefix: no fixed number of the plan begins with 5550'],
  ['/blocks/0/type',                      'voip',                 '/blocks/0/type: must be one of mobile, fixed'],
  ['/blocks/0/holder',                    'OTHER',                '/blocks/0/holder: OTHER is not among the operators'],
  ['/rejectCodes/1',                      40,                     '/rejectCodes/1: 40 is not in the catalogue of rejection codes'],
  ['/donorSilence',                       'wait',                 '/donorSilence: must be one of timeout, progress'],
  ['/timers/porting/unit',                'hours',                '/timers/porting/unit: must be one of minutes, workHours, workDays, calendarDays'],
  ['/timers/porting/value',               0,                      '/timers/porting/value: must be >= 1'],
  ['/limits/numbersPerRange',             1_000_000,              '/limits/numbersPerRange: must be <= 100000'],
  ['/retentionDays',                      { messages: 0 },        '/retentionDays/messages: must be >= 1'],
  ['/retentionDays',                      { secrets: 1 },         '/retentionDays/secrets: is not a field of a market'],
  ['/countryCode',                        '0',                    '/countryCode: must match pattern'],
]
for (const [pointer, value, told] of WRONG) {
  test(`a market with ${JSON.stringify(value)} at ${pointer} is refused by its field alone`, () => {
    const [problem, ...others] = problemsIn(docWith([pointer, value]))
    deepEqual([problem?.slice(0, `markets/doc.json ${told}`.length), others], [`markets/doc.json ${told}`, []])
  })
}

test('all problems are told at once', () => {
  const changes = WRONG.filter(([pointer]) =>
    ['/timeZone', '/operator', '/rejectCodes/1', '/donorSilence', '/countryCode'].includes(pointer),
  )
  const problems = problemsIn(docWith(...changes.map(([pointer, value]): [string, unknown] => [pointer, value])))
  deepEqual(problems.map((problem) => problem.split(' ')[1]).toSorted(), [
    '/countryCode:',
    '/donorSilence:',
    '/operator:',
    '/rejectCodes/1:',
    '/timeZone:',
  ])
})

test('more problems than a validator likes to tell are told', () => {
  const blocks = Array.from({ length: 50 }, () => ({ prefix: 'x', type: 'mobile', holder: 'DONOR' }))
  deepEqual(problemsIn(docWith(['/blocks', blocks])).length, 50)
})

test('what is no JSON, or no object, is refused by the file', () => {
  throws(
    () => parseMarket('{"name": ', 'markets/x.json'),
    /^Error: the market file cannot be used:\nmarkets\/x\.json \/: is not JSON: /,
  )
  for (const text of ['null', '[]', '"doc"', '3']) {
    throws(() => parseMarket(text, 'markets/x.json'), /\nmarkets\/x\.json \/: must be object$/)
  }
})

// biome-ignore format: a table
const STARTS: [pattern: string, prefix: string, isStart: boolean][] = [
  ['55[57]\\d{4}',                 '',         true],
  ['55[57]\\d{4}',                 '557',      true],
  ['55[57]\\d{4}',                 '556',      false],
  ['55[57]\\d{4}',                 '5570000',  true],
  ['55[57]\\d{4}',                 '55700000', false],
  ['86(?:2[5-9]|3\\d{2})\\d{4}',   '8624',     false],
  ['86(?:2[5-9]|3\\d{2})\\d{4}',   '863',      true],
  ['8766060\\d{3}|658\\d{7}',      '87660',    true],
  ['8766060\\d{3}|658\\d{7}',      '8766061',  false],
  ['[24]0\\d{5,7}',                '20123456', true],
  ['(?:12)+9',                     '12121',    true],
  ['(?:12)+9',                     '1291',     false],
]
for (const [pattern, prefix, isStart] of STARTS) {
  test(`a number of ${pattern} ${isStart ? 'may' : 'cannot'} begin with ${JSON.stringify(prefix)}`, () => {
    deepEqual(startOf(pattern)?.test(prefix), isStart)
  })
}
