/** The longest pause between two attempts, in seconds. */
const CEILING_SECONDS = 60

/**
 * When to try again after `attempts` failures: 1, 2, 4 ... seconds up to a minute, plus up to a quarter of jitter.
 *
 * @param random - 0 to 1, for tests
 */
export function retryAt(now: Temporal.Instant, attempts: number, random = Math.random()): Temporal.Instant {
  const seconds = Math.min(CEILING_SECONDS, 2 ** Math.max(0, attempts - 1))
  return now.add({ milliseconds: Math.round(seconds * 1000 * (1 + random / 4)) })
}
