import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { startEdge } from '../dns/edge.ts'
import type { ZoneConfig } from '../dns/zone-config.schema.ts'
import { parseZoneConfig } from '../dns/zone-file.ts'
import { createLog } from '../shared/log.ts'

type Address = { readonly host: string; readonly port: number }
type Flags = {
  readonly from: string
  readonly listen: Address
  readonly zones?: ZoneConfig
  readonly threads: number
  readonly udp: 'auto' | 'batched' | 'dgram'
}

/** `portolan dns`: answers ENUM from a file, until it is told to stop. */
export function dnsCommand(): Command {
  return new Command('dns')
    .description('answer ENUM from a snapshot or a CSV file, without a database')
    .requiredOption('--from <file>', 'snapshot, or CSV: number,operator[,routing_number]')
    .requiredOption('--listen <address:port>', 'one local address, for UDP and TCP', parseAddress)
    .option('--zones <file>', 'JSON of the zones: apexes, operators, blocks; a snapshot brings its own', readZones)
    .option('--threads <count>', 'threads that answer UDP', parseThreads, 1)
    .option('--udp <kind>', 'auto, batched or dgram', 'auto')
    .action(run)
}

async function run({ from, listen, zones, threads, udp }: Flags): Promise<void> {
  const log = createLog('info').child({ room: 'dns' })
  const dns = await startEdge({ from, config: zones, ...listen, threads, udpKind: udp, log })
  const stop = (): void => {
    process.exitCode = 0
    void dns.close()
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

function parseThreads(text: string): number {
  const threads = Number(text)
  const most = availableParallelism()
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= most))
    throw new InvalidArgumentError(`give a number from 1 to ${most}`)
  return threads
}

function readZones(file: string): ZoneConfig {
  try {
    return parseZoneConfig(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new InvalidArgumentError(`${file}: ${error instanceof Error ? error.message : error}`)
  }
}
