import type { Secret } from '../accounts/secret.ts'
import type { Reader, Tx } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'
import { meets } from '../numbers/meets.ts'
import type { NumberRange } from '../numbers/range.ts'
import type { LockState, NumberLock, NumberPage, SecretKind, SetSecret } from './number-guard.ts'

const MEETING = {
  number_lock: 'id, first_number, last_number, reason, until, created_at, created_by, lifted_at, lifted_by',
  number_secret: 'id, first_number, last_number, kind, salt, hash, set_at, set_by, removed_at',
} as const

/**
 * The rows of a table that share a number with the range from $1 to $2, found before anything else is asked of them: no order and no
 * other condition may become the way to them.
 */
const meeting = (table: keyof typeof MEETING) =>
  `(select ${MEETING[table]} from ${table} r where ${meets('r', '$1::text', '$2::text')} offset 0) ${table}`

type Ends = { readonly first: E164; readonly last: E164 }
type LockRow = Omit<NumberLock, 'range'> & Ends
const LOCK_COLUMNS = `id, first_number as first, last_number as last, reason, until, created_at as "createdAt",
  created_by as "createdBy", lifted_at as "liftedAt", lifted_by as "liftedBy"`
const ranged = <Row extends Ends>({ first, last, ...rest }: Row) => ({ ...rest, range: { first, last } })

/** Locks that hold any number of the range now. */
export async function findLocks(reader: Reader, range: NumberRange, now: Temporal.Instant): Promise<NumberLock[]> {
  const rows = await reader.sql<LockRow>(
    `select ${LOCK_COLUMNS} from ${meeting('number_lock')}
     where lifted_at is null and (until is null or until > $3) order by created_at`,
    [range.first, range.last, now],
  )
  return rows.map(ranged)
}

/** Locks that hold now, or those that do no longer. */
export async function listLocks(
  reader: Reader,
  { state, now, number, before, limit }: NumberPage & { readonly state: LockState; readonly now: Temporal.Instant },
): Promise<NumberLock[]> {
  const rows = await reader.sql<LockRow>(
    `select ${LOCK_COLUMNS} from ${number ? meeting('number_lock') : 'number_lock'}
     where ($1::text is null or $2::text is not null) and ($3::uuid is null or id < $3)
       and (lifted_at is null and (until is null or until > $4)) = $5
     order by id desc limit $6`,
    [number ?? null, number ?? null, before ?? null, now, state === 'standing', limit],
  )
  return rows.map(ranged)
}

export async function insertLocks(tx: Tx, locks: readonly NumberLock[]): Promise<void> {
  await tx.sql(
    `insert into number_lock (id, first_number, last_number, reason, until, created_at, created_by)
     select id, first_number, last_number, reason, until, created_at, created_by
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[])
            as l (id, first_number, last_number, reason, until, created_at, created_by)`,
    [
      locks.map(({ id }) => id),
      locks.map(({ range }) => range.first),
      locks.map(({ range }) => range.last),
      locks.map(({ reason }) => reason),
      locks.map(({ until }) => until),
      locks.map(({ createdAt }) => createdAt),
      locks.map(({ createdBy }) => createdBy),
    ],
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

/** What is kept of a secret, to compare with, and whose it is. */
export type KeptSecret = Secret & { readonly kind: SecretKind; readonly range: NumberRange }

/** The secrets of any number of the range. */
export async function findSecrets(reader: Reader, range: NumberRange): Promise<KeptSecret[]> {
  const rows = await reader.sql<Ends & { kind: SecretKind; salt: Buffer; hash: Buffer }>(
    `select first_number as first, last_number as last, kind, salt, hash from ${meeting('number_secret')}
     where removed_at is null order by first_number, kind`,
    [range.first, range.last],
  )
  return rows.map((row) => ({ ...ranged(row), fingerprint: Buffer.alloc(0) })) // a PIN is too short for one: it would be told by it
}

const SECRET_COLUMNS = `id, first_number as first, last_number as last, kind, set_at as "setAt", set_by as "setBy"`

/** Secrets of a kind that are set on any number of the range. */
export async function findSecretsSet(reader: Reader, range: NumberRange, kind: SecretKind): Promise<SetSecret[]> {
  const rows = await reader.sql<Omit<SetSecret, 'range'> & Ends>(
    `select ${SECRET_COLUMNS} from ${meeting('number_secret')} where kind = $3 and removed_at is null order by first_number`,
    [range.first, range.last, kind],
  )
  return rows.map(ranged)
}

export async function listSecrets(reader: Reader, { number, before, limit }: NumberPage): Promise<SetSecret[]> {
  const rows = await reader.sql<Omit<SetSecret, 'range'> & Ends>(
    `select ${SECRET_COLUMNS} from ${number ? meeting('number_secret') : 'number_secret'}
     where ($1::text is null or $2::text is not null) and ($3::uuid is null or id < $3) and removed_at is null
     order by id desc limit $4`,
    [number ?? null, number ?? null, before ?? null, limit],
  )
  return rows.map(ranged)
}

export async function insertSecret(
  tx: Tx,
  { id, range, kind, setAt, setBy }: SetSecret,
  { salt, hash }: Pick<Secret, 'salt' | 'hash'>,
): Promise<void> {
  await tx.sql(
    `insert into number_secret (id, first_number, last_number, kind, salt, hash, set_at, set_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, range.first, range.last, kind, salt, hash, setAt, setBy],
  )
}

/** @returns what was removed; undefined when there is no such secret, or it was removed before */
export async function removeSecret(
  tx: Tx,
  id: string,
  at: Temporal.Instant,
): Promise<{ readonly range: NumberRange; readonly kind: SecretKind } | undefined> {
  const [row] = await tx.sql<Ends & { kind: SecretKind }>(
    `update number_secret set removed_at = $2 where id = $1 and removed_at is null
     returning first_number as first, last_number as last, kind`,
    [id, at],
  )
  return row && ranged(row)
}
