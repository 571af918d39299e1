import type { RouteRecord } from './route.store.ts'
import { isSameRoute, type Route } from './route.ts'

/**
 * A number that a port brought to us: PortingState 20 and 30 promise its route (contract I7).
 *
 * @param ours - our own operator code
 */
export function isHeldByPort({ source, route }: RouteRecord, ours: string): boolean {
  return source === 'port' && route.operator === ours
}

/**
 * Whether such a number's route already says what is wished, so that it stays as the port wrote it: a push would put itself in the
 * place of the port, and with it take the promise away.
 */
export function isKeptAsPorted(
  before: RouteRecord,
  wished: { readonly operator: string | undefined; readonly route: Route | undefined },
  ours: string,
): boolean {
  if (!isHeldByPort(before, ours) || wished.operator !== ours) return false
  return wished.route === undefined || isSameRoute(before.route, wished.route)
}
