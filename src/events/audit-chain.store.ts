import type { Reader, Tx } from '../db/db.ts'
import { AUDIT_COLUMNS, type AuditEntry } from './audit-log.store.ts'

/** What a seal covers. */
export type SealableRow = Omit<AuditEntry, 'position' | 'hash'>
export type SealedRow = SealableRow & { readonly position: number; readonly hash: Buffer }

const COUNTER = 'audit_chain'

/** Takes the end of the chain for this transaction alone. @returns its last row, undefined before the first */
export async function lockChain(tx: Tx): Promise<{ position: number; hash: Buffer } | undefined> {
  const [counter] = await tx.sql<{ value: number }>(
    `insert into counter as c (name, value) values ($1, 0)
     on conflict (name) do update set value = c.value returning value`,
    [COUNTER],
  )
  const position = counter?.value ?? 0
  if (position === 0) return undefined
  const [row] = await tx.sql<{ hash: Buffer }>('select hash from audit where position = $1', [position])
  if (!row) throw new Error(`the end of the audit chain, row ${position}, is gone: verify the chain`)
  return { position, hash: row.hash }
}

/** Rows without a place yet, oldest first. */
export async function findUnsealed(reader: Reader, limit: number): Promise<SealableRow[]> {
  return reader.sql<SealableRow>(
    `select sequence, at, actor, surface, action, subject, reason, detail from audit
     where position is null order by sequence limit $1`,
    [limit],
  )
}

export async function saveSeals(
  tx: Tx,
  seals: readonly { readonly sequence: number; readonly position: number; readonly hash: Buffer }[],
): Promise<void> {
  const last = seals.at(-1)
  if (!last) return
  await tx.sql(
    `update audit a set position = s.position, hash = s.hash
     from unnest($1::bigint[], $2::bigint[], $3::bytea[]) as s (sequence, position, hash)
     where a.sequence = s.sequence and a.position is null`,
    [seals.map((seal) => seal.sequence), seals.map((seal) => seal.position), seals.map((seal) => seal.hash)],
  )
  await tx.sql('update counter set value = $2 where name = $1', [COUNTER, last.position])
}

export async function findSealed(reader: Reader, after: number, limit: number): Promise<SealedRow[]> {
  return reader.sql<SealedRow>(`select ${AUDIT_COLUMNS} from audit where position > $1 order by position limit $2`, [
    after,
    limit,
  ])
}

/** How many rows were ever sealed. */
export async function findChainHead(reader: Reader): Promise<number> {
  const [row] = await reader.sql<{ value: number }>('select value from counter where name = $1', [COUNTER])
  return row?.value ?? 0
}

/** Where the chain begins: after the newest cut. */
export type ChainStart = { readonly position: number; readonly hash: Buffer }

/** @returns undefined while nothing was ever cut off */
export async function findStart(reader: Reader): Promise<ChainStart | undefined> {
  const [row] = await reader.sql<ChainStart>('select position, hash from audit_start order by position desc limit 1')
  return row
}

/** Whether a row of the audit says that it was cut off there. */
export async function isCutRecorded(reader: Reader, action: string, { position, hash }: ChainStart): Promise<boolean> {
  const rows = await reader.sql(
    `select sequence from audit where action = $1 and subject = 'audit' and detail->>'position' = $2 and detail->>'hash' = $3`,
    [action, String(position), hash.toString('hex')],
  )
  return rows.length > 0
}

export type OldRow = ChainStart & { readonly at: Temporal.Instant; readonly subject: string }

/** The first rows of the chain as it is now. */
export async function findOldest(reader: Reader, limit: number): Promise<OldRow[]> {
  return reader.sql<OldRow>(
    'select position, hash, at, subject from audit where position is not null order by position limit $1',
    [limit],
  )
}

/** Removes the rows up to a position, and keeps what the next one is chained to. */
export async function cutOff(
  tx: Tx,
  { position, hash, removedAt }: ChainStart & { readonly removedAt: Temporal.Instant },
): Promise<void> {
  await tx.sql('delete from audit where position <= $1', [position])
  await tx.sql('insert into audit_start (position, hash, removed_at) values ($1, $2, $3)', [position, hash, removedAt])
}
