import { randomUUID } from 'node:crypto'
import type { Config } from '../config.ts'
import { naptrAddresses } from '../dns/naptr-address.ts'
import { servedByMarket } from '../dns/zone-config.ts'
import { processEventOf } from '../integrations/cgrates/cgrates.codec.ts'
import { findLiveOverlaps } from '../porting/port.store.ts'
import type { Porting } from '../porting/porting.ts'
import { type RoutingDesk, routingDesk } from '../routing/desk.ts'
import type { Log } from '../shared/log.ts'

export type Routing = { readonly desk: RoutingDesk }

/** Hands the routing room what it must not know of: the DNS's wording, the copy at CGrateS, the HSS, the ports. */
export function composeRouting({ config, porting, log }: { config: Config; porting: Porting; log: Log }): Routing {
  const { db, market, now } = porting
  const addressOf = naptrAddresses({ profile: config.dns.profile, ...servedByMarket(market) })
  const desk = routingDesk({
    db,
    market,
    now,
    log: log.child({ room: 'routing' }),
    addressOf,
    asProcessEvent: (found) =>
      processEventOf({ ...found, tenant: config.cgratesTenant, id: `route-${randomUUID().slice(0, 8)}` }),
    mirror: undefined,
    subscription: async () => ({ kind: 'none', reason: 'no HSS is configured (PORTOLAN_HSS_KIND)' }),
    livePortOf: async (tx, number) => {
      const [live] = await findLiveOverlaps(tx, [{ first: number, last: number }])
      return live?.msgidentifier
    },
  })
  return { desk }
}
