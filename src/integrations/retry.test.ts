import { equal, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { MAX_ATTEMPTS, nextAttemptAt } from './retry.ts'

const NOW = Temporal.Instant.from('2026-01-01T00:00:00Z')
const secondsAfter = (attempts: number, chance: number) => {
  const at = nextAttemptAt(attempts, NOW, chance)
  return at === undefined ? undefined : NOW.until(at).total('seconds')
}

// biome-ignore format: a table
const DELAYS: [attempts: number, chance: number, seconds: number | undefined, why: string][] = [
  // after attempt   chance  seconds     because
  [1,                0.5,    5,          'the first failure is often a restart'],
  [2,                0.5,    10,         'it doubles'],
  [1,                0,      4,          'a fifth sooner'],
  [1,                1,      6,          'a fifth later'],
  [13,               0.5,    20_480,     'the last that doubles'],
  [14,               0.5,    21_600,     'never longer than six hours'],
  [MAX_ATTEMPTS - 1, 0.5,    21_600,     'the last retry'],
  [MAX_ATTEMPTS,     0.5,    undefined,  'the attempts are used up'],
]
for (const [attempts, chance, seconds, why] of DELAYS) {
  test(`after attempt ${attempts} with chance ${chance} it is tried ${seconds} s later: ${why}`, () => {
    equal(secondsAfter(attempts, chance), seconds)
  })
}

test('however chance falls, the last attempt is two to four days after the first', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: MAX_ATTEMPTS, maxLength: MAX_ATTEMPTS }),
      (chances) => {
        const seconds = chances.reduce((sum, chance, index) => sum + (secondsAfter(index + 1, chance) ?? 0), 0)
        ok(seconds > 2 * 86_400 && seconds < 4 * 86_400, `${seconds} s`)
      },
    ),
  )
})
