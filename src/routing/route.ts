import type { E164 } from '../numbers/e164.ts'
import type { NumberRange } from '../numbers/range.ts'

/** Who serves a number that is not answered from its block. */
export type Route = {
  /** Operator code of the market. */
  readonly operator: string
  /** Normalised (RFC 4694): `+15559901` global, or `D2701;rn-context=+7` local. */
  readonly routingNumber: string
  readonly numberType: 'mobile' | 'fixed'
}

export function isSameRoute(a: Route, b: Route): boolean {
  return a.operator === b.operator && a.routingNumber === b.routingNumber && a.numberType === b.numberType
}

/** A range that got a route, or lost it (`route` undefined: the block answers again). Ordered by generation, then position. */
export type RouteChange = {
  readonly generation: number
  readonly range: NumberRange
  readonly route: Route | undefined
}

/** A generation in which no route changed, but what zones are made of besides (zone-settings.store.ts). */
export type SettingsChange = { readonly generation: number; readonly range: undefined; readonly route: undefined }

/** What the DNS follows. Generations are taken in commit order: none below a seen one ever appears later. */
export type RouteFeed = {
  /** All routes as of one generation, in batches; the generation is known before the first batch. */
  snapshot(): Promise<{
    readonly generation: number
    readonly batches: AsyncIterable<readonly { number: E164; route: Route }[]>
  }>
  /** Changes with a generation above `after`, whole generations only, oldest first, at most about `limit` rows. */
  changesAfter(after: number, limit: number): Promise<(RouteChange | SettingsChange)[]>
  /** Calls back soon after a commit that changed routes, and after a reconnection: a hint to look. */
  onChange(hear: () => void): () => void
}
