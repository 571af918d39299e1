import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import type { Log } from '../shared/log.ts'
import { dnsState, type Via } from './answer.ts'
import { SYSTEM_CLOCK } from './clock.ts'
import { newCounts, RCODE_COUNTS, SILENCE_COUNT } from './counts.ts'
import { type Journal, noJournal } from './journal.ts'
import { RCODES } from './message.codec.ts'
import { startNotifier } from './notify.ts'
import type { DnsPolicy } from './policy.ts'
import type { TableReader } from './table-reader.ts'
import { converse, type TcpReply } from './tcp.ts'
import { listenTls, type TlsOptions } from './tls.ts'
import { tcpReplies } from './transfer.ts'
import { startUdp, type UdpKind, type UdpOptions, type UdpService } from './udp.ts'
import type { ZoneClaims } from './zone-claims.ts'
import type { ZoneConfig } from './zone-config.schema.ts'
import type { StaticZone } from './zone-static.ts'

/** One line of the query counters: `rcode` is `silence` for what got no reply. */
export type DnsCount = { readonly via: Via | 'tls'; readonly rcode: string; readonly count: number }

export type DnsServer = {
  /** The one port that UDP and TCP listen on. */
  readonly port: number
  readonly udpKind: UdpKind
  /** Of DNS over TLS; undefined: it is off. */
  readonly tlsPort: number | undefined
  /** Queries since the start, for /metrics. */
  counts(): readonly DnsCount[]
  close(): Promise<void>
}

export type DnsOptions = {
  /** One local address: a reply must leave from the address that was asked. */
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  readonly config: ZoneConfig
  /** Default: cookies with a secret of this start, everyone may ask, no limit. */
  readonly policy?: DnsPolicy
  /** Further zones, from master files or of networks (plmn.ts). */
  readonly fixedZones?: readonly StaticZone[]
  readonly table: TableReader
  /** Of the same table, for transfers (journal.ts). */
  readonly journal?: Journal
  /** Since when a zone is made of this configuration (zone-claims.ts); default: always. */
  readonly heldSince?: ZoneClaims['heldSince'] | undefined
  readonly log: Log
  /** How many threads answer UDP; default 1. */
  readonly threads?: number
  /** Default `auto`: batched where it is available. */
  readonly udpKind?: UdpKind | 'auto'
  /** Absent: no DNS over TLS. */
  readonly tls?: TlsOptions | undefined
}

/**
 * Answers over UDP and TCP at one address, and over TLS where there is a certificate.
 *
 * @throws Error when the configuration is wrong, the port is taken, or the address is not ours
 */
export async function startDns(options: DnsOptions): Promise<DnsServer> {
  const { host, config, table, log, fixedZones = [] } = options
  const policy = options.policy ?? { cookieSecret: newCookieSecret() }
  const state = dnsState(config, table, policy, fixedZones)
  const tls = options.tls && (await listenTls(options.tls, { host, log }))
  const { udp, tcp } = await bindBoth({ ...options, policy, fixedZones }).catch((error: unknown) => {
    tls?.close()
    throw error
  })
  const { heldSince } = options
  const replies = tcpReplies({ state, journal: options.journal ?? noJournal(table), fixedZones, heldSince })
  const [tcpCounts, tlsCounts] = [newCounts(), newCounts()]
  const replying =
    (counts: Int32Array): TcpReply =>
    (bytes, address) => {
      const asker = { via: 'tcp', address, nowSeconds: SYSTEM_CLOCK.nowSeconds() } as const
      return counted(replies(bytes, asker), counts)
    }
  const hangUps = [
    converse(tcp, replying(tcpCounts), log),
    ...(tls ? [converse(tls.server, replying(tlsCounts), log)] : []),
  ]
  const notifier = startNotifier({ state, fixedZones, heldSince, log })
  log.info(
    { host, listenPort: udp.port, tlsPort: tls?.port, udp: udp.kind, threads: options.threads ?? 1 },
    'DNS answers',
  )
  return {
    port: udp.port,
    udpKind: udp.kind,
    tlsPort: tls?.port,
    counts: () => [...linesOf('udp', udp.counts()), ...linesOf('tcp', [tcpCounts]), ...linesOf('tls', [tlsCounts])],
    async close() {
      const closed = [once(tcp, 'close'), ...(tls ? [once(tls.server, 'close')] : [])]
      tcp.close()
      tls?.close()
      for (const hangUp of hangUps) hangUp()
      notifier.close()
      await Promise.all([...closed, udp.close()])
    },
  }
}

/** For as long as this process lives; nodes behind one address need the same one from their file. */
export function newCookieSecret(): string {
  return randomBytes(16).toString('hex')
}

/** Counts an answer by its first message. */
function* counted(messages: ReturnType<TcpReply>, counts: Int32Array): Generator<Uint8Array | undefined> {
  let isFirst = true
  for (const message of messages) {
    if (isFirst && message) {
      counts[message[3]! & (RCODE_COUNTS - 1)]!++
      isFirst = false
    }
    yield message
  }
  if (isFirst) counts[SILENCE_COUNT]!++
}

const RCODE_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(RCODES).map(([name, value]) => [value, name]))

function linesOf(via: DnsCount['via'], counters: readonly Int32Array[]): DnsCount[] {
  return Array.from({ length: RCODE_COUNTS + 1 }, (_, index) => ({
    via,
    rcode: index === SILENCE_COUNT ? 'silence' : (RCODE_NAMES.get(index) ?? 'other'),
    count: counters.reduce((sum, counts) => sum + (counts[index]! >>> 0), 0),
  })).filter(({ count }) => count > 0)
}

/** Binds UDP, then TCP at the same port; a free port of one may be taken for the other, so port 0 is tried again. */
async function bindBoth(
  options: DnsOptions & Pick<UdpOptions, 'policy' | 'fixedZones'>,
): Promise<{ udp: UdpService; tcp: Server }> {
  const { host, port, udpKind = 'auto', threads = 1 } = options
  for (let attempt = 1; ; attempt++) {
    const tcp = createServer()
    // With port 0 TCP chooses: UDP sockets share their address on purpose, so a taken port would not be noticed there.
    try {
      tcp.listen({ port, host })
      await once(tcp, 'listening')
      const address = tcp.address()
      const listenPort = typeof address === 'object' && address !== null ? address.port : port
      return { udp: await startUdp({ ...options, port: listenPort, threads }, udpKind), tcp }
    } catch (error) {
      tcp.close()
      if (port !== 0 || attempt === 20) throw new Error(`DNS cannot listen on ${host} port ${port}`, { cause: error })
    }
  }
}
