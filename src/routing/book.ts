import type { Db } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'
import type { NumberType } from '../numbers/market.schema.ts'
import { blockOf, type Market, typeOf } from '../numbers/market.ts'
import { findExpiry, findKeptRoute, findKeptRoutes, findPast } from './book.store.ts'
import { type Desk, numberOf } from './desk.ts'
import type { KeptRoute, PastChange, RouteFilter } from './kept-route.ts'
import { findGeneration } from './route.store.ts'

/** Everything that says why a number is routed so. */
export type Inspection = {
  readonly number: E164
  readonly numberType: NumberType | undefined
  /** What answers: a route of the number alone, one that came with a range, its block, or nothing. */
  readonly answeredBy: 'number' | 'range' | 'block' | 'nothing'
  readonly route: KeptRoute | undefined
  /** The change that made it so, if it is known. */
  readonly change: PastChange | undefined
  /** Leading digits with the country code, and who holds them. */
  readonly block: { readonly prefix: string; readonly holder: string } | undefined
  /** When what is now is taken back. */
  readonly expiresAt: Temporal.Instant | undefined
  /** Newest first. */
  readonly past: readonly PastChange[]
  /** To ask for what is before: the oldest generation of a full page. */
  readonly pastBefore: number | undefined
  /** msgidentifier of the live port that the number is in. */
  readonly livePort: string | undefined
  /** The newest generation of the routes. */
  readonly generation: number
}

export type Past = { readonly before: number | undefined; readonly limit: number }

/** The routes for people and programs: why a number is routed so, and which routes there are. */
export type RouteBook = {
  /** Faults: number_invalid, number_outside_plan. */
  inspect(msisdn: string, past: Past): Promise<Inspection>
  /** In number order, after a number. */
  list(filter: RouteFilter, page: { readonly after: string; readonly limit: number }): Promise<KeptRoute[]>
}

export type BookDeps = { readonly db: Db; readonly market: Market } & Pick<Desk, 'livePortOf'>

export function routeBook(deps: BookDeps): RouteBook {
  return {
    inspect: (msisdn, past) => inspect(deps, numberOf(deps.market, msisdn), past),
    list: (filter, page) => findKeptRoutes(deps.db, filter, page),
  }
}

async function inspect(
  { db, market, livePortOf }: BookDeps,
  number: E164,
  { before, limit }: Past,
): Promise<Inspection> {
  const found = await db.snapshot(async (reader) => ({
    route: await findKeptRoute(reader, number),
    expiresAt: await findExpiry(reader, number),
    newest: await findPast(reader, number, { before: Number.MAX_SAFE_INTEGER, limit: 1 }),
    past: await findPast(reader, number, { before: before ?? Number.MAX_SAFE_INTEGER, limit }),
    livePort: await livePortOf(reader, number),
    generation: await findGeneration(reader),
  }))
  const { route, past } = found
  const change = found.newest.find(({ generation }) => !route || generation === route.generation)
  const held = blockOf(market, number)
  const isRange = change !== undefined && change.range.first !== change.range.last
  return {
    number,
    numberType: typeOf(market, number),
    answeredBy: route ? (isRange ? 'range' : 'number') : held ? 'block' : 'nothing',
    route,
    change,
    block: held && { prefix: `${market.countryCode}${held.prefix}`, holder: held.holder },
    expiresAt: found.expiresAt,
    past,
    pastBefore: past.length < limit ? undefined : past.at(-1)?.generation,
    livePort: found.livePort,
    generation: found.generation,
  }
}
