import type { Reader, Tx } from '../db/db.ts'
import type { EventType, LifecycleEvent } from './event.ts'

/**
 * Appends events and, for each webhook that wants one, a delivery that is due at once; in the caller's transaction, so that
 * an event is sent if and only if what it says was committed. One statement, however many events.
 *
 * @param events - in the order in which they happened; their order in `event.sequence` is the same
 */
export async function appendEvents(tx: Tx, events: readonly LifecycleEvent[]): Promise<void> {
  if (events.length === 0) return
  await tx.sql(
    `with said as (
       insert into event (id, type, subject, at, payload)
       select id, type, subject, at, payload::jsonb
         from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])
              with ordinality as e (id, type, subject, at, payload, position)
        order by position
     ), told as (
       insert into delivery (event_id, subscription, state, attempts, next_attempt_at)
       select e.id, w.name, 'queued', 0, e.at
         from unnest($1::uuid[], $2::text[], $4::timestamptz[]) as e (id, type, at)
         join webhook w on w.types is null or e.type = any(w.types)
     )
     select pg_notify('work', 'event'), pg_notify('work', 'deliver')`,
    [
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      events.map(({ data }) => data.msgidentifier),
      events.map(({ at }) => at),
      events.map(({ data }) => JSON.stringify(data)),
    ],
  )
}

/** Which of these events a webhook wants. */
export async function findWanted(reader: Reader, types: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await reader.sql<{ type: string }>(
    `select type from unnest($1::text[]) as asked (type)
     where exists (select 1 from webhook w where w.types is null or asked.type = any(w.types))`,
    [types],
  )
  return new Set(rows.map(({ type }) => type))
}

/**
 * When the last of those who wanted an event had taken it; undefined while one has not, or when nobody wanted it. A webhook that
 * was removed is not waited for, and has taken nothing either.
 */
export async function findToldAt(
  reader: Reader,
  { subject, type }: { readonly subject: string; readonly type: EventType },
): Promise<Temporal.Instant | undefined> {
  const [row] = await reader.sql<{ told_at: Temporal.Instant | null }>(
    `select case when bool_and(d.state = 'delivered') then max(d.settled_at) end as told_at
       from event e join delivery d on d.event_id = e.id
      where e.subject = $1 and e.type = $2
        and (d.state = 'delivered' or exists (select 1 from webhook w where w.name = d.subscription))`,
    [subject, type],
  )
  return row?.told_at ?? undefined
}
