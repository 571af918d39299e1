import type { Reader } from '../db/db.ts'

/** One event on its way to one webhook, or how that ended. */
export type DeliveryLine = {
  readonly eventId: string
  readonly webhook: string
  readonly type: string
  readonly subject: string
  readonly at: Temporal.Instant
  readonly state: 'queued' | 'delivered' | 'dead'
  readonly attempts: number
  readonly nextAttemptAt: Temporal.Instant
  readonly lastStatus: number | null
  readonly lastError: string | null
  readonly settledAt: Temporal.Instant | null
}

const COLUMNS = `d.event_id as "eventId", d.subscription as webhook, e.type, e.subject, e.at, d.state, d.attempts,
  d.next_attempt_at as "nextAttemptAt", d.last_status as "lastStatus", d.last_error as "lastError", d.settled_at as "settledAt"`

/** What was told of one port, in the order in which it happened. */
export async function findDeliveriesOf(reader: Reader, subject: string): Promise<DeliveryLine[]> {
  return reader.sql<DeliveryLine>(
    `select ${COLUMNS} from event e join delivery d on d.event_id = e.id where e.subject = $1 order by e.sequence, d.subscription`,
    [subject],
  )
}

/** A page of a webhook's log, newest first. `before` is the event id of the last line of the page before. */
export async function findDeliveriesTo(
  reader: Reader,
  webhook: string,
  { state, before, limit }: { state?: string | undefined; before?: string | undefined; limit: number },
): Promise<DeliveryLine[]> {
  return reader.sql<DeliveryLine>(
    `select ${COLUMNS} from delivery d join event e on e.id = d.event_id
     where d.subscription = $1 and ($2::text is null or d.state = $2) and ($3::uuid is null or d.event_id < $3)
     order by d.event_id desc limit $4`,
    [webhook, state ?? null, before ?? null, limit],
  )
}
