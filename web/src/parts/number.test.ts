import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { countOf, fullDigits, fullNumberText, numberText, rangeText } from './number.ts'

const DOC = { countryCode: '1', trunkPrefix: '' }
const GHANA = { countryCode: '233', trunkPrefix: '0' }

// biome-ignore format: a table
const RANGES = [
  // first      last       as people read it                 numbers  reason
  ['5550100',   '5550100', '+1 555 0100',                    1,       'one number is no range'],
  ['5550100',   '5550199', '+1 555 0100 – 0199',             100,     'of the last number only the group that differs'],
  ['5550100',   '5560099', '+1 555 0100 – 556 0099',         10000,   'a difference further left takes all that follows along'],
] as const

for (const [first, last, text, count, reason] of RANGES) {
  test(`a range reads ${text}: ${reason}`, () => {
    equal(rangeText({ telephonenumberseriestart: first, telephonenumberserieend: last }, DOC), text)
    equal(countOf(first, last), count)
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
  test(`a range that is ${reason} has no total`, () => equal(countOf(first, last), undefined))
}

// biome-ignore format: a table
const FULL = [
  // typed           market  full digits       reason
  ['555-0100',       DOC,    '15550100',       'the country code is added (contract O-21)'],
  ['+1 555 0100',    DOC,    '15550100',       'a plus says that it is there already'],
  ['0244 123 456',   GHANA,  '233244123456',   'the trunk prefix is dialled and no part of the number'],
  ['244123456',      GHANA,  '233244123456',   'nor is it needed'],
] as const
for (const [typed, market, digits, reason] of FULL) {
  test(`${typed} is asked for as ${digits}: ${reason}`, () => equal(fullDigits(typed, market), digits))
}

test('numbers are written in groups from the right, with the country code', () => {
  deepEqual(
    [numberText('8762101234', DOC), fullNumberText('233244123456', GHANA)],
    ['+1 876 210 1234', '+233 24 412 3456'],
  )
})
