import type { Db, Reader, Tx } from '../db/db.ts'
import type { Webhook } from './webhook.ts'

/** A delivery that this worker holds until its lease ends. */
export type ClaimedDelivery = Webhook & {
  readonly subject: string
  /** Counts this attempt, and says who settles: a worker whose lease ran out finds a higher number. */
  readonly attempts: number
}

export type Settlement = {
  readonly id: string
  readonly subject: string
  readonly attempts: number
  readonly status: number | undefined
  readonly detail: string | undefined
} & ({ readonly outcome: 'delivered' | 'dead' } | { readonly outcome: 'retry'; readonly at: Temporal.Instant })

export type Claim = {
  readonly subscription: string
  readonly now: Temporal.Instant
  readonly lockedUntil: Temporal.Instant
  readonly limit: number
}

/**
 * Takes due deliveries of a subscription, oldest first, and counts the attempt. Of one port only the first that is
 * still to be delivered is due, so that its events arrive in the order in which they happened; ports do not wait for
 * each other. What a lost worker held is due again when its lease has ended. So said that each of the few is looked at by index,
 * however many wait for others.
 */
export async function claimDue(
  db: Reader,
  { subscription, now, lockedUntil, limit }: Claim,
): Promise<ClaimedDelivery[]> {
  return db.sql<ClaimedDelivery>(
    `with claimed as (
       update delivery
          set locked_until = $3, attempts = attempts + 1
        where subscription = $1 and event_id = any (array(
          select d.event_id
            from delivery d
            join event e on e.id = d.event_id
           where d.subscription = $1
             and d.state = 'queued'
             and d.next_attempt_at <= $2
             and (d.locked_until is null or d.locked_until <= $2)
             and not exists (
               select 1
                 from event before
                 join delivery waiting on waiting.event_id = before.id
                where before.subject = e.subject
                  and before.sequence < e.sequence
                  and waiting.subscription = $1
                  and waiting.state = 'queued')
           order by d.next_attempt_at, d.event_id
           limit $4
             for update of d skip locked))
       returning event_id, attempts)
     select e.id, e.type, e.subject, e.at, e.payload as data, c.attempts
       from claimed c join event e on e.id = c.event_id`,
    [subscription, now, lockedUntil, limit],
  )
}

/** Writes what came of claimed deliveries; one that another worker has claimed since is left to that worker. */
export async function settle(
  db: Db,
  subscription: string,
  settlements: readonly Settlement[],
  now: Temporal.Instant,
): Promise<void> {
  const later = settlements.filter((one) => one.outcome === 'retry')
  if (later.length === 0) return writeOutcomes(db, subscription, settlements, now)
  await db.tx(async (tx) => {
    await writeOutcomes(tx, subscription, settlements, now)
    await holdBackFollowers(tx, subscription, later)
  })
}

async function writeOutcomes(
  db: Reader,
  subscription: string,
  settlements: readonly Settlement[],
  now: Temporal.Instant,
): Promise<void> {
  await db.sql(
    `update delivery d
        set state = case o.outcome when 'retry' then 'queued' else o.outcome end,
            next_attempt_at = coalesce(o.next_attempt_at, d.next_attempt_at),
            locked_until = null,
            last_status = o.status,
            last_error = o.detail,
            settled_at = case o.outcome when 'retry' then null else $2::timestamptz end
       from unnest($3::uuid[], $4::integer[], $5::text[], $6::timestamptz[], $7::integer[], $8::text[])
            as o (event_id, attempts, outcome, next_attempt_at, status, detail)
      where d.event_id = o.event_id
        and d.subscription = $1
        and d.state = 'queued'
        and d.attempts = o.attempts`,
    [
      subscription,
      now,
      settlements.map(({ id }) => id),
      settlements.map(({ attempts }) => attempts),
      settlements.map(({ outcome }) => outcome),
      settlements.map((one) => (one.outcome === 'retry' ? one.at : null)),
      settlements.map(({ status }) => status ?? null),
      settlements.map(({ detail }) => detail ?? null),
    ],
  )
}

/** Later events of the same port come no sooner than the one that failed: a claim need not look at them until then. */
async function holdBackFollowers(
  tx: Tx,
  subscription: string,
  later: readonly Extract<Settlement, { outcome: 'retry' }>[],
): Promise<void> {
  await tx.sql(
    `update delivery d
        set next_attempt_at = o.next_attempt_at
       from unnest($2::text[], $3::timestamptz[]) as o (subject, next_attempt_at), event e
      where e.subject = o.subject
        and d.event_id = e.id
        and d.subscription = $1
        and d.state = 'queued'
        and d.attempts = 0
        and d.next_attempt_at < o.next_attempt_at`,
    [subscription, later.map(({ subject }) => subject), later.map(({ at }) => at)],
  )
}

/** Deliveries that are still to be made, and those that were given up, for the metrics. */
export async function countOpenDeliveries(reader: Reader): Promise<{ queued: number; dead: number }> {
  const [row] = await reader.sql<{ queued: number; dead: number }>(
    `select (select count(*) from delivery where state = 'queued') as queued,
            (select count(*) from delivery where state = 'dead') as dead`,
  )
  return row ?? { queued: 0, dead: 0 }
}
