import type { Reader, Tx } from '../db/db.ts'
import type { UserRecord } from './user.ts'

const COLUMNS = `username, full_name as "fullName", email, created_at as "createdAt", created_by as "createdBy",
  disabled_at as "disabledAt", version`

/** Makes the user of a new key known; one that is known already stays as it is. */
export async function ensureUser(
  tx: Tx,
  { username, by, at }: { username: string; by: string; at: Temporal.Instant },
): Promise<void> {
  await tx.sql(
    'insert into api_user (username, created_at, created_by, version) values ($1, $2, $3, 1) on conflict (username) do nothing',
    [username, at, by],
  )
}

export async function insertUser(tx: Tx, user: UserRecord): Promise<boolean> {
  const rows = await tx.sql(
    `insert into api_user (username, full_name, email, created_at, created_by, version) values ($1, $2, $3, $4, $5, 1)
     on conflict (username) do nothing returning username`,
    [user.username, user.fullName, user.email, user.createdAt, user.createdBy],
  )
  return rows.length === 1
}

export async function findUsers(reader: Reader): Promise<UserRecord[]> {
  return reader.sql<UserRecord>(`select ${COLUMNS} from api_user order by username`)
}

export async function findUser(reader: Reader, username: string): Promise<UserRecord | undefined> {
  const [row] = await reader.sql<UserRecord>(`select ${COLUMNS} from api_user where username = $1`, [username])
  return row
}

/** @returns undefined when the version is no longer the one that was read */
export async function updateUser(tx: Tx, user: UserRecord): Promise<UserRecord | undefined> {
  const [row] = await tx.sql<UserRecord>(
    `update api_user set full_name = $3, email = $4, disabled_at = $5, version = version + 1
     where username = $1 and version = $2 returning ${COLUMNS}`,
    [user.username, user.version, user.fullName, user.email, user.disabledAt],
  )
  return row
}
