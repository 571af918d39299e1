import type { Reader, Tx } from '../db/db.ts'
import { COLUMNS, type PortRow, portOf } from './port.store.ts'
import type { Port } from './port.ts'
import { PORTING_STATES, type PortingState } from './port-in.machine.ts'

/** The window that a port is in, and how far it has been escalated. */
export type WindowRow = {
  readonly timerId: string
  readonly port: Port
  readonly startedAt: Temporal.Instant
  readonly dueAt: Temporal.Instant
  readonly rule: string
  readonly level: number
  readonly asked: number
  readonly askedAt: Temporal.Instant | null
}

type Row = PortRow & {
  timer_id: string
  started_at: Temporal.Instant
  due_at: Temporal.Instant
  rule: string
  level: number
  asked: number
  asked_at: Temporal.Instant | null
}

const SELECT = `select ${COLUMNS}, t.id as timer_id, t.started_at, t.due_at, t.rule,
    coalesce(w.level, 0) as level, coalesce(w.asked, 0) as asked, w.asked_at
  from timer t join port p on p.id = t.port_id left join port_watch w on w.timer_id = t.id`

/** The newest window of a port that waits for something: open, or run out without an answer. */
const WATCHED = `(t.ended_at is null or t.outcome = 'fired')
  and not exists (select 1 from timer n where n.port_id = t.port_id and (n.started_at, n.id) > (t.started_at, t.id))
  and (p.ended_at is null or t.kind = 'abort' or (p.state = ${PORTING_STATES.Number_Ported} and exists (
    select 1 from port_step s where s.port_id = p.id and s.state in ('waiting', 'failed'))))`

function windowOf(row: Row): WindowRow {
  return {
    timerId: row.timer_id,
    port: portOf(row),
    startedAt: row.started_at,
    dueAt: row.due_at,
    rule: row.rule,
    level: row.level,
    asked: row.asked,
    askedAt: row.asked_at,
  }
}

/**
 * Windows that end until a moment, the longest ago first.
 *
 * @param after - the last window of the page before
 */
export async function findDue(
  reader: Reader,
  {
    until,
    after,
    limit,
  }: {
    readonly until: Temporal.Instant
    readonly after?: { readonly dueAt: Temporal.Instant; readonly id: string } | undefined
    readonly limit: number
  },
): Promise<WindowRow[]> {
  const rows = await reader.sql<Row>(
    `${SELECT} where ${WATCHED} and t.due_at <= $1 and ($2::timestamptz is null or (t.due_at, t.id) > ($2, $3::uuid))
      order by t.due_at, t.id limit $4`,
    [until, after?.dueAt ?? null, after?.id ?? null, limit],
  )
  return rows.map(windowOf)
}

/** What a clearinghouse is asked about, and how often. */
export type AskRule = {
  /** From which level on, for each state in which it is asked at all. */
  readonly asked: readonly {
    readonly direction: Port['direction']
    readonly state: PortingState
    readonly from: number
  }[]
  readonly timesForOnePort: number
  /** Who was asked about after this is not asked about yet. */
  readonly notSince: Temporal.Instant
}

/** Windows that the clearinghouse is to be asked about, the longest due first; those that it is not keep none of them back. */
export async function findToAskAbout(
  reader: Reader,
  { asked, timesForOnePort, notSince }: AskRule,
  limit: number,
): Promise<WindowRow[]> {
  const rows = await reader.sql<Row>(
    `${SELECT} join unnest($1::text[], $2::smallint[], $3::smallint[]) as rule (direction, state, from_level)
        on rule.direction = p.direction and rule.state = p.state
      where ${WATCHED} and w.level >= rule.from_level
        and (w.asked_at is null or (w.asked < $4 and w.asked_at <= $5)) order by t.due_at, t.id limit $6`,
    [
      asked.map(({ direction }) => direction),
      asked.map(({ state }) => PORTING_STATES[state]),
      asked.map(({ from }) => from),
      timesForOnePort,
      notSince,
      limit,
    ],
  )
  return rows.map(windowOf)
}

/** The window that a port is in; undefined where nothing is expected of it. */
export async function findWindow(reader: Reader, portId: string): Promise<WindowRow | undefined> {
  const [row] = await reader.sql<Row>(`${SELECT} where ${WATCHED} and p.id = $1`, [portId])
  return row && windowOf(row)
}

/**
 * Windows that have come to a further level, with the share of their length that has passed.
 *
 * @param shares - of each level, in order
 */
export async function findEscalating(
  reader: Reader,
  {
    now,
    shares,
    limit,
  }: { readonly now: Temporal.Instant; readonly shares: readonly number[]; readonly limit: number },
): Promise<(WindowRow & { readonly share: number })[]> {
  const passed = `(extract(epoch from $1::timestamptz - t.started_at) / greatest(extract(epoch from t.due_at - t.started_at), 1))::float8`
  const rows = await reader.sql<Row & { share: number }>(
    `${SELECT.replace('w.asked_at\n', `w.asked_at, ${passed} as share\n`)}
      where ${WATCHED} and ${passed} >= ($2::float8[])[coalesce(w.level, 0) + 1] order by t.due_at, t.id limit $3`,
    [now, shares, limit],
  )
  return rows.map((row) => ({ ...windowOf(row), share: row.share }))
}

/** Writes that a window has come to a level. @returns false when it had before */
export async function raiseLevel(tx: Tx, timerId: string, level: number, at: Temporal.Instant): Promise<boolean> {
  const rows = await tx.sql(
    `insert into port_watch as w (timer_id, level, reached_at, asked) values ($1, $2, $3, 0)
     on conflict (timer_id) do update set level = excluded.level, reached_at = excluded.reached_at
       where w.level < excluded.level returning timer_id`,
    [timerId, level, at],
  )
  return rows.length === 1
}

/** When the clearinghouse was asked last, for whatever port. Of two that would ask at once, the second waits here. */
export async function lockLastAsked(tx: Tx): Promise<Temporal.Instant | undefined> {
  await tx.sql(
    `insert into counter as c (name, value) values ('clearinghouse_asked', 0)
     on conflict (name) do update set value = c.value`,
  )
  const [row] = await tx.sql<{ at: Temporal.Instant | null }>('select max(asked_at) as at from port_watch')
  return row?.at ?? undefined
}

/** Counts that the clearinghouse is asked about these windows. */
export async function noteAsked(tx: Tx, timerIds: readonly string[], at: Temporal.Instant): Promise<void> {
  await tx.sql('update port_watch set asked = asked + 1, asked_at = $2 where timer_id = any($1::uuid[])', [
    timerIds,
    at,
  ])
}

/** How many ports are overdue, for the alarm. */
export async function countOverdue(reader: Reader, now: Temporal.Instant): Promise<number> {
  const [row] = await reader.sql<{ count: number }>(
    `select count(*) as count from timer t join port p on p.id = t.port_id where ${WATCHED} and t.due_at <= $1`,
    [now],
  )
  return row?.count ?? 0
}
