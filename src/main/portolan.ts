import { join } from 'node:path'
import { Registry } from 'prom-client'
import { createKeys, type Keys } from '../accounts/key.ts'
import { pxsAskAgain } from '../clearinghouses/pxs/ask-again.ts'
import { pxsEncoder } from '../clearinghouses/pxs/encode.ts'
import { hearParked } from '../clearinghouses/pxs/parked.ts'
import { PXS_PROFILE } from '../clearinghouses/pxs/profile.ts'
import { pxsClient } from '../clearinghouses/pxs/pxs.client.ts'
import { receiveAbandoned, receiver } from '../clearinghouses/pxs/receive.ts'
import { sender } from '../clearinghouses/pxs/send.job.ts'
import type { Config } from '../config.ts'
import type { Db } from '../db/db.ts'
import { startEmbedded } from '../db/embedded.ts'
import { migrate } from '../db/migrate.ts'
import { openDb } from '../db/pool.ts'
import type { DnsFileContent } from '../dns/dns-file.ts'
import { appendAudit } from '../events/audit.store.ts'
import { createWebhooks, type Webhooks } from '../events/webhooks.ts'
import { npApiSurface } from '../http/np-api/surface.ts'
import { createServer } from '../http/server.ts'
import { readBuiltUi } from '../http/ui/files.ts'
import { uiSurface } from '../http/ui/surface.ts'
import { deliverer } from '../integrations/deliver.job.ts'
import type { SmsAccess } from '../integrations/sms/access.schema.ts'
import { loadSmsAccess } from '../integrations/sms/load-access.ts'
import { createSmsTester, type SmsTester } from '../integrations/sms/sms.ts'
import { smsStandings } from '../integrations/sms/standing.job.ts'
import { createWebhookClient } from '../integrations/webhook.client.ts'
import { createReach } from '../integrations/webhook-reach.ts'
import { type Job, type Jobs, startJobs } from '../jobs/jobs.ts'
import { loadMarket } from '../numbers/load-market.ts'
import { localOf, type Market, parseNumber, parseRange } from '../numbers/market.ts'
import { confirmer } from '../porting/checklist.job.ts'
import { deliveriesTried } from '../porting/checklist.ts'
import { numberDesk } from '../porting/number-desk.ts'
import { endOverdueTimers } from '../porting/overdue.job.ts'
import { portInService } from '../porting/port-in.ts'
import { portOutService } from '../porting/port-out.ts'
import type { Porting } from '../porting/porting.ts'
import { watchWindows } from '../porting/watch.job.ts'
import { revertExpired } from '../routing/expiry.ts'
import { createLog, type Log } from '../shared/log.ts'
import { createVault, type Vault } from '../shared/vault.ts'
import { composeChecks, requiredSteps } from './checks.ts'
import { canStartAlone, type DnsRole, prepareDns, startDnsRole } from './dns.ts'
import { type FirstKeys, makeFirstKeys } from './first-keys.ts'
import { registerGauges } from './gauges.ts'
import { composeGuard } from './guarding.ts'
import { monitorJob } from './monitors.ts'
import { composeNative, nativeJobs } from './native.ts'
import { composeOps, createOpsServer, type OpsOptions } from './ops.ts'
import { composeRoutes } from './route-book.ts'
import { composeRouting, type Routing } from './routing.ts'
import { secretKey } from './secret-key.ts'
import { filesWithoutProof } from './served.ts'
import { type Clearinghouse, simulate } from './simulate.ts'
import { prepareSimulator } from './simulator.ts'
import { startSipRole } from './sip.ts'

/** The name of the one subscription that the configuration can state. */
const WEBHOOK = 'bss'

export type Portolan = {
  readonly market: Market
  readonly databaseUrl: string
  /** undefined where the role is not this process's. */
  readonly httpUrl: string | undefined
  /** Of health and metrics, which every process answers. */
  readonly opsUrl: string
  readonly dnsPort: number | undefined
  readonly sipPort: number | undefined
  readonly simulatorUrl: string | undefined
  readonly keys: Keys
  /** The keys that this start made; shown once. */
  readonly firstKeys: FirstKeys
  close(): Promise<void>
}

export type StartOptions = {
  readonly config: Config
  /** The project's folder: markets, migrations, the simulator. */
  readonly root: string
  /** What the files of the configuration say, where they have been read already. */
  readonly market?: Market
  readonly smsAccess?: ReadonlyMap<string, SmsAccess>
  readonly dnsFile?: DnsFileContent | undefined
  /** The clock of rules and jobs; tests move it. */
  readonly now?: () => Temporal.Instant
}

/** Brings everything up in the order of what needs what, and takes it down in the opposite one. */
export async function startPortolan({
  config,
  root,
  now = () => Temporal.Now.instant(),
  ...read
}: StartOptions): Promise<Portolan> {
  const log = createLog(config.logLevel)
  const closers: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const market = read.market ?? (await loadMarket(join(root, 'markets'), config.market))
    const sms = await createSms(config, { access: read.smsAccess, now, log, closers })
    const prepared = config.roles.has('dns') ? await prepareDns({ config, market, file: read.dnsFile, log }) : undefined
    const migrations = canStartAlone(config, prepared) ? 'left to others' : 'applied'
    const simulator =
      config.pxs || !config.roles.has('http')
        ? undefined
        : prepareSimulator({ root, log: log.child({ room: 'simulator' }) })
    if (simulator) closers.push(() => simulator.close())
    const { db, url } = await openDatabase(config, { root, log, closers, migrations })
    const keys = createKeys({
      db,
      log: log.child({ room: 'accounts' }),
      now,
      audit: (tx, row) => appendAudit(tx, [row]),
    })
    const secret = await secretKey({ dataDir: config.dataDir, given: config.secretKey })
    const vault = createVault(secret)
    const webhooks = createWebhooks({ db, vault, now })
    // a DNS node of the same settings neither tells of events nor may wait for the database
    const tellsOfEvents = config.roles.has('http') || config.roles.has('jobs')
    if (config.webhook && tellsOfEvents) await webhooks.adopt({ name: WEBHOOK, ...config.webhook })
    const registry = new Registry()
    const porting: Porting = {
      db,
      market,
      encode: pxsEncoder({ market, profile: PXS_PROFILE }),
      now,
      requiredSteps: requiredSteps(config),
      ownSteps: config.welcome.by === 'sms' ? ['welcome'] : [],
      log: log.child({ room: 'porting' }),
    }
    const dns = prepared && (await startDnsRole(prepared, { config, db, log, closers }))
    const sip = dns && config.sip && (await startSipRole(dns, { sip: config.sip, log, closers }))
    const routing = composeRouting({ config, porting, log })
    closers.push(() => routing.close())
    const rooms = { config, root, porting, routing, keys, vault, webhooks, sms, registry, dns, log, closers }
    const http = config.roles.has('http') ? await startHttpRole(rooms) : undefined
    const opsUrl = http ?? (await startOpsAlone({ config, db, dns, registry, log, closers }))
    const simulated =
      http && simulator ? await simulate(simulator, { config, db, httpUrl: http, keys, secret, closers }) : undefined
    const clearinghouse = config.pxs ?? simulated
    const dnsPort = dns?.server.port
    const jobs =
      clearinghouse &&
      startJobsRole({ config, porting, routing, dns, clearinghouse, vault, webhooks, sms, log, closers })
    registerGauges(registry, { db, dns, sip, jobs, now, isMirrored: routing.job !== undefined })
    const firstKeys = await makeFirstKeys(keys, config, log.child({ room: 'accounts' }))
    return {
      market,
      databaseUrl: url,
      httpUrl: http,
      opsUrl,
      dnsPort,
      sipPort: sip?.port,
      simulatorUrl: simulated?.url,
      keys,
      firstKeys,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

type Closers = (() => Promise<void>)[]

async function openDatabase(
  config: Config,
  {
    root,
    log,
    closers,
    migrations,
  }: { root: string; log: Log; closers: Closers; migrations: 'applied' | 'left to others' },
): Promise<{ db: Db; url: string }> {
  let url = config.databaseUrl
  if (url === undefined) {
    const embedded = await startEmbedded({
      dataDir: config.dataDir,
      log: log.child({ room: 'db' }),
      durable: 'durable',
    })
    closers.push(() => embedded.stop())
    url = embedded.url
  }
  const folder = join(root, 'db', 'migrations')
  const applied = migrations === 'applied' ? await migrate({ url, folder }) : []
  if (applied.length > 0) log.info({ applied }, 'migrations applied')
  const db = openDb({ url, maxConnections: config.dbConnections, log: log.child({ room: 'db' }) })
  closers.push(() => db.close())
  return { db, url }
}

/** Reads the access to the SMS providers before anything is started: a mistake in it stops the start. */
async function createSms(
  { smsProvidersFile }: Config,
  {
    access: read,
    now,
    log,
    closers,
  }: { access: StartOptions['smsAccess']; now: () => Temporal.Instant; log: Log; closers: Closers },
): Promise<SmsTester> {
  const access = read ?? (smsProvidersFile === undefined ? new Map() : await loadSmsAccess(smsProvidersFile))
  const sms = createSmsTester({ access, now, log: log.child({ room: 'integrations' }) })
  closers.push(() => sms.close())
  return sms
}

async function startHttpRole({
  config,
  root,
  porting,
  routing,
  keys,
  sms,
  vault,
  webhooks,
  registry,
  dns,
  log,
  closers,
}: {
  config: Config
  root: string
  porting: Porting
  routing: Routing
  keys: Keys
  sms: SmsTester
  vault: Vault
  webhooks: Webhooks
  registry: Registry
  dns: DnsRole | undefined
  log: Log
  closers: Closers
}): Promise<string> {
  const { market } = porting
  const routes = composeRoutes({ config, porting, dns, log })
  const native = composeNative({ config, porting, keys, vault, webhooks, routes, log })
  const receive = receiver(porting)
  closers.push(async () => native.close())
  const server = await createServer({
    log,
    registry,
    trustedProxies: config.http.trustedProxies,
    rate: config.http.rate,
    surfaces: [
      npApiSurface({
        portIn: filesWithoutProof(portInService(porting)),
        portOut: portOutService(porting, config.portOut),
        numberDesk: numberDesk(porting, config.infoTimeoutSeconds),
        numbers: {
          parseRange: (text) => parseRange(market, text),
          parseNumber: (text) => parseNumber(market, text),
          localOf: (number) => localOf(market, number),
        },
        sms,
        routing: routing.desk,
        keys,
        receive: async (raw) => ({ status: 200, ...(await receive(raw)) }),
        deploymentPrefix: config.http.deploymentPrefix,
        isDocPublic: config.http.areDocsPublic,
      }),
      native.surface,
      composeOps({ config, db: porting.db, dns, registry }),
      uiSurface({ files: await readBuiltUi(join(root, 'web', 'dist')) }),
    ],
  })
  closers.push(() => server.close())
  return server.listen(config.http)
}

async function startOpsAlone({
  log,
  closers,
  ...options
}: OpsOptions & { readonly log: Log; readonly closers: Closers }): Promise<string> {
  const server = await createOpsServer(options, log)
  closers.push(() => server.close())
  return server.listen(options.config.http)
}

function startJobsRole({
  config,
  porting,
  routing,
  dns,
  clearinghouse,
  vault,
  webhooks,
  sms,
  log,
  closers,
}: {
  config: Config
  porting: Porting
  routing: Routing
  dns: DnsRole | undefined
  clearinghouse: Clearinghouse
  vault: Vault
  webhooks: Webhooks
  sms: SmsTester
  log: Log
  closers: Closers
}): Jobs | undefined {
  if (!config.roles.has('jobs')) return undefined
  const { db, now } = porting
  const pxs = pxsClient({ ...clearinghouse, timeoutSeconds: config.pxsTimeoutSeconds })
  const reach = createReach({ networks: config.webhookNetworks, stated: config.webhook?.url })
  const client = createWebhookClient({ reach })
  const guard = composeGuard(config, porting)
  const integrationsLog = log.child({ room: 'integrations' })
  const sending = sender(porting, pxs, config.pxsTimeoutSeconds)
  const delivering = deliverer({
    db,
    client,
    now,
    log: integrationsLog,
    tried: (ones) => deliveriesTried(porting, ones),
  })
  const askAgain = pxsAskAgain({ market: porting.market, profile: PXS_PROFILE })
  const expiring = { db, now, log: log.child({ room: 'routing' }) }
  const checks = composeChecks({ config, porting, charging: routing.charging, dns, sms })
  const confirming = confirmer(porting, checks)
  const isMirrored = routing.job !== undefined
  const dnsPort = dns?.server.port
  const everyMinutes = config.smsCheckMinutes
  const isAsking = sms.providers.length > 0 && everyMinutes > 0
  const standings = isAsking ? smsStandings({ db, sms, now, everyMinutes, log: integrationsLog }) : undefined
  const watching = monitorJob({ config, porting, dnsPort, isMirrored, jobs: () => jobs.status, sms: standings })
  // biome-ignore format: a table
  const table: Job[] = [
    // name                                    clock               woken by            what it does
    { name: 'send to the clearinghouse',       everySeconds: 1,    wokenBy: 'send',    run: () => sending.run() },
    { name: 'take up abandoned messages',      everySeconds: 5,                        run: () => receiveAbandoned(porting) },
    { name: 'hear parked messages',            everySeconds: 1,                        run: () => hearParked(porting) },
    { name: 'end response windows',            everySeconds: 1,                        run: () => endOverdueTimers(porting) },
    { name: 'deliver events',                  everySeconds: 1,    wokenBy: 'deliver', run: async () => delivering.run(await webhooks.recipients()) },
    { name: 'confirm ported ports',            everySeconds: 1,    wokenBy: 'check',   run: () => confirming.run() },
    { name: 'revert expired routes',           everySeconds: 1,                        run: () => revertExpired(expiring) },
    guard.job,
    { name: 'watch what is expected',          everySeconds: 5,                        run: () => watchWindows(porting, askAgain) },
    watching,
    ...(standings ? [{ name: 'ask the SMS providers', everySeconds: 60, run: () => standings.ask() }] : []),
    ...(routing.job ? [routing.job] : []),
    ...nativeJobs({ config, porting, vault }),
  ]
  const jobs: Jobs = startJobs(table, { log: log.child({ room: 'jobs' }), now })
  const listening = [db.listen('work', (word) => jobs.wake(word)), db.listen('route', () => jobs.wake('route'))]
  closers.push(async () => {
    for (const stopListening of listening) stopListening()
    await jobs.stop()
    await Promise.all([sending.stop(), delivering.stop(), confirming.stop()])
    await client.close()
    await checks.close()
    await guard.close()
  })
  return jobs
}
