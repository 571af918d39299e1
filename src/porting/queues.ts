import type { Reader } from '../db/db.ts'
import type { Market } from '../numbers/market.ts'
import { findQueue } from './queues.store.ts'
import type { FoundPort } from './search.ts'

/** The work of a porting desk, by what a person would do next. */
// biome-ignore format: a table
export const QUEUES = {
  to_instruct:  { title: 'To instruct',      next: 'the donor has agreed: send the instruction, or abort' },
  to_decide:    { title: 'To decide',        next: 'another operator asks for our number: authorise, or reject with a reason' },
  overdue:      { title: 'Overdue',          next: 'nothing was heard in time: ask the other side, or poll the clearinghouse' },
  failed_steps: { title: 'Failed steps',     next: 'the number is ported, and a step after it has failed: look why, and retry it' },
  rejected:     { title: 'Rejected',         next: 'the donor refused: mend what the reason names, and submit again' },
} as const
export type QueueName = keyof typeof QUEUES

export type Queue = {
  readonly name: QueueName
  /** Exact up to `COUNTED`; `isMore` says that there are more. */
  readonly count: number
  readonly isMore: boolean
  /** Those that should be looked at first. */
  readonly ports: readonly FoundPort[]
}

/** Beyond so many a count says nothing more to a person. */
export const COUNTED = 1_000

type Surroundings = { readonly db: Reader; readonly market: Market; readonly now: () => Temporal.Instant }

/** Every queue with its first ports, the most pressing first. */
export async function deskQueues({ db, now }: Surroundings, limit: number): Promise<Queue[]> {
  const at = now()
  const names = Object.keys(QUEUES) as QueueName[] // the keys of the table; Object.keys only forgets their type
  return Promise.all(
    names.map(async (name) => {
      const { count, ports } = await findQueue(db, name, { at, limit, counted: COUNTED })
      return { name, count: Math.min(count, COUNTED), isMore: count > COUNTED, ports }
    }),
  )
}
