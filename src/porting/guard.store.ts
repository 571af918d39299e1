import type { Reader, Tx } from '../db/db.ts'
import { meets } from '../numbers/meets.ts'
import type { NumberRange } from '../numbers/range.ts'
import type { GuardState } from './guard.ts'
import type { Finding } from './guard-checks.ts'
import { PORTING_STATES } from './port-in.machine.ts'
import type { Basis } from './port-out.store.ts'

/** Ports that share a number with the range from $1 to $2. */
const MEETING = `(select id, direction, state, updated_at from port r where ${meets('r', '$1::text', '$2::text')} offset 0) p`

/** Wrong proofs for any number of the range since an instant. */
export async function countFailedProofs(reader: Reader, range: NumberRange, since: Temporal.Instant): Promise<number> {
  const [row] = await reader.sql<{ count: number }>(
    `select count(*) as count from ${MEETING} join port_check c on c.port_id = p.id
     where c.name = 'proof' and c.verdict = 'fail' and c.at >= $3`,
    [range.first, range.last, since],
  )
  return row?.count ?? 0
}

/** Port-outs of any number of the range that were refused since an instant. */
export async function countRefused(reader: Reader, range: NumberRange, since: Temporal.Instant): Promise<number> {
  const [row] = await reader.sql<{ count: number }>(
    `select count(*) as count from ${MEETING}
     where p.direction = 'out' and p.state = $3 and p.updated_at >= $4`,
    [range.first, range.last, PORTING_STATES.Rejected, since],
  )
  return row?.count ?? 0
}

export type Claimed = { readonly portId: string; readonly answerDueAt: Temporal.Instant; readonly attempts: number }

/** Takes port-outs whose checks are due, under a lease, so that a worker that dies gives them back. */
export async function claimGuarded(
  reader: Reader,
  { now, leaseSeconds, limit }: { now: Temporal.Instant; leaseSeconds: number; limit: number },
): Promise<Claimed[]> {
  return reader.sql<Claimed>(
    `update port_out set guard_locked_until = $2
     where port_id in (
       select port_id from port_out
       where guard_state = 'due' and guard_due_at <= $1 and (guard_locked_until is null or guard_locked_until <= $1)
       order by guard_due_at limit $3 for update skip locked)
     returning port_id as "portId", answer_due_at as "answerDueAt", guard_attempts as attempts`,
    [now, now.add({ seconds: leaseSeconds }), limit],
  )
}

/** Gives a port-out back until its checks are due again. */
export async function postponeGuard(
  tx: Tx,
  portId: string,
  { until, attempts }: { until: Temporal.Instant; attempts: number },
): Promise<void> {
  await tx.sql(
    `update port_out set guard_due_at = $2, guard_attempts = $3, guard_locked_until = null
     where port_id = $1 and guard_state = 'due'`,
    [portId, until, attempts],
  )
}

export type MadeCheck = {
  readonly number: number
  readonly name: string
  readonly version: number
  readonly verdict: Finding['verdict']
  readonly code: number | null
  readonly said: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly at: Temporal.Instant
}

/** Every check that was made on a port-out, oldest first. */
export async function listChecks(reader: Reader, portId: string): Promise<MadeCheck[]> {
  return reader.sql<MadeCheck>(
    'select number, name, version, verdict, code, said, inputs, at from port_check where port_id = $1 order by number',
    [portId],
  )
}

export async function insertChecks(tx: Tx, portId: string, checks: readonly MadeCheck[]): Promise<void> {
  for (const check of checks) {
    await tx.sql(
      `insert into port_check (port_id, number, name, version, verdict, code, said, inputs, at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [portId, check.number, check.name, check.version, check.verdict, check.code, check.said, check.inputs, check.at],
    )
  }
}

export type Decided = {
  readonly guardState: GuardState
  readonly answerDueAt: Temporal.Instant
  readonly heldBecause: string | null
  readonly basis: Basis['kind'] | null
  readonly basisDetail: Basis['detail'] | null
  readonly decidedAt: Temporal.Instant | null
  readonly decidedBy: string | null
}

export async function findDecision(reader: Reader, portId: string): Promise<Decided | undefined> {
  const [row] = await reader.sql<Decided>(
    `select guard_state as "guardState", answer_due_at as "answerDueAt", held_because as "heldBecause", basis, basis_detail as "basisDetail",
       decided_at as "decidedAt", decided_by as "decidedBy" from port_out where port_id = $1`,
    [portId],
  )
  return row
}
