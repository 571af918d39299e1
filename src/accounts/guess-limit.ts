/** How many wrong keys an address may show within a minute before it is not listened to for the rest of that minute. */
export const GUESSES_PER_MINUTE = 20
/** How many keys of one address are looked up at a time: as many as there are threads for argon2id, so nobody waits for nothing. */
const AT_ONCE = 4

const WINDOW_MS = 60_000
const ADDRESSES_KEPT = 10_000

export type GuessLimit = {
  isReached(address: string, now: Temporal.Instant): boolean
  /** @returns whether this was the one that reached the limit: one of a window is */
  failed(address: string, now: Temporal.Instant): boolean
  /** The limit counts as reached for a while: another process has locked the address out. */
  lock(address: string, until: Temporal.Instant): void
  /** Looks a key up when it is the address's turn, so that what the ones before it came to is known by then. */
  inTurn<T>(address: string, look: () => Promise<T>): Promise<T>
  /** The address begins anew. */
  forgive(address: string): void
}

/**
 * Counts wrong keys per remote address, in the memory of this process. It saves work rather than keys: a generated key of
 * 131 bits is not found by guessing.
 */
export function createGuessLimit(): GuessLimit {
  const failures = new Map<string, { count: number; readonly until: number }>()
  const turns = new Map<string, { running: number; readonly waiting: (() => void)[] }>()
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
    lock(address, until) {
      failures.delete(address)
      failures.set(address, { count: GUESSES_PER_MINUTE, until: until.epochMilliseconds })
    },
    async inTurn(address, look) {
      const turn = turns.get(address) ?? { running: 0, waiting: [] }
      turns.set(address, turn)
      if (turn.running < AT_ONCE) turn.running += 1
      else await new Promise<void>((resolve) => turn.waiting.push(resolve))
      try {
        return await look()
      } finally {
        const next = turn.waiting.shift()
        if (next) next()
        else turn.running -= 1
        if (turn.running === 0) turns.delete(address)
      }
    },
    forgive: (address) => {
      failures.delete(address)
    },
  }
}
