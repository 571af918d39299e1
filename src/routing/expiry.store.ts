import type { Reader, Tx } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'
import type { NumberRange } from '../numbers/range.ts'
import type { RouteRecord, RouteWrite } from './route.store.ts'
import type { Route } from './route.ts'

/** A route that holds for a time, and what the number had before it. */
export type Expiry = {
  /** Those of one number stand on each other in this order. */
  readonly sequence: number
  readonly number: E164
  readonly expiresAt: Temporal.Instant
  /** Of the route that expires. */
  readonly source: RouteWrite['source']
  readonly cause: string
  readonly by: string
  readonly before: RouteRecord | undefined
}

export type Before = { readonly number: E164; readonly before: RouteRecord | undefined }

/** Keeps what numbers have now, in the transaction that gives them a route for a time. */
export async function saveBefores(
  tx: Tx,
  befores: readonly Before[],
  { expiresAt, source, cause, by }: Pick<RouteWrite, 'source' | 'cause' | 'by'> & { expiresAt: Temporal.Instant },
): Promise<void> {
  await tx.sql(
    `insert into route_expiry (e164, expires_at, source, cause, said_by,
            before_operator, before_routing_number, before_number_type, before_source, before_cause)
     select e164, $7::timestamptz, $8, $9, $10, operator, routing_number, number_type, source, cause
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
            as before (e164, operator, routing_number, number_type, source, cause)`,
    [befores.map(({ number }) => number), ...columnsOf(befores), expiresAt, source, cause, by],
  )
}

function columnsOf(befores: readonly Pick<Before, 'before'>[]): (string | null)[][] {
  const column = (of: (record: RouteRecord) => string) => befores.map(({ before }) => (before ? of(before) : null))
  return [
    column(({ route }) => route.operator),
    column(({ route }) => route.routingNumber),
    column(({ route }) => route.numberType),
    column(({ source }) => source),
    column(({ cause }) => cause),
  ]
}

/** A later change that stays: nothing is reverted any more in the range. */
export async function cancelExpiries(tx: Tx, { first, last }: NumberRange): Promise<void> {
  await tx.sql('delete from route_expiry where e164 >= $1 and e164 <= $2 and length(e164) = length($1)', [first, last])
}

export async function cancelExpiriesOf(tx: Tx, numbers: readonly E164[]): Promise<void> {
  const [row] = await tx.sql<{ is_any: boolean }>('select exists (select 1 from route_expiry) as is_any')
  if (row?.is_any) await tx.sql('delete from route_expiry where e164 = any($1::text[])', [numbers])
}

/** Whether anything has expired: a look that takes no lock. */
export async function isAnythingDue(reader: Reader, now: Temporal.Instant): Promise<boolean> {
  const [row] = await reader.sql<{ is_due: boolean }>(
    `select exists (select 1 from route_expiry where expires_at <= $1)
         or exists (select 1 from route_import where expires_at <= $1 and state in ('running', 'done')) as is_due`,
    [now],
  )
  return row?.is_due ?? false
}

/** Everything that is kept of numbers of which something has expired, by number and in order. */
export async function findStacksDue(reader: Reader, now: Temporal.Instant, limit: number): Promise<Expiry[][]> {
  const rows = await reader.sql<ExpiryRow>(
    `select sequence, e164, expires_at, source, cause, said_by,
            before_operator, before_routing_number, before_number_type, before_source, before_cause
       from route_expiry
      where e164 in (select e164 from route_expiry where expires_at <= $1 order by expires_at, sequence limit $2)
      order by e164, sequence`,
    [now, limit],
  )
  return [...Map.groupBy(rows.map(expiryOf), ({ number }) => number).values()]
}

type ExpiryRow = {
  sequence: number
  e164: E164
  expires_at: Temporal.Instant
  source: RouteWrite['source']
  cause: string
  said_by: string
  before_operator: string | null
  before_routing_number: string | null
  before_number_type: Route['numberType'] | null
  before_source: RouteWrite['source'] | null
  before_cause: string | null
}

function expiryOf(row: ExpiryRow): Expiry {
  const { before_operator: operator, before_routing_number: routingNumber, before_number_type: numberType } = row
  const { before_source: source, before_cause: cause } = row
  const before =
    operator && routingNumber && numberType && source && cause
      ? { route: { operator, routingNumber, numberType }, source, cause }
      : undefined
  const { sequence, e164: number, expires_at: expiresAt, said_by: by } = row
  return { sequence, number, expiresAt, source: row.source, cause: row.cause, by, before }
}

/** What stood before an expired route now stands before the one above it. */
export async function moveBefores(tx: Tx, moved: readonly Pick<Expiry, 'sequence' | 'before'>[]): Promise<void> {
  if (moved.length === 0) return
  await tx.sql(
    `update route_expiry as above
        set before_operator = moved.operator, before_routing_number = moved.routing_number,
            before_number_type = moved.number_type, before_source = moved.source, before_cause = moved.cause
       from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
            as moved (sequence, operator, routing_number, number_type, source, cause)
      where above.sequence = moved.sequence`,
    [moved.map(({ sequence }) => sequence), ...columnsOf(moved)],
  )
}

export async function deleteExpiries(tx: Tx, sequences: readonly number[]): Promise<void> {
  await tx.sql('delete from route_expiry where sequence = any($1::bigint[])', [sequences])
}

/** Imports whose time is over are not gone on with, and say so. */
export async function expireImports(tx: Tx, now: Temporal.Instant): Promise<void> {
  await tx.sql(
    `update route_import set state = 'expired', changed_at = $1
      where expires_at <= $1 and state in ('running', 'done')`,
    [now],
  )
}
