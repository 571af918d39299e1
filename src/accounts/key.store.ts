import type { Reader, Tx } from '../db/db.ts'
import type { KeyRecord, KeyRow } from './key.ts'

type Row = {
  id: string
  username: string
  tier: KeyRecord['tier']
  created_at: Temporal.Instant
  created_by: string
  expires_at: Temporal.Instant | null
  revoked_at: Temporal.Instant | null
  last_used_at: Temporal.Instant | null
  label: string | null
  replaced_by: string | null
  user_disabled_at: Temporal.Instant | null
}
type SecretRow = Row & { fingerprint: Buffer; salt: Buffer; hash: Buffer }

const RECORD = `k.id, k.username, k.tier, k.created_at, k.created_by, k.expires_at, k.revoked_at, k.last_used_at, k.label, k.replaced_by,
  (select u.disabled_at from api_user u where u.username = k.username) as user_disabled_at`

export async function insertKey(tx: Tx, { record, secret }: KeyRow): Promise<void> {
  await tx.sql(
    `insert into api_key (id, username, tier, fingerprint, salt, hash, created_at, created_by, expires_at, label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      record.id,
      record.username,
      record.tier,
      secret.fingerprint,
      secret.salt,
      secret.hash,
      record.createdAt,
      record.createdBy,
      record.expiresAt,
      record.label,
    ],
  )
}

/** At most a few: the fingerprint has 32 bits. */
export async function keysOfFingerprint(reader: Reader, fingerprint: Buffer): Promise<KeyRow[]> {
  const rows = await reader.sql<SecretRow>(
    `select ${RECORD}, k.fingerprint, k.salt, k.hash from api_key k where k.fingerprint = $1 order by k.created_at, k.id`,
    [fingerprint],
  )
  return rows.map((row) => ({
    record: recordOf(row),
    secret: { fingerprint: row.fingerprint, salt: row.salt, hash: row.hash },
  }))
}

export async function allKeys(reader: Reader): Promise<KeyRecord[]> {
  return (await reader.sql<Row>(`select ${RECORD} from api_key k order by k.created_at, k.id`)).map(recordOf)
}

export async function keyCount(reader: Reader): Promise<number> {
  const [row] = await reader.sql<{ count: number }>('select count(*) as count from api_key')
  return row?.count ?? 0
}

/** Nobody else changes an admin key until the transaction ends. */
export async function lockAdminKeys(tx: Tx): Promise<void> {
  await tx.sql("select id from api_key where tier = 'admin' order by id for update")
}

/** Of processes that make keys where there are none, one at a time does until its transaction ends. */
export async function lockMaking(tx: Tx): Promise<void> {
  await tx.sql(
    `insert into counter as c (name, value) values ('keys_made', 0) on conflict (name) do update set value = c.value`,
  )
}

/** @returns undefined when there is no such key, or it is revoked already */
export async function revoke(tx: Tx, id: string, at: Temporal.Instant): Promise<KeyRecord | undefined> {
  const rows = await tx.sql<Row>(
    `update api_key k set revoked_at = $2 where k.id = $1 and k.revoked_at is null returning ${RECORD}`,
    [id, at],
  )
  return rows.map(recordOf)[0]
}

export async function findKey(reader: Reader, id: string): Promise<KeyRecord | undefined> {
  const rows = await reader.sql<Row>(`select ${RECORD} from api_key k where k.id = $1`, [id])
  return rows.map(recordOf)[0]
}

/** Changes when a key ends, and what replaces it. @returns undefined when there is no such key, or it is revoked */
export async function changeEnd(
  tx: Tx,
  id: string,
  { expiresAt, replacedBy }: { expiresAt: Temporal.Instant | undefined; replacedBy?: string },
): Promise<KeyRecord | undefined> {
  const rows = await tx.sql<Row>(
    `update api_key k set expires_at = $2, replaced_by = coalesce($3::uuid, k.replaced_by)
     where k.id = $1 and k.revoked_at is null returning ${RECORD}`,
    [id, expiresAt ?? null, replacedBy ?? null],
  )
  return rows.map(recordOf)[0]
}

export async function noteUse(reader: Reader, id: string, at: Temporal.Instant): Promise<void> {
  await reader.sql(
    'update api_key set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2)',
    [id, at],
  )
}

function recordOf(row: Row): KeyRecord {
  return {
    id: row.id,
    username: row.username,
    tier: row.tier,
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
    label: row.label ?? undefined,
    replacedBy: row.replaced_by ?? undefined,
    isUserDisabled: row.user_disabled_at !== null,
  }
}
