/** How many test messages one API key may send in each window. A test of all nine providers at once takes nine of them. */
// biome-ignore format: a table
export const SEND_WINDOWS = [
  { name: 'a minute', milliseconds: 60_000,    most: 30 },
  { name: 'an hour',  milliseconds: 3_600_000, most: 300 },
] as const

export type SendLimit = {
  /** Counts one message of `by`. @returns undefined, or the sentence why it may not be sent: then nothing was counted */
  take(by: string, now: Temporal.Instant): string | undefined
}

/**
 * Counts messages per API key in the memory of this process: a message costs money and rings at somebody's phone. Keys are
 * made by an administrator, so there are few of them; what a key sent an hour ago is forgotten.
 */
export function createSendLimit(): SendLimit {
  const sentBy = new Map<string, number[]>()
  const longest = Math.max(...SEND_WINDOWS.map(({ milliseconds }) => milliseconds))
  return {
    take(by, now) {
      const at = now.epochMilliseconds
      const sent = (sentBy.get(by) ?? []).filter((earlier) => earlier > at - longest)
      const full = SEND_WINDOWS.find(
        ({ milliseconds, most }) => sent.filter((earlier) => earlier > at - milliseconds).length >= most,
      )
      sentBy.set(by, full ? sent : [...sent, at])
      return full && `not sent: an API key may send ${full.most} test messages ${full.name}; wait and try again`
    },
  }
}
