import type { Db } from '../db/db.ts'
import type { Log } from '../shared/log.ts'
import { findEventsAfter, findLastSequence, findSequencesAfter } from './feed.store.ts'

/** An event as the log has it. `sequence` rises in the order of writing, which is not quite the order of commits. */
export type LoggedEvent = {
  readonly sequence: number
  readonly id: string
  readonly type: string
  /** msgidentifier, or what else the event is about. */
  readonly subject: string
  readonly at: Temporal.Instant
  readonly payload: Readonly<Record<string, unknown>>
}

/** Events with the place from which a reader that has seen them may go on. */
export type FeedBatch = { readonly events: readonly LoggedEvent[]; readonly settled: number }

export type EventFeed = {
  /**
   * Has read the log, so that who follows from here on hears of all that comes.
   *
   * @returns false when the log could not be read
   */
  ready(): Promise<boolean>
  /** Hears of events soon after their commit, until the returned function is called. */
  follow(hear: (batch: FeedBatch) => void): () => void
  /** Up to here all events are known, and none is still to come. */
  settled(): number
  /** Events after a sequence, oldest first, and the place up to which none is still to come. */
  after(sequence: number, limit: number): Promise<FeedBatch>
  close(): void
}

const PAGE = 500
const POLL_MS = 2_000
/** A sequence that is skipped belongs to a transaction that is under way, or was rolled back: after so long, the latter. */
const GAP_SECONDS = 30
const LOOKED_BACK = 1_000

type Deps = { readonly db: Db; readonly log: Log; readonly monotonic?: () => number }

/**
 * Follows the event log of the database, for any number of listeners with one reader. Sequences are given out before the
 * commit, so a lower one may appear after a higher: gaps are watched, and `settled` never passes one, so that whoever goes on from
 * there misses nothing, and at worst sees an event twice.
 */
export function createEventFeed({ db, log, monotonic = () => performance.now() }: Deps): EventFeed {
  const listeners = new Set<(batch: FeedBatch) => void>()
  const gaps = new Map<number, number>()
  let highest: number | undefined
  let readAt = monotonic()
  let underWay: Promise<boolean> | undefined
  let isAskedAgain = false
  let isClosed = false

  const settled = () => Math.min(highest ?? 0, ...[...gaps.keys()].map((gap) => gap - 1))

  function noteGaps(sequences: readonly number[]): void {
    for (const sequence of sequences) {
      gaps.delete(sequence)
      for (let gap = (highest ?? sequence - 1) + 1; gap < sequence; gap++) gaps.set(gap, monotonic())
      highest = Math.max(highest ?? 0, sequence)
    }
  }

  async function begin(): Promise<void> {
    const from = Math.max(0, (await findLastSequence(db)) - LOOKED_BACK)
    const known = await findSequencesAfter(db, from)
    gaps.clear()
    highest = from
    noteGaps(known)
  }

  async function read(): Promise<void> {
    // what nobody was there to hear for long is no news to who comes now
    const isStale = listeners.size === 0 && monotonic() - readAt > GAP_SECONDS * 1000
    if (highest === undefined || isStale) await begin()
    for (;;) {
      const events = await findEventsAfter(db, highest ?? 0, { missing: [...gaps.keys()], limit: PAGE })
      noteGaps(events.map(({ sequence }) => sequence))
      for (const [gap, since] of gaps) if (monotonic() - since > GAP_SECONDS * 1000) gaps.delete(gap)
      if (events.length > 0) for (const hear of listeners) hear({ events, settled: settled() })
      readAt = monotonic()
      if (events.length < PAGE || isClosed) return
    }
  }

  /** One reader at a time; who comes while it reads makes it look once more. @returns whether it could be read */
  function look(): Promise<boolean> {
    if (isClosed) return Promise.resolve(false)
    isAskedAgain = underWay !== undefined
    underWay ??= read()
      .then(
        () => true,
        (err: unknown) => {
          log.warn({ err }, 'the event log could not be read; it is tried again')
          return false
        },
      )
      .finally(() => {
        underWay = undefined
        if (isAskedAgain) void look()
      })
    return underWay
  }

  const stopListening = db.listen('work', (word) => {
    if ((word === 'event' || word === '') && listeners.size > 0) void look()
  })
  const clock = setInterval(() => {
    if (listeners.size > 0) void look()
  }, POLL_MS)

  return {
    ready: look,
    follow(hear) {
      listeners.add(hear)
      void look()
      return () => listeners.delete(hear)
    },
    settled,
    async after(sequence, limit) {
      await look()
      const safe = settled()
      return { events: await findEventsAfter(db, sequence, { limit }), settled: safe }
    },
    close() {
      isClosed = true
      clearInterval(clock)
      stopListening()
    },
  }
}
