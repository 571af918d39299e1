import type { Reader, Tx } from '../db/db.ts'
import type { Deadline, TimerKind } from './timers.ts'

export type NewTimer = {
  readonly id: string
  readonly portId: string
  readonly kind: TimerKind
  readonly rule: string
  readonly startedAt: Temporal.Instant
  readonly dueAt: Temporal.Instant
}

/** Opens windows, one statement for all. */
export async function startTimers(tx: Tx, timers: readonly NewTimer[]): Promise<void> {
  if (timers.length === 0) return
  await tx.sql(
    `insert into timer (id, port_id, kind, rule, started_at, due_at)
     select id, port_id, kind, rule, started_at, due_at
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
            as t (id, port_id, kind, rule, started_at, due_at)`,
    [
      timers.map(({ id }) => id),
      timers.map(({ portId }) => portId),
      timers.map(({ kind }) => kind),
      timers.map(({ rule }) => rule),
      timers.map(({ startedAt }) => startedAt),
      timers.map(({ dueAt }) => dueAt),
    ],
  )
}

export async function startTimer(tx: Tx, timer: NewTimer): Promise<void> {
  await startTimers(tx, [timer])
}

export type TimerEnd = {
  readonly portId: string
  readonly outcome: 'answered' | 'fired' | 'moot'
  readonly at: Temporal.Instant
}

/** Ends whatever ports were waiting for. */
export async function endTimers(tx: Tx, ends: readonly TimerEnd[]): Promise<void> {
  await tx.sql(
    `update timer t set ended_at = e.at, outcome = e.outcome
     from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as e (port_id, outcome, at)
     where t.port_id = e.port_id and t.ended_at is null`,
    [ends.map(({ portId }) => portId), ends.map(({ outcome }) => outcome), ends.map(({ at }) => at)],
  )
}

/** When the last window of a kind of a port ends, or has ended. */
export async function findLastDue(reader: Reader, portId: string, kind: TimerKind): Promise<Deadline | undefined> {
  const [row] = await reader.sql<Deadline>(
    `select kind, due_at as "dueAt", rule from timer where port_id = $1 and kind = $2
      order by started_at desc, due_at desc limit 1`,
    [portId, kind],
  )
  return row
}

/** Ends the wait for the answer to an abort, also where the window had run out before it came. */
export async function endAbortWindows(tx: Tx, portIds: readonly string[], at: Temporal.Instant): Promise<void> {
  if (portIds.length === 0) return
  await tx.sql(
    `update timer set ended_at = $2, outcome = 'answered'
     where port_id = any($1::uuid[]) and kind = 'abort' and (ended_at is null or outcome = 'fired')`,
    [portIds, at],
  )
}

export type DueTimer = { readonly id: string; readonly portId: string; readonly kind: TimerKind; readonly rule: string }

/**
 * Windows that have ended, in no order, so that those which cannot be settled are not always before the others. Each is settled in
 * a transaction of its own that locks the port first.
 */
export async function findDueTimers(reader: Reader, now: Temporal.Instant, limit: number): Promise<DueTimer[]> {
  return reader.sql<DueTimer>(
    'select id, port_id as "portId", kind, rule from timer where ended_at is null and due_at <= $1 order by random() limit $2',
    [now, limit],
  )
}

/** Ends one timer. @returns false when it was ended already, by an answer or by another worker */
export async function endTimer(tx: Tx, id: string, outcome: 'fired' | 'moot', at: Temporal.Instant): Promise<boolean> {
  const rows = await tx.sql(
    'update timer set ended_at = $3, outcome = $2 where id = $1 and ended_at is null returning id',
    [id, outcome, at],
  )
  return rows.length === 1
}
