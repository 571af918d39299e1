import type { Reader, Tx } from '../db/db.ts'
import type { Counts } from './import-batch.ts'
import type { Refusal } from './import-check.ts'
import type { FormatName } from './import-record.codec.ts'

/** What tells one import from another: the same file with the same wish is gone on with. */
export type ImportWish = {
  readonly format: FormatName
  readonly sha256: string
  readonly expiresAt: Temporal.Instant | undefined
  /** Why routes that a port promises may be set aside; undefined: they may not. */
  readonly forcedReason: string | undefined
}

/** How far an import has come. */
export type ImportStand = {
  readonly octetsDone: number
  readonly refused: number
  readonly repeated: number
  readonly counts: Counts
}

export type ImportBeginning = {
  readonly wish: ImportWish
  readonly fileName: string
  readonly octets: number
  readonly records: number
  readonly by: string
  readonly at: Temporal.Instant
}

/** The newest import of this wish that has not ended. */
export async function findRunning(
  tx: Tx,
  { format, sha256, expiresAt, forcedReason }: ImportWish,
): Promise<(ImportStand & { readonly id: number }) | undefined> {
  const [row] = await tx.sql<{ id: number; octets_done: number; refused: number; repeated: number; counts: Counts }>(
    `select id, octets_done, refused, repeated, counts from route_import
      where sha256 = $1 and format = $2 and state = 'running'
        and expires_at is not distinct from $3::timestamptz and forced_reason is not distinct from $4::text
      order by id desc limit 1`,
    [sha256, format, expiresAt, forcedReason],
  )
  if (!row) return undefined
  const { id, octets_done: octetsDone, refused, repeated, counts } = row
  return { id, octetsDone, refused, repeated, counts }
}

/** @returns the id of the new import */
export async function insertImport(
  tx: Tx,
  { wish, fileName, octets, records, by, at }: ImportBeginning,
): Promise<number> {
  const [row] = await tx.sql<{ id: number }>(
    `with taken as (
       insert into counter as c (name, value) values ('route_import', 1)
       on conflict (name) do update set value = c.value + 1 returning value)
     insert into route_import (id, file_name, format, sha256, octets, records, octets_done, refused, repeated, counts,
            state, said_by, started_at, changed_at, expires_at, forced_reason)
     select value, $1, $2, $3, $4, $5, 0, 0, 0, '{}', 'running', $6, $7, $7, $8, $9 from taken returning id`,
    [fileName, wish.format, wish.sha256, octets, records, by, at, wish.expiresAt, wish.forcedReason],
  )
  if (!row) throw new Error('the import got no id')
  return row.id
}

export type Step = {
  readonly id: number
  /** Where the import stood when the step was prepared. */
  readonly from: number
  readonly stand: ImportStand
  readonly state: 'running' | 'done'
  readonly at: Temporal.Instant
}

/** Saves how far an import has come. @returns false when it does not stand where it stood, or has ended */
export async function saveStep(tx: Tx, { id, from, stand, state, at }: Step): Promise<boolean> {
  const { octetsDone, refused, repeated, counts } = stand
  const rows = await tx.sql(
    `update route_import set octets_done = $3, refused = $4, repeated = $5, counts = $6, state = $7, changed_at = $8
      where id = $1 and octets_done = $2 and state = 'running' and (expires_at is null or expires_at > $8) returning id`,
    [id, from, octetsDone, refused, repeated, counts, state, at],
  )
  return rows.length === 1
}

export async function insertRefusals(tx: Tx, id: number, refusals: readonly Refusal[]): Promise<void> {
  if (refusals.length === 0) return
  await tx.sql(
    `insert into route_import_refusal (import_id, line, content, reason)
     select $1, line, content, reason
       from unnest($2::bigint[], $3::text[], $4::text[]) as refused (line, content, reason)`,
    [
      id,
      refusals.map(({ line }) => line),
      refusals.map(({ content }) => content),
      refusals.map(({ reason }) => reason),
    ],
  )
}

export async function findRefusalsAfter(
  reader: Reader,
  id: number,
  { line, limit }: { readonly line: number; readonly limit: number },
): Promise<Refusal[]> {
  return reader.sql<Refusal>(
    'select line, content, reason from route_import_refusal where import_id = $1 and line > $2 order by line limit $3',
    [id, line, limit],
  )
}
