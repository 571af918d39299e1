/** How many wrong keys an address may show within a minute before it is not listened to for the rest of that minute. */
export const GUESSES_PER_MINUTE = 20

const WINDOW_MS = 60_000
const ADDRESSES_KEPT = 10_000

export type GuessLimit = {
  isReached(address: string, now: Temporal.Instant): boolean
  /** @returns whether this was the one that reached the limit: one of a window is */
  failed(address: string, now: Temporal.Instant): boolean
  /** The address begins anew. */
  forgive(address: string): void
}

/**
 * Counts wrong keys per remote address, in the memory of this process. It saves work rather than keys: a generated key of
 * 131 bits is not found by guessing.
 */
export function createGuessLimit(): GuessLimit {
  const failures = new Map<string, { count: number; readonly until: number }>()
  const current = (address: string, now: Temporal.Instant) => {
    const entry = failures.get(address)
    return entry && entry.until > now.epochMilliseconds ? entry : undefined
  }
  return {
    isReached: (address, now) => (current(address, now)?.count ?? 0) >= GUESSES_PER_MINUTE,
    failed(address, now) {
      const entry = current(address, now)
      if (entry) {
        entry.count += 1
        return entry.count === GUESSES_PER_MINUTE
      }
      failures.delete(address)
      failures.set(address, { count: 1, until: now.epochMilliseconds + WINDOW_MS })
      // the oldest entry stands first, because a new window is always appended
      const [oldest] = failures.keys()
      if (failures.size > ADDRESSES_KEPT && oldest !== undefined) failures.delete(oldest)
      return false
    },
    forgive: (address) => {
      failures.delete(address)
    },
  }
}
