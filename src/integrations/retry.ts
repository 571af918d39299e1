const FIRST_DELAY_SECONDS = 5
const LONGEST_DELAY_SECONDS = 6 * 3600
const JITTER = 0.2

/** With doubling delays of 5 s up to 6 h, the last of 24 attempts comes about three days after the first. */
export const MAX_ATTEMPTS = 24

/**
 * When to try again after the `attempts`th attempt failed: 5 s, 10 s, 20 s ... at most 6 h, each longer or shorter by up
 * to a fifth, so that what failed together does not come back together.
 *
 * @param chance - from 0 to 1, as `Math.random()` gives it
 * @returns undefined when the attempts are used up
 */
export function nextAttemptAt(attempts: number, now: Temporal.Instant, chance: number): Temporal.Instant | undefined {
  if (attempts >= MAX_ATTEMPTS) return undefined
  const delaySeconds = Math.min(FIRST_DELAY_SECONDS * 2 ** (attempts - 1), LONGEST_DELAY_SECONDS)
  const jittered = delaySeconds * (1 - JITTER + 2 * JITTER * chance)
  return now.add({ milliseconds: Math.round(jittered * 1000) })
}
