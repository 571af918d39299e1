import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { naiveUtc, stamp14, utcSeconds } from './time.ts'

// biome-ignore format: a table
const TIMES: [instant: string, naive: string, utc: string, stamp: string, reason: string][] = [
  ['2025-01-15T10:30:00Z',      '2025-01-15T10:30:00', '2025-01-15T10:30:00Z', '20250115103000', 'as the porting manager document prints it'],
  ['2025-01-15T10:30:59.999Z',  '2025-01-15T10:30:59', '2025-01-15T10:30:59Z', '20250115103059', 'fractions are cut off'],
  ['2025-01-15T10:30:00+04:00', '2025-01-15T06:30:00', '2025-01-15T06:30:00Z', '20250115063000', 'UTC, whatever zone it was read in'],
  ['2025-12-31T23:59:59.5Z',    '2025-12-31T23:59:59', '2025-12-31T23:59:59Z', '20251231235959', 'never the next year'],
]
for (const [text, naive, utc, stamp, reason] of TIMES) {
  test(`${text} is printed in three ways: ${reason}`, () => {
    const instant = Temporal.Instant.from(text)
    equal(naiveUtc(instant), naive)
    equal(utcSeconds(instant), utc)
    equal(stamp14(instant), stamp)
  })
}
