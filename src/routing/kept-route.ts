import type { E164 } from '../numbers/e164.ts'
import type { NumberRange } from '../numbers/range.ts'
import type { RouteRecord, RouteWrite } from './route.store.ts'
import type { Route } from './route.ts'

/** A route with all that the table says of it. */
export type KeptRoute = RouteRecord & {
  readonly number: E164
  readonly generation: number
  readonly since: Temporal.Instant
  /** When it is taken back; undefined: it holds until the next change. */
  readonly expiresAt: Temporal.Instant | undefined
}

/** One change of a number's route, with the range that changed with it. */
export type PastChange = {
  readonly generation: number
  readonly position: number
  readonly range: NumberRange
  /** undefined: it was taken away. */
  readonly route: Route | undefined
  readonly source: RouteWrite['source']
  readonly cause: string
  readonly by: string
  readonly at: Temporal.Instant
}

/** What a list of routes is narrowed to; undefined: not by this. */
export type RouteFilter = {
  /** Leading digits, country code first. */
  readonly prefix: string | undefined
  readonly operator: string | undefined
  readonly numberType: Route['numberType'] | undefined
  readonly source: RouteWrite['source'] | undefined
  readonly cause: string | undefined
  readonly isExpiring: boolean | undefined
}
