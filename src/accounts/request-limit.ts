/** How many requests may come: so many a second for ever, and so many at once after a rest. */
export type RequestRate = { readonly perSecond: number; readonly atOnce: number }

export type RequestLimit = {
  /** @returns whether one more may come from them now */
  take(who: string): boolean
}

const MOST_KNOWN = 10_000

/**
 * A token bucket for each of those who ask, in the memory of this process. Of more than ten thousand who asked lately, the one that
 * has been quiet longest begins anew.
 */
export function createRequestLimit(
  { perSecond, atOnce }: RequestRate,
  monotonicMs: () => number = () => performance.now(),
): RequestLimit {
  const rooms = new Map<string, { readonly room: number; readonly seenMs: number }>()
  return {
    take(who) {
      const nowMs = monotonicMs()
      const { room, seenMs } = rooms.get(who) ?? { room: atOnce, seenMs: nowMs }
      const now = Math.min(atOnce, room + ((nowMs - seenMs) / 1000) * perSecond)
      const mayCome = now >= 1
      rooms.delete(who) // so that it stands last, and the quietest first
      rooms.set(who, { room: mayCome ? now - 1 : now, seenMs: nowMs })
      const [quietest] = rooms.keys()
      if (rooms.size > MOST_KNOWN && quietest !== undefined) rooms.delete(quietest)
      return mayCome
    },
  }
}
