import type { Reader, Tx } from '../db/db.ts'

/** Why a port-out was authorised or refused: a person, the deployment's policy, our silence, or a rule that leaves no choice. */
export type Basis = {
  readonly kind: 'operator' | 'policy' | 'silence' | 'rule'
  /** What was known when it was decided; never a PIN. */
  readonly detail: Readonly<Record<string, unknown>>
}

/** Writes what a port-out has beside its port; the guard is due at once. */
export async function insertPortOut(
  tx: Tx,
  { portId, answerDueAt, at }: { portId: string; answerDueAt: Temporal.Instant; at: Temporal.Instant },
): Promise<void> {
  await tx.sql(
    `insert into port_out (port_id, answer_due_at, guard_state, guard_due_at, guard_attempts) values ($1, $2, 'due', $3, 0)`,
    [portId, answerDueAt, at],
  )
  await tx.sql("select pg_notify('work', 'guard')")
}

/** Until when our answer counts. */
export async function findAnswerDue(reader: Reader, portId: string): Promise<Temporal.Instant> {
  const [row] = await reader.sql<{ answer_due_at: Temporal.Instant }>(
    'select answer_due_at from port_out where port_id = $1',
    [portId],
  )
  if (!row) throw new Error(`port ${portId} is no port-out`)
  return row.answer_due_at
}

export async function recordBasis(
  tx: Tx,
  portId: string,
  { kind, detail }: Basis,
  { by, at }: { by: string; at: Temporal.Instant },
): Promise<void> {
  const rows = await tx.sql(
    `update port_out set basis = $2, basis_detail = $3, decided_by = $4, decided_at = $5 where port_id = $1 returning port_id`,
    [portId, kind, detail, by, at],
  )
  if (rows.length !== 1) throw new Error(`port ${portId} is no port-out`)
}

/** The guard leaves a port to a person, or has nothing more to do with it. */
export async function setGuard(
  tx: Tx,
  portId: string,
  state: 'held' | 'settled',
  because: string | null = null,
): Promise<void> {
  await tx.sql(
    `update port_out set guard_state = $2, guard_locked_until = null, held_because = coalesce($3, held_because)
     where port_id = $1`,
    [portId, state, because],
  )
}

/** The guard has nothing more to do with these ports. */
export async function settleGuards(tx: Tx, portIds: readonly string[]): Promise<void> {
  if (portIds.length === 0) return
  await tx.sql(
    "update port_out set guard_state = 'settled', guard_locked_until = null where port_id = any($1::uuid[])",
    [portIds],
  )
}
