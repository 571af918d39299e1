import type { Reader, Tx } from '../db/db.ts'
import type { NumberRange } from '../numbers/range.ts'
import type { GuardState } from './guard.ts'
import type { Finding } from './guard-checks.ts'
import { PORTING_STATES } from './port-in.machine.ts'
import type { Basis } from './port-out.store.ts'

const MEETS = 'length(first_number) = length($1) and first_number <= $2 and last_number >= $1'

export type NumberLock = { readonly id: string; readonly reason: string; readonly until: Temporal.Instant | null }

/** Locks that hold any number of the range now. */
export async function findLocks(reader: Reader, range: NumberRange, now: Temporal.Instant): Promise<NumberLock[]> {
  return reader.sql<NumberLock>(
    `select id, reason, until from number_lock
     where ${MEETS} and lifted_at is null and (until is null or until > $3) order by created_at`,
    [range.first, range.last, now],
  )
}

export type NewLock = {
  readonly id: string
  readonly range: NumberRange
  readonly reason: string
  readonly until: Temporal.Instant | undefined
  readonly at: Temporal.Instant
  readonly by: string
}

export async function insertLock(tx: Tx, { id, range, reason, until, at, by }: NewLock): Promise<void> {
  await tx.sql(
    `insert into number_lock (id, first_number, last_number, reason, until, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, range.first, range.last, reason, until ?? null, at, by],
  )
}

/** @returns the range that is free again; undefined when there is no such lock, or it was lifted before */
export async function liftLock(
  tx: Tx,
  id: string,
  { at, by }: { at: Temporal.Instant; by: string },
): Promise<NumberRange | undefined> {
  const [row] = await tx.sql<NumberRange>(
    `update number_lock set lifted_at = $2, lifted_by = $3 where id = $1 and lifted_at is null
     returning first_number as first, last_number as last`,
    [id, at, by],
  )
  return row
}

export type SecretKind = 'pin' | 'account'
export type NumberSecret = {
  readonly kind: SecretKind
  readonly fingerprint: Buffer
  readonly salt: Buffer
  readonly hash: Buffer
}

export async function findSecrets(reader: Reader, range: NumberRange): Promise<NumberSecret[]> {
  const rows = await reader.sql<Omit<NumberSecret, 'fingerprint'>>(
    `select kind, salt, hash from number_secret where ${MEETS} and removed_at is null`,
    [range.first, range.last],
  )
  return rows.map((row) => ({ ...row, fingerprint: Buffer.alloc(0) })) // a PIN is too short for one: it would be told by it
}

export type NewSecret = {
  readonly id: string
  readonly range: NumberRange
  readonly kind: SecretKind
  readonly salt: Buffer
  readonly hash: Buffer
  readonly at: Temporal.Instant
  readonly by: string
}

/** Sets a secret in the place of those of the same kind on the same numbers. */
export async function replaceSecret(tx: Tx, { id, range, kind, salt, hash, at, by }: NewSecret): Promise<void> {
  await removeSecrets(tx, range, kind, at)
  await tx.sql(
    `insert into number_secret (id, first_number, last_number, kind, salt, hash, set_at, set_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, range.first, range.last, kind, salt, hash, at, by],
  )
}

/** @returns how many were removed */
export async function removeSecrets(
  tx: Tx,
  range: NumberRange,
  kind: SecretKind,
  at: Temporal.Instant,
): Promise<number> {
  const rows = await tx.sql(
    `update number_secret set removed_at = $4 where ${MEETS} and kind = $3 and removed_at is null returning id`,
    [range.first, range.last, kind, at],
  )
  return rows.length
}

/** Wrong proofs for any number of the range since an instant. */
export async function countFailedProofs(reader: Reader, range: NumberRange, since: Temporal.Instant): Promise<number> {
  const [row] = await reader.sql<{ count: number }>(
    `select count(*) as count from port_check c join port p on p.id = c.port_id
     where ${MEETS} and c.name = 'proof' and c.verdict = 'fail' and c.at >= $3`,
    [range.first, range.last, since],
  )
  return row?.count ?? 0
}

/** Port-outs of any number of the range that were refused since an instant. */
export async function countRefused(reader: Reader, range: NumberRange, since: Temporal.Instant): Promise<number> {
  const [row] = await reader.sql<{ count: number }>(
    `select count(*) as count from port
     where ${MEETS} and direction = 'out' and state = $3 and updated_at >= $4`,
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
