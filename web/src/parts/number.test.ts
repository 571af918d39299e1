import { equal } from 'node:assert/strict'
import test from 'node:test'
import { countOf, fullDigits, numberText, rangeText } from './number.ts'

const DOC = { country_code: '1' }
const GHANA = { country_code: '233' }

// biome-ignore format: a table
const RANGES = [
  // first      last       as people read it                 numbers  reason
  ['5550100',   '5550100', '+1 555 0100',                    1,       'one number is no range'],
  ['5550100',   '5550199', '+1 555 0100 – 0199',             100,     'of the last number only the group that differs'],
  ['5550100',   '5560099', '+1 555 0100 – 556 0099',         10000,   'a difference further left takes all that follows along'],
] as const

for (const [first, last, text, count, reason] of RANGES) {
  test(`a range reads ${text}: ${reason}`, () => {
    equal(rangeText({ first_number: `+1${first}`, last_number: `+1${last}` }, DOC), text)
    equal(countOf({ first_number: first, last_number: last }), count)
  })
}

// biome-ignore format: a table
const NO_RANGES = [
  // first     last       reason
  ['5550199', '5550100',  'reversed'],
  ['5550100', '55501000', 'of unequal length'],
  ['',        '',         'nothing typed yet'],
] as const
for (const [first, last, reason] of NO_RANGES) {
  test(`a range that is ${reason} has no total`, () =>
    equal(countOf({ first_number: first, last_number: last }), undefined))
}

// biome-ignore format: a table
const FULL = [
  // typed           market  full digits       reason
  ['555-0100',       DOC,    '15550100',       'the country code is added (contract O-21)'],
  ['+1 555 0100',    DOC,    '15550100',       'a plus says that it is there already'],
  ['244123456',      GHANA,  '233244123456',   'in any market'],
] as const
for (const [typed, market, digits, reason] of FULL) {
  test(`${typed} is asked for as ${digits}: ${reason}`, () => equal(fullDigits(typed, market), digits))
}

// biome-ignore format: a table
const READ = [
  // E.164            market  as people read it    reason
  ['+18762101234',    DOC,    '+1 876 210 1234',   'in groups from the right'],
  ['233244123456',    GHANA,  '+233 24 412 3456',  'also without its plus'],
  ['+442079460000',   DOC,    '+442079460000',     'how another country groups is not known here'],
] as const
for (const [number, market, text, reason] of READ) {
  test(`${number} reads ${text}: ${reason}`, () => equal(numberText(number, market), text))
}
