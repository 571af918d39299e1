import type { Reader } from '../db/db.ts'

export type AnsweredRow = {
  readonly request_hash: Buffer
  readonly started_at: Temporal.Instant
  readonly status: number | null
  readonly answer: Buffer | null
}

/** @returns false when the caller has used the key before */
export async function insertAnswered(
  db: Reader,
  { caller, key, requestHash, at }: { caller: string; key: string; requestHash: Buffer; at: Temporal.Instant },
): Promise<boolean> {
  const rows = await db.sql(
    `insert into answered_request (caller, key, request_hash, started_at) values ($1, $2, $3, $4)
     on conflict (caller, key) do nothing returning key`,
    [caller, key, requestHash, at],
  )
  return rows.length === 1
}

export async function findAnswered(db: Reader, caller: string, key: string): Promise<AnsweredRow | undefined> {
  const [row] = await db.sql<AnsweredRow>(
    'select request_hash, started_at, status, answer from answered_request where caller = $1 and key = $2',
    [caller, key],
  )
  return row
}

export async function saveAnswer(
  db: Reader,
  { caller, key, status, answer }: { caller: string; key: string; status: number; answer: Buffer },
): Promise<void> {
  await db.sql('update answered_request set status = $3, answer = $4 where caller = $1 and key = $2', [
    caller,
    key,
    status,
    answer,
  ])
}

export async function deleteAnswered(db: Reader, caller: string, key: string): Promise<void> {
  await db.sql('delete from answered_request where caller = $1 and key = $2', [caller, key])
}

/** @returns how many were forgotten; call again while it is `limit` */
export async function deleteAnsweredBefore(db: Reader, before: Temporal.Instant, limit: number): Promise<number> {
  const rows = await db.sql(
    `delete from answered_request where (caller, key) in (
       select caller, key from answered_request where started_at < $1 order by started_at limit $2) returning key`,
    [before, limit],
  )
  return rows.length
}
