import { readFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { availableParallelism } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { type EdgeNode, startEdge } from '../dns/edge.ts'
import { parseMaster } from '../dns/master.codec.ts'
import { type DnsName, parseDnsName } from '../dns/name.codec.ts'
import type { ZoneConfig } from '../dns/zone-config.schema.ts'
import type { StaticZone } from '../dns/zone-static.ts'
import { createLog, type Log } from '../shared/log.ts'

type Address = { readonly host: string; readonly port: number }
type MasterFile = { readonly apex: DnsName; readonly file: string }
type Flags = {
  readonly from: string
  readonly listen: Address
  readonly zones?: string
  readonly dnsFile?: string
  readonly network: readonly string[]
  readonly zone: readonly MasterFile[]
  readonly threads: number
  readonly udp: 'auto' | 'batched' | 'dgram'
  readonly tlsCertificate?: string
  readonly tlsKey?: string
  readonly tlsPort: number
  readonly ops?: Address
  readonly opsNetwork: readonly string[]
}

/** Starts what tells a supervisor of a node: `/healthz`, `/readyz`, `/metrics`. Handed over by main, where the rooms are joined. */
export type EdgeOps = (asked: {
  readonly node: EdgeNode
  /** The address that it answers DNS at. */
  readonly dnsHost: string
  readonly at: Address
  /** Who may ask besides this machine: addresses, and networks in CIDR notation. */
  readonly allowedNetworks: readonly string[]
  readonly log: Log
}) => Promise<{ close(): Promise<void> }>

/** `portolan dns`: answers ENUM from a file, until it is told to stop. */
export function dnsCommand(serveOps: EdgeOps): Command {
  return new Command('dns')
    .description('answer ENUM from a snapshot or a CSV file, without a database')
    .requiredOption('--from <file>', 'snapshot, or CSV: number,operator[,routing_number]')
    .requiredOption('--listen <address:port>', 'one local address, for UDP and TCP', parseAddress)
    .option('--zones <file>', 'JSON of the zones: apexes, operators, blocks; a snapshot brings its own')
    .option('--dns-file <file>', 'JSON of who may ask and transfer, limits, and further zones (docs/dns.md)')
    .option('--network <file>', 'JSON of a mobile network: its epc, ims and pub zones (repeatable)', collect, [])
    .option('--zone <apex=file>', 'a further zone from a master file (repeatable)', parseMasterFile, [])
    .option('--threads <count>', 'threads that answer UDP', parseThreads, 1)
    .option('--udp <kind>', 'auto, batched or dgram', 'auto')
    .option('--tls-certificate <file>', 'PEM: answer over TLS too (RFC 7858); needs --tls-key')
    .option('--tls-key <file>', 'PEM: the key of that certificate')
    .option('--tls-port <port>', 'of DNS over TLS, at the address of --listen', parsePort, 853)
    .option('--ops <address:port>', 'serve /healthz, /readyz and /metrics there', parseAddress)
    .option('--ops-network <network>', 'who may ask them besides this machine: 10.1.0.0/16 (repeatable)', collect, [])
    .action((flags: Flags) => run(flags, serveOps))
}

async function run(flags: Flags, serveOps: EdgeOps): Promise<void> {
  const { from, listen, zones, dnsFile, network, zone, threads, udp, ops: at, opsNetwork, ...tls } = flags
  const { tlsCertificate: certificateFile, tlsKey: keyFile, tlsPort: port } = tls
  if ((certificateFile === undefined) !== (keyFile === undefined))
    throw new InvalidArgumentError('give --tls-certificate and --tls-key together')
  const log = createLog('info').child({ room: 'dns' })
  const dns = await startEdge({
    from,
    config: zones === undefined ? undefined : await readZones(zones),
    configFile: zones,
    dnsFile,
    fixedZones: [...(await readNetworks(network)), ...zone.map(readMaster)],
    ...listen,
    threads,
    udpKind: udp,
    tls: certificateFile !== undefined && keyFile !== undefined ? { certificateFile, keyFile, port } : undefined,
    log,
  })
  flushCompileCache() // a node that is killed starts as quickly again
  const asked = { node: dns, dnsHost: listen.host, allowedNetworks: opsNetwork, log }
  const ops =
    at &&
    (await serveOps({ ...asked, at }).catch(async (error) => {
      await dns.close() // nothing goes on half started
      throw error
    }))
  const stop = (): void => {
    process.exitCode = 0
    void Promise.all([dns.close(), ops?.close()])
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

/** `127.0.0.1:5300`, `[::1]:5300`. */
function parseAddress(text: string): Address {
  const match = /^(?:\[(?<six>[0-9a-f:]+)\]|(?<four>[0-9.]+)):(?<port>[0-9]{1,5})$/i.exec(text)
  const host = match?.groups?.six ?? match?.groups?.four
  const port = Number(match?.groups?.port)
  if (host === undefined || !(port <= 65_535)) throw new InvalidArgumentError('give it as 127.0.0.1:5300 or [::1]:5300')
  return { host, port }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!(Number.isInteger(port) && port >= 1 && port <= 65_535))
    throw new InvalidArgumentError('give a port from 1 to 65535')
  return port
}

function parseThreads(text: string): number {
  const threads = Number(text)
  const most = availableParallelism()
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= most))
    throw new InvalidArgumentError(`give a number from 1 to ${most}`)
  return threads
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text]

function parseMasterFile(text: string, before: readonly MasterFile[]): readonly MasterFile[] {
  const [name = '', file] = text.split('=')
  const apex = parseDnsName(name)
  if (apex === undefined || file === undefined) throw new InvalidArgumentError('give it as example.org=FILE')
  return [...before, { apex, file }]
}

// What checks a file of JSON is loaded only where there is one: it takes longer than all else of a start from a snapshot.

async function readZones(file: string): Promise<ZoneConfig> {
  const { parseZoneConfig } = await import('../dns/zone-file.ts')
  return reading(file, (octets) => parseZoneConfig(JSON.parse(octets.toString('utf8'))))
}

async function readNetworks(files: readonly string[]): Promise<readonly StaticZone[]> {
  if (files.length === 0) return []
  const { parsePlmn, plmnZones } = await import('../dns/plmn.ts')
  return files.flatMap((file) => reading(file, (octets) => plmnZones(parsePlmn(JSON.parse(octets.toString('utf8'))))))
}

function readMaster({ apex, file }: MasterFile): StaticZone {
  return { apex, records: reading(file, (octets) => parseMaster(octets.toString('latin1'), apex)) }
}

/** A wrong file is named with what is wrong in it, and nothing starts. */
function reading<T>(file: string, read: (octets: Buffer) => T): T {
  try {
    return read(readFileSync(file))
  } catch (error) {
    throw new InvalidArgumentError(`${file}: ${error instanceof Error ? error.message : error}`)
  }
}
