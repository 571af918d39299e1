import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Db } from '../db/db.ts'
import { identityOf } from '../db/migrate.ts'
import { type DnsFileContent, loadDnsFile } from '../dns/dns-file.ts'
import { type Following, followRoutes } from '../dns/follow.ts'
import { type Journal, withJournal } from '../dns/journal.ts'
import type { DnsPolicy } from '../dns/policy.ts'
import { type DnsServer, startDns } from '../dns/server.ts'
import { keepSnapshot, openTable } from '../dns/snapshot-keeper.ts'
import type { RouteTable } from '../dns/table.ts'
import { type SettingsRecord, type ZoneClaims, zoneClaims } from '../dns/zone-claims.ts'
import type { ZoneConfig } from '../dns/zone-config.schema.ts'
import { checkZoneConfig, servedByMarket } from '../dns/zone-config.ts'
import type { StaticZone } from '../dns/zone-static.ts'
import type { Market } from '../numbers/market.ts'
import { routeFeed } from '../routing/feed.ts'
import { findZoneSettings, recordZoneSettings } from '../routing/zone-settings.store.ts'
import type { Log } from '../shared/log.ts'
import { keptSecret } from './secret-key.ts'

/** Everything that the DNS is made of and that needs no database: its files, and the routes of its last run. */
export type PreparedDns = {
  readonly zones: ZoneConfig
  readonly fixedZones: readonly StaticZone[]
  readonly policy: DnsPolicy
  readonly threads: number
  readonly folder: string
  readonly table: RouteTable
  readonly journal: Journal
}

export type DnsRole = {
  readonly server: DnsServer
  readonly following: Following
  readonly claims: ZoneClaims
  readonly table: RouteTable
  readonly zones: ZoneConfig
  readonly fixedZones: readonly StaticZone[]
}

const COOKIE_SECRET_OCTETS = 16
const NO_FILE: DnsFileContent = { fixedZones: [], policy: { cookieSecret: undefined } }
const SNAPSHOT = 'routes.snapshot'
const SNAPSHOT_OWNER = 'routes.database'

export async function prepareDns({
  config,
  market,
  file: given,
  log,
}: {
  config: Config
  market: Market
  /** What the DNS file says, where it has been read already. */
  file: DnsFileContent | undefined
  log: Log
}): Promise<PreparedDns> {
  const { dns, dataDir } = config
  const file = given ?? (dns.file === undefined ? NO_FILE : await loadDnsFile(dns.file, dns.zones))
  const zones: ZoneConfig = {
    apexes: [...dns.zones],
    profile: dns.profile,
    ttlSeconds: dns.ttlSeconds,
    nameServers: [...(file.nameServers ?? dns.nameServers)],
    contact: file.contact ?? dns.contact,
    ...(file.blockWording && { blockWording: file.blockWording }),
    ...servedByMarket(market),
  }
  checkZoneConfig(zones)
  const folder = join(dataDir, 'dns')
  const table = openTable(join(folder, SNAPSHOT), log.child({ room: 'dns' }))
  const cookieSecret =
    file.policy.cookieSecret ?? (await keptSecret(join(folder, 'cookie.secret'), COOKIE_SECRET_OCTETS))
  return {
    zones,
    fixedZones: file.fixedZones,
    policy: { ...file.policy, cookieSecret },
    threads: file.threads ?? dns.threads,
    folder,
    ...withJournal(table),
  }
}

/**
 * Whether this process can do all that it is for without its database: it only answers DNS, and has the routes of its last run.
 * Migrations are then the other processes' work, so that a database that is away keeps nobody waiting.
 */
export function canStartAlone({ roles, databaseUrl }: Config, prepared: PreparedDns | undefined): boolean {
  return roles.size === 1 && databaseUrl !== undefined && prepared !== undefined && prepared.table.generation > 0
}

/** Answers from the routes of the last run at once, or else as soon as the feed has brought them, and follows the feed. */
export async function startDnsRole(
  { zones, fixedZones, policy, threads, folder, table, journal }: PreparedDns,
  { config, db, log, closers }: { config: Config; db: Db; log: Log; closers: (() => Promise<void>)[] },
): Promise<DnsRole> {
  const room = log.child({ room: 'dns' })
  const keeper = keepSnapshot({
    file: join(folder, SNAPSHOT),
    table,
    config: zones,
    log: room,
    everySeconds: config.dns.snapshotSeconds,
  })
  closers.push(() => keeper.close())
  const claims = zoneClaims({ config: zones, policy, table, record: settingsRecord(db), log: room })
  const following = followRoutes({
    feed: routeFeed(db),
    table,
    log: room,
    isOurs: () => isOfDatabase(folder, db),
    claims,
  })
  closers.push(() => following.close())
  await following.ready
  const server = await startDns({
    host: config.dns.host,
    port: config.dns.listenPort,
    config: zones,
    policy,
    fixedZones,
    table,
    journal,
    heldSince: claims.heldSince,
    log: room,
    threads,
    tls: config.dns.tls,
  })
  closers.push(() => server.close())
  return { server, following, claims, table, zones, fixedZones }
}

function settingsRecord(db: Db): SettingsRecord {
  return {
    find: () => findZoneSettings(db),
    record: (settings) => db.tx((tx) => recordZoneSettings(tx, settings, Temporal.Now.instant())),
  }
}

/** Whether a local snapshot is of this database: of another one, it is removed, for the generations of two mean different things. */
async function isOfDatabase(folder: string, db: Db): Promise<boolean> {
  const identity = await identityOf(db)
  const owner = join(folder, SNAPSHOT_OWNER)
  if ((await textIn(owner)) === identity) return true
  await mkdir(folder, { recursive: true })
  await rm(join(folder, SNAPSHOT), { force: true })
  await writeFile(owner, identity)
  return false
}

async function textIn(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!isMissing) throw error // without a file there is no owner yet, as at the first start
    return undefined
  }
}
