import type { Config } from '../config.ts'
import { nodeAsker } from '../dns/ask-nodes.ts'
import { askNaptr, askSoa } from '../dns/probe.client.ts'
import { servedByMarket } from '../dns/zone-config.ts'
import type { RoutesDeps } from '../http/native/routes.routes.ts'
import type { Porting } from '../porting/porting.ts'
import { routeBook } from '../routing/book.ts'
import { routePusher } from '../routing/push.ts'
import type { Log } from '../shared/log.ts'
import { nodesOf } from './checks.ts'
import type { DnsRole } from './dns.ts'
import { livePortOf } from './routing.ts'

export type ComposedRoutes = Pick<RoutesDeps, 'routes' | 'nodes'>

/** The routes for people and programs, beside the DNS that answers from them. */
export function composeRoutes({
  config,
  porting: { db, market, now },
  dns,
  log,
}: {
  config: Config
  porting: Porting
  /** undefined where the role is not this process's. */
  dns: DnsRole | undefined
  log: Log
}): ComposedRoutes {
  const { zones: apexes, profile } = config.dns
  const deps = { db, market, now, log: log.child({ room: 'routing' }), livePortOf }
  return {
    routes: { ...routeBook(deps), ...routePusher(deps) },
    nodes: nodeAsker({
      config: dns?.zones ?? { apexes, profile, ...servedByMarket(market) },
      fixedZones: dns?.fixedZones ?? [],
      nodes: nodesOf(config, dns?.server.port),
      askNaptr,
      askSoa,
    }),
  }
}
