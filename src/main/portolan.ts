import { join } from 'node:path'
import { Registry } from 'prom-client'
import { createKeys, type Keys } from '../accounts/key.ts'
import { pxsClient } from '../clearinghouses/pxs/pxs.client.ts'
import { pxsEncoder } from '../clearinghouses/pxs/pxs.encode.ts'
import { receive, receiveAbandoned } from '../clearinghouses/pxs/receive.ts'
import { sendDue } from '../clearinghouses/pxs/send.job.ts'
import type { Config, Role } from '../config.ts'
import type { Db } from '../db/db.ts'
import { startEmbedded } from '../db/embedded.ts'
import { migrate } from '../db/migrate.ts'
import { openDb } from '../db/pool.ts'
import type { DnsState } from '../dns/answer.ts'
import { followRoutes } from '../dns/follow.ts'
import { startDns } from '../dns/server.ts'
import { routeTable } from '../dns/table.ts'
import { servedByMarket, type ZoneConfig } from '../dns/zone-config.ts'
import { enumZones } from '../dns/zone-enum.ts'
import { zoneSet } from '../dns/zones.ts'
import { appendAudit } from '../events/audit.store.ts'
import { npApiSurface } from '../http/np-api/surface.ts'
import { opsSurface } from '../http/ops/surface.ts'
import { createServer } from '../http/server.ts'
import { deliverDue } from '../integrations/deliver.job.ts'
import { createWebhookClient } from '../integrations/webhook.client.ts'
import { type Job, startJobs } from '../jobs/jobs.ts'
import { loadMarket } from '../numbers/load-market.ts'
import { localOf, type Market, parseRange } from '../numbers/market.ts'
import { endOverdueTimers } from '../porting/overdue.job.ts'
import { portInService } from '../porting/port-in.ts'
import type { Porting } from '../porting/porting.ts'
import { routeFeed } from '../routing/feed.ts'
import { createLog, type Log } from '../shared/log.ts'
import { type FirstKeys, makeFirstKeys } from './first-keys.ts'
import { registerGauges } from './gauges.ts'
import { startSimulator } from './simulator.ts'

export type Portolan = {
  readonly market: Market
  readonly databaseUrl: string
  /** undefined where the role is not this process's. */
  readonly httpUrl: string | undefined
  readonly dnsPort: number | undefined
  readonly simulatorUrl: string | undefined
  /** The keys that this start made; shown once. */
  readonly firstKeys: FirstKeys
  close(): Promise<void>
}

export type StartOptions = {
  readonly config: Config
  /** The project's folder: markets, migrations, the simulator. */
  readonly root: string
  /** The clock of rules and jobs; tests move it. */
  readonly now?: () => Temporal.Instant
}

/** Brings everything up in the order of what needs what, and takes it down in the opposite one. */
export async function startPortolan({ config, root, now = () => Temporal.Now.instant() }: StartOptions): Promise<Portolan> {
  const log = createLog(config.logLevel)
  const closers: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const market = await loadMarket(join(root, 'markets'), config.market)
    const { db, url } = await openDatabase(config, { root, log, closers })
    const keys = createKeys({ db, log: log.child({ room: 'accounts' }), now, audit: appendAudit })
    const firstKeys = await makeFirstKeys({ db, keys, config })
    const registry = new Registry()
    const porting: Porting = {
      db,
      market,
      encode: pxsEncoder({ market }),
      now,
      subscriptions: config.webhook ? [{ name: 'bss' }] : [],
      log: log.child({ room: 'porting' }),
    }
    const dns = await startDnsRole({ config, market, db, log, closers })
    const http = await startHttp({ config, porting, keys, registry, dns, log, closers })
    const simulator = await startSimulatorFor({ config, root, keys, httpUrl: http, log, closers })
    const jobs = config.roles.has('jobs') ? startJobsRole({ config, porting, simulator, log, closers }) : undefined
    registerGauges(registry, { db, dns, jobs })
    return { market, databaseUrl: url, httpUrl: http, dnsPort: dns?.server.port, simulatorUrl: simulator?.url, firstKeys, close }
  } catch (error) {
    await close()
    throw error
  }
}

type Closers = (() => Promise<void>)[]

async function openDatabase(
  config: Config,
  { root, log, closers }: { root: string; log: Log; closers: Closers },
): Promise<{ db: Db; url: string }> {
  let url = config.databaseUrl
  if (url === undefined) {
    const embedded = await startEmbedded({ dataDir: config.dataDir, log: log.child({ room: 'db' }), durable: 'durable' })
    closers.push(() => embedded.stop())
    url = embedded.url
  }
  const applied = await migrate({ url, folder: join(root, 'db', 'migrations') })
  if (applied.length > 0) log.info({ applied }, 'migrations applied')
  const db = openDb({ url, maxConnections: config.dbConnections, log: log.child({ room: 'db' }) })
  closers.push(() => db.close())
  return { db, url }
}

export type DnsRole = Awaited<ReturnType<typeof startDnsRole>>

async function startDnsRole({ config, market, db, log, closers }: { config: Config; market: Market; db: Db; log: Log; closers: Closers }) {
  if (!config.roles.has('dns')) return undefined
  const table = routeTable()
  const zone: ZoneConfig = {
    apexes: config.dns.zones,
    profile: config.dns.profile,
    ttlSeconds: config.dns.ttlSeconds,
    nameServers: ['ns1.portolan.invalid'],
    contact: 'hostmaster.portolan.invalid',
    ...servedByMarket(market),
  }
  const state: DnsState = { zones: zoneSet(enumZones(zone, table)) }
  const following = followRoutes({ feed: routeFeed(db), table, log: log.child({ room: 'dns' }) })
  closers.push(() => following.close())
  await following.ready
  const server = await startDns({ host: config.dns.host, port: config.dns.listenPort, state, log: log.child({ room: 'dns' }) })
  closers.push(() => server.close())
  return { server, following, table }
}
