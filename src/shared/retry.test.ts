import { deepEqual } from 'node:assert/strict'
import test from 'node:test'
import { retryAt } from './retry.ts'

const now = Temporal.Instant.from('2025-01-15T10:30:00Z')
const pause = (attempts: number, random: number) => now.until(retryAt(now, attempts, random)).total('seconds')

test('pauses double from a second to a minute, with at most a quarter of jitter on top', () => {
  deepEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 60].map((attempts) => pause(attempts, 0)),
    [1, 2, 4, 8, 16, 32, 60, 60, 60],
  )
  deepEqual(
    [1, 7].map((attempts) => pause(attempts, 1)),
    [1.25, 75],
  )
})
