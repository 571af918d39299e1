import type { Config } from '../config.ts'
import type { Db } from '../db/db.ts'
import { nodeAsker } from '../dns/ask-nodes.ts'
import { askNaptr, askSerial } from '../dns/probe.client.ts'
import type { TableReader } from '../dns/table-reader.ts'
import type { NativeDeps } from '../http/native/surface.ts'
import { digitsOf } from '../numbers/e164.ts'
import type { Porting } from '../porting/porting.ts'
import { routeBook } from '../routing/book.ts'
import { lookUpMany, type RouteSource } from '../routing/lookup.ts'
import { routePusher } from '../routing/push.ts'
import { findGeneration, findRoutesOf } from '../routing/route.store.ts'
import type { Log } from '../shared/log.ts'
import { composeNumbers, nodesOf } from './checks.ts'
import type { DnsRole } from './dns.ts'
import { livePortOf } from './routing.ts'

export type ComposedRoutes = Pick<NativeDeps, 'routes' | 'numbers' | 'askNodes' | 'lookUp'>

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
  const deps = { db, market, now, log: log.child({ room: 'routing' }), livePortOf }
  const numbers = composeNumbers(config, market, dns)
  const source = dns ? memory(dns.table) : database(db)
  return {
    routes: { ...routeBook(deps), ...routePusher(deps) },
    numbers,
    askNodes: nodeAsker({ numbers, nodes: nodesOf(config, dns?.server.port), askNaptr, askSerial }),
    lookUp: lookUpMany({ market, source, answerFor: numbers.answerFor }),
  }
}

function memory(table: TableReader): RouteSource {
  return {
    name: 'memory',
    async routesOf(numbers) {
      const found = numbers.map((number) => [number, table.lookup(digitsOf(number))] as const)
      const routes = found.flatMap(([number, route]) => (route ? [[number, route] as const] : []))
      return { generation: table.generation, routes: new Map(routes) }
    },
  }
}

function database(db: Db): RouteSource {
  return {
    name: 'database',
    async routesOf(numbers) {
      const generation = await findGeneration(db)
      const found = await findRoutesOf(db, numbers)
      return { generation, routes: new Map(found.map(({ number, route }) => [number, route])) }
    },
  }
}
