import type { Reader, Tx } from '../db/db.ts'
import type { StepName, StepState } from './checklist.ts'

export type NewStep = {
  readonly portId: string
  readonly step: StepName
  readonly position: number
  readonly state: 'waiting' | 'not_required'
  readonly at: Temporal.Instant
}

/** Writes a checklist and wakes whoever works it off, at commit. */
export async function insertSteps(tx: Tx, steps: readonly NewStep[]): Promise<void> {
  await tx.sql(
    `insert into port_step (port_id, step, position, state, attempts, next_attempt_at, started_at)
     select port_id, step, position, state, 0, case state when 'waiting' then at end, at
       from unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::timestamptz[])
            as s (port_id, step, position, state, at)`,
    [
      steps.map(({ portId }) => portId),
      steps.map(({ step }) => step),
      steps.map(({ position }) => position),
      steps.map(({ state }) => state),
      steps.map(({ at }) => at),
    ],
  )
  await wakeChecks(tx)
}

/** Wakes whoever works checklists off, at commit. */
export async function wakeChecks(tx: Tx): Promise<void> {
  await tx.sql("select pg_notify('work', 'check')")
}

export type StepClaim = {
  readonly portId: string
  readonly step: StepName
  /** Counts this attempt, and says who settles: a worker whose lease ran out finds a higher number. */
  readonly attempts: number
  readonly startedAt: Temporal.Instant
}

export type ClaimWish = {
  readonly now: Temporal.Instant
  readonly leaseSeconds: number
  /** Of each kind. */
  readonly limit: number
  /** The kinds. */
  readonly steps: readonly StepName[]
  /** Waits for all others of its port. */
  readonly last: StepName
}

/**
 * Takes steps that are due under a lease, so that a worker that dies gives them back. They are due again at its end, so that one that is
 * made due meanwhile can be told from it.
 */
export async function claimSteps(
  reader: Reader,
  { now, leaseSeconds, limit, steps, last }: ClaimWish,
): Promise<StepClaim[]> {
  return reader.sql<StepClaim>(
    `with due as (
       select s.port_id, s.step from unnest($5::text[]) as kind (step) cross join lateral (
         select port_id, step from port_step s
          where s.step = kind.step and s.state in ('waiting', 'failed') and s.next_attempt_at <= $1
            and (s.locked_until is null or s.locked_until <= $1)
            and (s.step <> $4 or not exists (
              select 1 from port_step o where o.port_id = s.port_id and o.step <> $4 and o.state in ('waiting', 'failed')))
          order by s.next_attempt_at limit $3 for update skip locked) s)
     update port_step s set locked_until = $2, next_attempt_at = $2, attempts = s.attempts + 1 from due
      where s.port_id = due.port_id and s.step = due.step
     returning s.port_id as "portId", s.step, s.attempts, s.started_at as "startedAt"`,
    [now, now.add({ seconds: leaseSeconds }), limit, last, steps],
  )
}

/** Ends a step for good. @returns false when it had ended before */
export async function endStep(
  tx: Tx,
  { portId, step }: StepClaim,
  end: { readonly state: 'confirmed' | 'not_required'; readonly by: string; readonly at: Temporal.Instant },
): Promise<boolean> {
  const rows = await tx.sql(
    `update port_step set state = $3, confirmed_by = $4, confirmed_at = $5, next_attempt_at = null, locked_until = null, last_error = null
      where port_id = $1 and step = $2 and state in ('waiting', 'failed') returning step`,
    [portId, step, end.state, end.by.slice(0, 1000), end.at],
  )
  return rows.length === 1
}

/**
 * Gives a step back, to be tried again; at once, where it was made due while it was tried. One that another worker has claimed since is
 * left to that worker.
 */
export async function postponeStep(
  reader: Reader,
  { portId, step, attempts }: StepClaim,
  next: { readonly state: 'waiting' | 'failed'; readonly reason: string; readonly at: Temporal.Instant },
): Promise<void> {
  await reader.sql(
    `update port_step set state = $4, last_error = $5, locked_until = null,
            next_attempt_at = case when next_attempt_at is distinct from locked_until then next_attempt_at else $6 end
      where port_id = $1 and step = $2 and attempts = $3 and state in ('waiting', 'failed')`,
    [portId, step, attempts, next.state, next.reason.slice(0, 1000), next.at],
  )
}

/** How many steps of a port are still to be confirmed. */
export async function countOpenSteps(reader: Reader, portId: string): Promise<number> {
  const [row] = await reader.sql<{ count: number }>(
    "select count(*) as count from port_step where port_id = $1 and state in ('waiting', 'failed')",
    [portId],
  )
  return row?.count ?? 0
}

/** The state of one step, locked for a change. */
export async function lockStep(tx: Tx, portId: string, step: StepName): Promise<StepState | undefined> {
  const [row] = await tx.sql<{ state: StepState }>(
    'select state from port_step where port_id = $1 and step = $2 for update',
    [portId, step],
  )
  return row?.state
}

export async function retrySoon(tx: Tx, portId: string, step: StepName, at: Temporal.Instant): Promise<void> {
  await tx.sql('update port_step set next_attempt_at = $3 where port_id = $1 and step = $2', [portId, step, at])
  await wakeChecks(tx)
}

/** Makes open steps of these ports due, and wakes whoever works them off. */
export async function hastenSteps(
  tx: Tx,
  {
    msgidentifiers,
    steps,
    at,
  }: { msgidentifiers: readonly string[]; steps: readonly StepName[]; at: Temporal.Instant },
): Promise<void> {
  // locked in one order: another receiver of the same events may hasten the same steps
  const hastened = await tx.sql(
    `with late as (
       select s.port_id, s.step from port p join port_step s on s.port_id = p.id
        where p.msgidentifier = any($1) and s.step = any($2) and s.state in ('waiting', 'failed') and s.next_attempt_at > $3
        order by s.port_id, s.step for update of s)
     update port_step s set next_attempt_at = $3 from late where s.port_id = late.port_id and s.step = late.step returning s.step`,
    [msgidentifiers, steps, at],
  )
  if (hastened.length > 0) await wakeChecks(tx)
}

/**
 * Has the deliveries of a port that still wait made at once, and those of the event that were given up made again; not those of a
 * webhook that was removed.
 */
export async function reviveDeliveries(
  tx: Tx,
  { subject, type, at }: { readonly subject: string; readonly type: string; readonly at: Temporal.Instant },
): Promise<void> {
  await tx.sql(
    `update delivery d set state = 'queued', next_attempt_at = $3, settled_at = null,
            attempts = case d.state when 'dead' then 0 else d.attempts end
       from event e
      where e.id = d.event_id and e.subject = $1 and (d.state = 'queued' 
        or (d.state = 'dead' and e.type = $2 and exists (select 1 from webhook w where w.name = d.subscription)))`,
    [subject, type, at],
  )
  await tx.sql("select pg_notify('work', 'deliver')")
}

export type StepRow = {
  readonly step: StepName
  readonly state: StepState
  readonly attempts: number
  readonly lastError: string | null
  readonly nextAttemptAt: Temporal.Instant | null
  readonly confirmedAt: Temporal.Instant | null
  readonly confirmedBy: string | null
}

export async function findSteps(reader: Reader, portId: string): Promise<StepRow[]> {
  return reader.sql<StepRow>(
    `select step, state, attempts, last_error as "lastError", next_attempt_at as "nextAttemptAt",
            confirmed_at as "confirmedAt", confirmed_by as "confirmedBy"
       from port_step where port_id = $1 order by position`,
    [portId],
  )
}

/** How a delivery of an event stands; while one before it waits, how that one does, because they go in order. */
export type Delivered = {
  readonly subscription: string
  /** Of the webhook: whether it still takes deliveries. */
  readonly audience: 'there' | 'paused' | 'gone'
  readonly state: 'queued' | 'delivered' | 'dead'
  readonly attempts: number
  readonly lastError: string | null
}

/** @returns undefined when the event was never said */
export async function findDeliveries(
  reader: Reader,
  { subject, type }: { readonly subject: string; readonly type: string },
): Promise<Delivered[] | undefined> {
  const rows = await reader.sql<{ subscription: string | null } & Omit<Delivered, 'subscription'>>(
    `select d.subscription, d.state, coalesce(b.attempts, d.attempts) as attempts,
            case when w.paused_at is not null then 'paused' when w.name is null then 'gone' else 'there' end as audience,
            coalesce(b.last_error, 'HTTP ' || b.last_status, d.last_error, 'HTTP ' || d.last_status) as "lastError"
       from event e left join delivery d on d.event_id = e.id left join webhook w on w.name = d.subscription
       left join lateral (
         select x.attempts, x.last_error, x.last_status from delivery x join event y on y.id = x.event_id
          where y.subject = e.subject and y.sequence <= e.sequence and x.subscription = d.subscription and x.state = 'queued'
          order by y.sequence limit 1) b on d.state = 'queued'
      where e.subject = $1 and e.type = $2 order by d.subscription`,
    [subject, type],
  )
  if (rows.length === 0) return undefined
  return rows.flatMap(({ subscription, ...rest }) => (subscription === null ? [] : [{ subscription, ...rest }]))
}

/** Steps that wait and fail, by name, for the metrics. */
export async function countStepsByState(
  reader: Reader,
): Promise<{ step: StepName; state: 'waiting' | 'failed'; count: number }[]> {
  return reader.sql(
    "select step, state, count(*) as count from port_step where state in ('waiting', 'failed') group by step, state",
  )
}
