import type { Reader } from '../db/db.ts'

/** An address, or a /64 of IPv6, that is not listened to for a while. */
export type Lockout = {
  readonly address: string
  readonly times: number
  readonly lockedAt: Temporal.Instant
  readonly lockedUntil: Temporal.Instant
}

const COLUMNS = 'address, times, locked_at as "lockedAt", locked_until as "lockedUntil"'

/** A minute at first; each time within a day doubles it, up to an hour. */
export async function lockOut(db: Reader, address: string, now: Temporal.Instant): Promise<Lockout> {
  const [row] = await db.sql<Lockout>(
    `insert into lockout as l (address, times, locked_at, locked_until) values ($1, 1, $2::timestamptz, $2::timestamptz + interval '1 minute')
     on conflict (address) do update set
       times = case when l.locked_at < $2::timestamptz - interval '1 day' then 1 else l.times + 1 end,
       locked_at = $2,
       locked_until = $2::timestamptz + least(interval '1 hour', interval '1 minute' *
         power(2, case when l.locked_at < $2::timestamptz - interval '1 day' then 0 else least(l.times, 10) end))
     returning ${COLUMNS}`,
    [address, now],
  )
  if (!row) throw new Error(`the lockout of ${address} was not saved`)
  // those that no longer make the next one longer
  await db.sql("delete from lockout where locked_at < $1::timestamptz - interval '1 day'", [now])
  return row
}

export async function findLockout(db: Reader, address: string, now: Temporal.Instant): Promise<Lockout | undefined> {
  const [row] = await db.sql<Lockout>(`select ${COLUMNS} from lockout where address = $1 and locked_until > $2`, [
    address,
    now,
  ])
  return row
}

export async function findLockouts(db: Reader, now: Temporal.Instant): Promise<Lockout[]> {
  return db.sql<Lockout>(`select ${COLUMNS} from lockout where locked_until > $1 order by locked_until desc`, [now])
}

/** @returns whether there was one */
export async function liftLockout(db: Reader, address: string, now: Temporal.Instant): Promise<boolean> {
  const rows = await db.sql(
    'update lockout set locked_until = $2 where address = $1 and locked_until > $2 returning address',
    [address, now],
  )
  return rows.length === 1
}
