import type { RouteRecord } from './route.store.ts'

/**
 * A number that a port brought to us: PortingState 20 and 30 promise its route (contract I7).
 *
 * @param ours - our own operator code
 */
export function isHeldByPort({ source, route }: RouteRecord, ours: string): boolean {
  return source === 'port' && route.operator === ours
}
