import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import type { E164 } from './e164.ts'
import { common, isCovered, type NumberRange } from './range.ts'

/** `10-19` as the numbers +1555010010 to +1555010019. */
function range(text: string): NumberRange {
  const [first = '', last = first] = text.split('-').map((end) => `+15550100${end}`)
  return { first: first as E164, last: last as E164 } // numbers of the test's own
}

// biome-ignore format: a table
const COVERED: [what: string, others: string[], is: boolean][] = [
  ['10-19', ['10-19'],                   true],
  ['10-19', ['00-99'],                   true],
  ['10-19', ['15-19', '10-14'],          true],
  ['10-19', ['10-16', '14-30'],          true],
  ['10-19', ['10-19', '12-13'],          true],
  ['10-19', [],                          false],
  ['10-19', ['11-19'],                   false],
  ['10-19', ['10-18'],                   false],
  ['10-19', ['10-13', '15-19'],          false],
  ['10-19', ['20-29', '00-09'],          false],
  ['10',    ['10'],                      true],
  ['10',    ['11'],                      false],
]
for (const [what, others, is] of COVERED) {
  test(`${what} is ${is ? '' : 'not '}covered by ${others.join(' and ') || 'nothing'}`, () =>
    equal(isCovered(range(what), others.map(range)), is))
}

test('what two ranges have in common', () => {
  deepEqual(common(range('10-19'), range('15-30')), range('15-19'))
  deepEqual(common(range('10-19'), range('12-13')), range('12-13'))
  deepEqual(common(range('12'), range('10-19')), range('12-12'))
})
