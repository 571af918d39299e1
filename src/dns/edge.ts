import { closeSync, openSync, readSync, statSync } from 'node:fs'
import type { Log } from '../shared/log.ts'
import { routeCsv } from './route-csv.codec.ts'
import { type DnsOptions, type DnsServer, newCookieSecret, startDns } from './server.ts'
import { isSnapshot, loadSnapshot } from './snapshot.ts'
import { type RouteTable, routeTable, tableOn } from './table.ts'
import type { ZoneConfig } from './zone-config.schema.ts'
import type { StaticZone } from './zone-static.ts'

export type EdgeOptions = Pick<
  DnsOptions,
  'host' | 'port' | 'log' | 'threads' | 'udpKind' | 'policy' | 'fixedZones' | 'tls'
> & {
  /** A snapshot, or a CSV file of routes (route-csv.codec.ts). */
  readonly from: string
  /** The zones; a snapshot brings its own, which these replace. A CSV file needs them. */
  readonly config: ZoneConfig | undefined
  /** The file that these were read from. */
  readonly configFile?: string | undefined
  /** Who may ask, what is limited, who may transfer, and further zones (dns-file.ts). */
  readonly dnsFile?: string | undefined
}

export type EdgeNode = DnsServer & {
  readonly table: RouteTable
  readonly config: ZoneConfig
  /** When the file of its routes had been changed, in seconds since 1970. */
  readonly changedSeconds: number
}

/** A DNS node of its own: it answers from a file, with no database and no other room of Portolan running. */
export async function startEdge({ from, config, configFile, dnsFile, ...options }: EdgeOptions): Promise<EdgeNode> {
  const startedAt = performance.now()
  const madeOf = [from, configFile, dnsFile].filter((file) => file !== undefined)
  const changedSeconds = newestSeconds([from])
  const loaded = loadRoutes(from, config, options.log, madeOf)
  const told = dnsFile === undefined ? {} : await toldBy(dnsFile, loaded.config, options.fixedZones ?? [])
  const dns = await startDns({ ...options, ...loaded, ...told })
  const { size, generation } = loaded.table
  options.log.info(
    { from, numbers: size, generation, durationMs: Math.round(performance.now() - startedAt) },
    'edge node answers',
  )
  return { ...dns, table: loaded.table, config: loaded.config, changedSeconds }
}

/** What the DNS file says, in place of what was said otherwise. @throws ConfigError with every problem of the file */
async function toldBy(
  dnsFile: string,
  config: ZoneConfig,
  fixedZones: readonly StaticZone[],
): Promise<Pick<DnsOptions, 'config' | 'policy' | 'fixedZones' | 'threads'>> {
  // Only where there is one: a node without it answers the sooner.
  const { loadDnsFile } = await import('./dns-file.ts')
  const file = await loadDnsFile(dnsFile, [...config.apexes, ...fixedZones.map(({ apex }) => apex)])
  const { nameServers, contact, blockWording, threads } = file
  return {
    config: {
      ...config,
      ...(nameServers && { nameServers }),
      ...(contact && { contact }),
      ...(blockWording && { blockWording }),
    },
    policy: { ...file.policy, cookieSecret: file.policy.cookieSecret ?? newCookieSecret() },
    fixedZones: [...fixedZones, ...file.fixedZones],
    ...(threads !== undefined && { threads }),
  }
}

/**
 * @param madeOf - the files that say what a zone of a CSV file is made of
 * @throws Error that names the file and what is wrong with it
 */
export function loadRoutes(
  from: string,
  config: ZoneConfig | undefined,
  log: Log,
  madeOf: readonly string[] = [from],
): { table: RouteTable; config: ZoneConfig } {
  if (isSnapshot(from)) {
    const snapshot = loadSnapshot(from)
    return { table: tableOn(snapshot.memory), config: config ?? snapshot.config }
  }
  if (config === undefined) throw new Error(`${from} is no snapshot, and a CSV file needs the zones beside it`)
  // Before they are read: of a file that is changed meanwhile the next start has a newer one.
  const generation = newestSeconds(madeOf)
  const table = loadCsv(from, log)
  table.setGeneration(generation)
  return { table, config }
}

const CHUNK_OCTETS = 4 * 1024 * 1024
/** So many refused lines are named one by one; the rest are counted. */
const NAMED_MAX = 20

/**
 * What a node without a database has for a generation: when the newest of its files was changed, in seconds since 1970, so that
 * secondaries come for other files. Never 0, which an empty table has.
 */
function newestSeconds(files: readonly string[]): number {
  return Math.max(1, ...files.map((file) => Math.floor(statSync(file).mtimeMs / 1000)))
}

/** Whatever came before, this file is the whole truth. Wrong lines are left out and named. */
function loadCsv(file: string, log: Log): RouteTable {
  const table = routeTable()
  let refused = 0
  const csv = routeCsv({
    values: table.values,
    take: (rows) => table.setMany(rows),
    refuse(line, reason) {
      if (++refused <= NAMED_MAX) log.warn({ file, line, reason }, 'a line of routes is refused')
    },
  })
  const chunk = Buffer.alloc(CHUNK_OCTETS)
  const fd = openSync(file, 'r')
  try {
    for (let length = readSync(fd, chunk); length > 0; length = readSync(fd, chunk)) csv.push(chunk.subarray(0, length))
    csv.end()
  } catch (error) {
    throw new Error(`reading routes from ${file}`, { cause: error })
  } finally {
    closeSync(fd)
  }
  if (refused > 0) log.warn({ file, refused, loaded: table.size }, 'some lines of routes were refused')
  return table
}
