import type { Reader } from '../db/db.ts'
import { digitsOf, type E164 } from '../numbers/e164.ts'
import type { KeptRoute, PastChange, RouteFilter } from './kept-route.ts'
import type { RouteWrite } from './route.store.ts'
import type { Route } from './route.ts'

/** Routes in number order after a number, read along the key: a filter that few routes pass reads many. */
export async function findKeptRoutes(
  reader: Reader,
  filter: RouteFilter,
  { after, limit }: { after: string; limit: number },
): Promise<KeptRoute[]> {
  const { prefix = '', operator, numberType, source, cause, isExpiring } = filter
  const rows = await reader.sql<KeptRow>(
    `select e164, operator, routing_number, number_type, source, cause, generation, valid_from,
            (select expires_at from route_expiry where route_expiry.e164 = route.e164 order by sequence desc limit 1) as expires_at
       from route
      where e164 > $1 and e164 >= $2 and e164 < $3
        and ($4::text is null or operator = $4) and ($5::text is null or number_type = $5)
        and ($6::text is null or source = $6) and ($7::text is null or cause = $7)
        and ($8::boolean is null or (e164 in (select e164 from route_expiry)) = $8)
      order by e164 limit $9`,
    // ':' follows '9': an upper end of all that begins so
    [after, `+${prefix}`, `+${prefix}:`, operator, numberType, source, cause, isExpiring, limit],
  )
  return rows.map(keptOf)
}

export async function findKeptRoute(reader: Reader, number: E164): Promise<KeptRoute | undefined> {
  const [row] = await reader.sql<KeptRow>(
    `select e164, operator, routing_number, number_type, source, cause, generation, valid_from,
            (select expires_at from route_expiry where route_expiry.e164 = route.e164 order by sequence desc limit 1) as expires_at
       from route where e164 = $1`,
    [number],
  )
  return row && keptOf(row)
}

/** When what a number has now is taken back: also that it has no route can be for a time. */
export async function findExpiry(reader: Reader, number: E164): Promise<Temporal.Instant | undefined> {
  const [row] = await reader.sql<{ expires_at: Temporal.Instant }>(
    'select expires_at from route_expiry where e164 = $1 order by sequence desc limit 1',
    [number],
  )
  return row?.expires_at
}

/** No range is longer: the most that a market lets be in one (market.schema.ts). */
const RANGE_NUMBERS_MAX = 100_000

/** The changes of a number's route below a generation, newest first. */
export async function findPast(
  reader: Reader,
  number: E164,
  { before, limit }: { before: number; limit: number },
): Promise<PastChange[]> {
  const digits = digitsOf(number)
  // bounded below, so that the index is not read from the first number of the country
  const lowest = Math.max(10 ** (digits.length - 1), Number(digits) - RANGE_NUMBERS_MAX + 1)
  const rows = await reader.sql<PastRow>(
    `select generation, position, first_number, last_number, operator, routing_number, number_type, source, cause, said_by, at
       from route_change
      where first_number >= $1 and first_number <= $2 and last_number >= $2 and length(first_number) = length($2)
        and generation < $3
      order by generation desc, position desc limit $4`,
    [`+${lowest}`, number, before, limit],
  )
  return rows.map((row) => ({
    generation: row.generation,
    position: row.position,
    range: { first: row.first_number, last: row.last_number },
    route:
      row.operator !== null && row.routing_number !== null && row.number_type !== null
        ? { operator: row.operator, routingNumber: row.routing_number, numberType: row.number_type }
        : undefined,
    source: row.source,
    cause: row.cause,
    by: row.said_by,
    at: row.at,
  }))
}

type KeptRow = {
  e164: E164
  operator: string
  routing_number: string
  number_type: Route['numberType']
  source: RouteWrite['source']
  cause: string
  generation: number
  valid_from: Temporal.Instant
  expires_at: Temporal.Instant | null
}

function keptOf(row: KeptRow): KeptRoute {
  return {
    number: row.e164,
    route: { operator: row.operator, routingNumber: row.routing_number, numberType: row.number_type },
    source: row.source,
    cause: row.cause,
    generation: row.generation,
    since: row.valid_from,
    expiresAt: row.expires_at ?? undefined,
  }
}

type PastRow = {
  generation: number
  position: number
  first_number: E164
  last_number: E164
  operator: string | null
  routing_number: string | null
  number_type: Route['numberType'] | null
  source: RouteWrite['source']
  cause: string
  said_by: string
  at: Temporal.Instant
}
