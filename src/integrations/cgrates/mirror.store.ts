import type { Reader } from '../../db/db.ts'
import type { E164 } from '../../numbers/e164.ts'

/** How far the copy has come: whole generations, then rows of the next one, then numbers of the next row. */
export type Cursor = {
  readonly generation: number
  readonly doneChanges: number
  readonly doneNumber: E164 | undefined
}

export type Lease = {
  readonly name: string
  readonly holder: string
  readonly now: Temporal.Instant
  readonly lockedUntil: Temporal.Instant
}

export type HeldMirror = {
  readonly cursor: Cursor
  readonly reconcileAt: Temporal.Instant
  readonly checkedNumber: E164 | undefined
}

type MirrorRow = {
  generation: number
  done_changes: number
  done_number: E164 | null
  reconcile_at: Temporal.Instant
  checked_number: E164 | null
}

/**
 * Takes the lease of a copy; a copy that is not known begins at `generation` and is due to be compared at once.
 * @returns undefined while somebody else holds it
 */
export async function claimMirror(
  reader: Reader,
  { name, holder, now, lockedUntil }: Lease,
  generation: number,
): Promise<HeldMirror | undefined> {
  const [row] = await reader.sql<MirrorRow>(
    `insert into route_mirror as m (name, generation, done_changes, reconcile_at, locked_by, locked_until)
     values ($1, $2, 0, $3, $4, $5)
     on conflict (name) do update set locked_by = $4, locked_until = $5
       where m.locked_until is null or m.locked_until <= $3
     returning m.generation, m.done_changes, m.done_number, m.reconcile_at, m.checked_number`,
    [name, generation, now, holder, lockedUntil],
  )
  return (
    row && {
      cursor: {
        generation: row.generation,
        doneChanges: row.done_changes,
        doneNumber: row.done_number ?? undefined,
      },
      reconcileAt: row.reconcile_at,
      checkedNumber: row.checked_number ?? undefined,
    }
  )
}

/** Notes what is in the copy now, and holds it on. @returns whether the lease is still ours */
export async function saveCursor(
  reader: Reader,
  { name, holder, lockedUntil }: Lease,
  cursor: Cursor,
): Promise<boolean> {
  const rows = await reader.sql(
    `update route_mirror set generation = $3, done_changes = $4, done_number = $5, locked_until = $6
     where name = $1 and locked_by = $2 returning name`,
    [name, holder, cursor.generation, cursor.doneChanges, cursor.doneNumber ?? null, lockedUntil],
  )
  return rows.length > 0
}

export async function saveReconciled(
  reader: Reader,
  { name, holder, now }: Lease,
  next: { readonly at: Temporal.Instant; readonly checkedNumber: E164 | undefined },
): Promise<void> {
  await reader.sql(
    `update route_mirror set reconciled_at = $3, reconcile_at = $4, checked_number = $5
     where name = $1 and locked_by = $2`,
    [name, holder, now, next.at, next.checkedNumber ?? null],
  )
}

export async function releaseMirror(reader: Reader, { name, holder }: Lease): Promise<void> {
  await reader.sql('update route_mirror set locked_until = null where name = $1 and locked_by = $2', [name, holder])
}

/** Writes what is wrong with numbers in the copy, and forgets it of those that are right. */
export async function saveFaults(
  reader: Reader,
  name: string,
  found: {
    readonly wrong: readonly { readonly number: E164; readonly reason: string }[]
    readonly right: readonly E164[]
    readonly at: Temporal.Instant
  },
): Promise<void> {
  if (found.right.length > 0) {
    await reader.sql('delete from route_mirror_fault where mirror = $1 and e164 = any($2)', [name, found.right])
  }
  if (found.wrong.length === 0) return
  await reader.sql(
    `insert into route_mirror_fault as f (mirror, e164, reason, attempts, at)
     select $1, e164, reason, 1, $4 from unnest($2::text[], $3::text[]) as w (e164, reason)
     on conflict (mirror, e164) do update set reason = excluded.reason, attempts = f.attempts + 1, at = excluded.at`,
    [name, found.wrong.map(({ number }) => number), found.wrong.map(({ reason }) => reason), found.at],
  )
}

export async function findFaults(reader: Reader, name: string): Promise<{ number: E164; reason: string }[]> {
  return reader.sql<{ number: E164; reason: string }>(
    'select e164 as number, reason from route_mirror_fault where mirror = $1 order by e164',
    [name],
  )
}

/** Faults whose next try is due: 2, 4, 8 ... seconds after the last, at most an hour. */
export async function findDueFaults(
  reader: Reader,
  { name, now }: Pick<Lease, 'name' | 'now'>,
  limit: number,
): Promise<E164[]> {
  const rows = await reader.sql<{ number: E164 }>(
    `select e164 as number from route_mirror_fault
     where mirror = $1 and at + make_interval(secs => least(3600, power(2, least(attempts, 12)))) <= $2
     order by at limit $3`,
    [name, now, limit],
  )
  return rows.map(({ number }) => number)
}

export type MirrorRowStatus = {
  readonly generation: number
  readonly reconciledAt: Temporal.Instant | null
  readonly faults: number
}

export async function findMirror(reader: Reader, name: string): Promise<MirrorRowStatus | undefined> {
  const [row] = await reader.sql<MirrorRowStatus>(
    `select generation, reconciled_at as "reconciledAt",
            (select count(*) from route_mirror_fault where mirror = $1) as faults
     from route_mirror where name = $1`,
    [name],
  )
  return row
}

/** The generation that the copy has, once it is complete; undefined before, and for a number that it has wrong. */
export async function findGenerationOf(reader: Reader, name: string, number: E164): Promise<number | undefined> {
  const [row] = await reader.sql<{ generation: number }>(
    `select generation from route_mirror m where name = $1 and reconciled_at is not null
       and not exists (select 1 from route_mirror_fault f where f.mirror = m.name and f.e164 = $2)`,
    [name, number],
  )
  return row?.generation
}
