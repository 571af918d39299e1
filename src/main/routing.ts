import { randomUUID } from 'node:crypto'
import type { Config } from '../config.ts'
import type { Db } from '../db/db.ts'
import { naptrAddresses } from '../dns/naptr-address.ts'
import { servedByMarket } from '../dns/zone-config.ts'
import { type CgratesClient, cgratesClient } from '../integrations/cgrates/cgrates.client.ts'
import { processEventOf } from '../integrations/cgrates/cgrates.codec.ts'
import { type Charging, charging } from '../integrations/cgrates/charging.job.ts'
import { type MirroredRoutes, mirrorDue, mirroredGeneration } from '../integrations/cgrates/mirror.job.ts'
import { reconcile } from '../integrations/cgrates/reconcile.job.ts'
import { hssClient } from '../integrations/hss/hss.client.ts'
import type { Job } from '../jobs/jobs.ts'
import { findLiveOverlaps } from '../porting/port.store.ts'
import type { Porting } from '../porting/porting.ts'
import { type Desk, type RouteMirror, type RoutingDesk, routingDesk } from '../routing/desk.ts'
import { findChangesAfter, findGeneration, findRoutesAfter, findRoutesOf } from '../routing/route.store.ts'
import type { Log } from '../shared/log.ts'

export type Routing = {
  readonly desk: RoutingDesk
  /** Brings routes to CGrateS; undefined without one. Woken by `route`. */
  readonly job: Job | undefined
  /** undefined: ports are not charged. */
  readonly charging: Charging | undefined
  close(): Promise<void>
}

/** The most a mirror waits for a change that nobody told it of. */
const MIRROR_SECONDS = 5

/** Hands the routing room what it must not know of: the DNS's wording, the copy at CGrateS, the HSS, the ports. */
export function composeRouting({ config, porting, log }: { config: Config; porting: Porting; log: Log }): Routing {
  const { db, market, now } = porting
  const addressOf = naptrAddresses({ profile: config.dns.profile, ...servedByMarket(market) })
  const tenant = config.cgratesTenant
  const client = config.cgrates && cgratesClient({ ...config.cgrates, tenant, connections: config.cgrates.concurrency })
  const desk = routingDesk({
    db,
    market,
    now,
    log: log.child({ room: 'routing' }),
    addressOf,
    asProcessEvent: (found) => processEventOf({ ...found, tenant, id: `route-${randomUUID().slice(0, 8)}` }),
    mirror: client && mirrorOf(db, client, now),
    subscription: subscriptionSource(config),
    livePortOf,
  })
  const peer = client &&
    config.cgrates && { db, client, tenant, now, log: log.child({ room: 'integrations' }), ...config.cgrates }
  return {
    desk,
    job: peer && {
      name: 'mirror routes to CGrateS',
      everySeconds: MIRROR_SECONDS,
      wokenBy: 'route',
      run: () => mirrorDue({ ...peer, routes: mirroredRoutes(db, addressOf) }, reconcile),
    },
    charging: peer && config.charging && charging({ ...peer, plan: config.charging }),
    close: async () => client?.close(),
  }
}

/** msgidentifier of the live port that a number is in. */
export const livePortOf: Desk['livePortOf'] = async (reader, number) => {
  const [live] = await findLiveOverlaps(reader, [{ first: number, last: number }])
  return live?.msgidentifier
}

function mirrorOf(db: Db, client: CgratesClient, now: () => Temporal.Instant): RouteMirror {
  return {
    generationOf: (number) => mirroredGeneration(db, number),
    lookUp: async (number) => {
      const answer = await client.lookUp(number, now())
      if (answer.kind === 'found' || answer.kind === 'not_found') return answer
      return { kind: 'failed', reason: answer.reason }
    },
  }
}

function mirroredRoutes(db: Db, addressOf: Desk['addressOf']): MirroredRoutes {
  return {
    generation: () => findGeneration(db),
    changesAfter: (after, limit) => findChangesAfter(db, after, limit),
    addressesOf: async (numbers) => {
      const routes = await findRoutesOf(db, numbers)
      const pairs = routes.map(({ number, route }) => [number, addressOf(number, route)] as const)
      return new Map(pairs.flatMap(([number, address]) => (address ? [[number, address] as const] : [])))
    },
    addressesAfter: async (after, limit) => {
      const routes = await findRoutesAfter(db, after, limit)
      return routes.map(({ number, route }) => ({ number, address: addressOf(number, route) }))
    },
  }
}

function subscriptionSource({ hss }: Config): Desk['subscription'] {
  if (hss.kind !== 'none') return hssClient({ ...hss, kind: hss.kind })
  return async () => ({ kind: 'none', reason: 'no HSS is configured (PORTOLAN_HSS_KIND)' })
}
