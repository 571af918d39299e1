import { deepEqual } from 'node:assert/strict'
import test from 'node:test'
import { counted, nounOf, timesOf } from './count.ts'

test('one is said as one, and many as people write them', () => {
  deepEqual(
    [0, 1, 2, 2_000].map((count) => counted(count, 'port')),
    ['0 ports', '1 port', '2 ports', '2,000 ports'],
  )
  deepEqual(
    [1, 3].map((count) => counted(count, 'number is', 'numbers are')),
    ['1 number is', '3 numbers are'],
  )
  deepEqual(
    [0, 1, 2].map((count) => nounOf(count, 'Alert')),
    ['Alerts', 'Alert', 'Alerts'],
  )
  deepEqual([1, 3].map(timesOf), ['once', '3 times'])
})
