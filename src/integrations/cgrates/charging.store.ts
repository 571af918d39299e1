import type { Reader } from '../../db/db.ts'
import type { E164 } from '../../numbers/e164.ts'

export type StepKey = { readonly portId: string; readonly step: string }

/** What a step has found so far; printed in the dossier, so plain JSON. */
export type StepDetail = Readonly<Record<string, string | number | null>>

export type StepClaim =
  | { readonly kind: 'done' }
  /** Another worker is at it. */
  | { readonly kind: 'busy' }
  | ({ readonly kind: 'open'; readonly doneNumber: E164 | undefined; readonly detail: StepDetail } & Attempt)

/** Which try of a step it is, and so whose: a worker whose lease ran out finds a higher number. */
export type Attempt = { readonly attempts: number }

/** Takes a step to work on it; a step that was left half done goes on where it stopped. */
export async function claimStep(
  reader: Reader,
  { portId, step }: StepKey,
  { now, lockedUntil }: { readonly now: Temporal.Instant; readonly lockedUntil: Temporal.Instant },
): Promise<StepClaim> {
  const [row] = await reader.sql<{ done_number: E164 | null; detail: StepDetail; attempts: number }>(
    `insert into charging_step as s (port_id, step, state, attempts, detail, locked_until, started_at)
     values ($1, $2, 'started', 1, '{}', $4, $3)
     on conflict (port_id, step) do update set state = 'started', attempts = s.attempts + 1, locked_until = $4
       where s.state <> 'done' and (s.locked_until is null or s.locked_until <= $3)
     returning s.done_number, s.detail, s.attempts`,
    [portId, step, now, lockedUntil],
  )
  if (row) return { kind: 'open', doneNumber: row.done_number ?? undefined, detail: row.detail, attempts: row.attempts }
  const [found] = await reader.sql<{ state: string }>(
    'select state from charging_step where port_id = $1 and step = $2',
    [portId, step],
  )
  return { kind: found?.state === 'done' ? 'done' : 'busy' }
}

/** Notes how far a step has come, and holds it on. @returns whether it is still this worker's */
export async function saveStep(
  reader: Reader,
  { portId, step, attempts }: StepKey & Attempt,
  progress: { readonly doneNumber: E164; readonly detail: StepDetail; readonly lockedUntil: Temporal.Instant },
): Promise<boolean> {
  const rows = await reader.sql(
    `update charging_step set done_number = $4, detail = $5, locked_until = $6
     where port_id = $1 and step = $2 and state = 'started' and attempts = $3 returning step`,
    [portId, step, attempts, progress.doneNumber, JSON.stringify(progress.detail), progress.lockedUntil],
  )
  return rows.length === 1
}

/**
 * Ends a round of a step: done for good, or failed with the reason and free for the next try.
 *
 * @returns whether it was still this worker's
 */
export async function endStep(
  reader: Reader,
  { portId, step, attempts }: StepKey & Attempt,
  end: { readonly error: string | null; readonly at: Temporal.Instant },
): Promise<boolean> {
  const rows = await reader.sql(
    `update charging_step set state = $4, last_error = $5, done_at = $6, locked_until = null
     where port_id = $1 and step = $2 and state = 'started' and attempts = $3 returning step`,
    [portId, step, attempts, end.error === null ? 'done' : 'failed', end.error, end.error === null ? end.at : null],
  )
  return rows.length === 1
}

/** One step of a port, for its checklist. */
export type StepRecord = {
  readonly step: string
  readonly state: 'started' | 'done' | 'failed'
  readonly attempts: number
  readonly lastError: string | null
  readonly detail: StepDetail
  readonly doneAt: Temporal.Instant | null
}

export async function findSteps(reader: Reader, portId: string): Promise<StepRecord[]> {
  return reader.sql<StepRecord>(
    `select step, state, attempts, last_error as "lastError", detail, done_at as "doneAt"
     from charging_step where port_id = $1 order by started_at, step`,
    [portId],
  )
}
