import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, isIPv6, type Server } from 'node:net'
import type { Log } from '../shared/log.ts'
import { answer, type DnsState, type Via } from './answer.ts'
import { RCODES } from './message.codec.ts'
import { converse } from './tcp.ts'

/** One line of the query counters: `rcode` is `silence` for what got no reply. */
export type DnsCount = { readonly via: Via; readonly rcode: string; readonly count: number }

export type DnsServer = {
  /** The one port that UDP and TCP listen on. */
  readonly port: number
  /** Queries since the start, for /metrics. */
  counts(): readonly DnsCount[]
  close(): Promise<void>
}

export type DnsOptions = {
  /** One local address: a reply must leave from the address that was asked. */
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  readonly state: DnsState
  readonly log: Log
}

/**
 * Answers over UDP and TCP at one address.
 *
 * @throws Error when the port is taken or the address is not ours
 */
export async function startDns({ host, port, state, log }: DnsOptions): Promise<DnsServer> {
  const tally = new Map<string, number>()
  const answerAndCount = (bytes: Uint8Array, via: Via): Uint8Array | undefined => {
    const reply = answerSafely(bytes, via, state, log)
    const key = `${via} ${reply === undefined ? 'silence' : rcodeOf(reply)}`
    tally.set(key, (tally.get(key) ?? 0) + 1)
    return reply
  }
  const { udp, tcp, listenPort } = await bindBoth(host, port)
  udp.on('message', (bytes, { port: peerPort, address }) => {
    // Nothing can be sent to port 0.
    if (peerPort === 0) return
    const reply = answerAndCount(bytes, 'udp')
    if (reply !== undefined) udp.send(reply, peerPort, address, () => {})
  })
  udp.on('error', (error) => log.error({ err: error }, 'UDP socket failed'))
  const hangUp = converse(tcp, (bytes) => answerAndCount(bytes, 'tcp'))
  log.info({ host, port: listenPort, via: 'node:dgram' }, 'DNS answers')
  return {
    port: listenPort,
    counts: () =>
      [...tally].map(([key, count]) => {
        const [via, rcode] = key.split(' ')
        return { via: via === 'tcp' ? 'tcp' : 'udp', rcode: rcode!, count }
      }),
    async close() {
      const closed = [once(udp, 'close'), once(tcp, 'close')]
      udp.close()
      tcp.close()
      hangUp()
      await Promise.all(closed)
    },
  }
}

/** `answer` does not throw; if it did after all, one query would stay unanswered and the next would be served. */
function answerSafely(bytes: Uint8Array, via: Via, state: DnsState, log: Log): Uint8Array | undefined {
  try {
    return answer(bytes, via, state)
  } catch (error) {
    log.error(
      { err: error, query: Buffer.from(bytes.subarray(0, 600)).toString('hex') },
      'a query could not be answered',
    )
    return undefined
  }
}

const RCODE_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(RCODES).map(([name, value]) => [value, name]))

/** The lower four bits suffice for counting: BADVERS reads as NOERROR there, and carries no answer. */
function rcodeOf(reply: Uint8Array): string {
  return RCODE_NAMES.get(reply[3]! & 15) ?? 'other'
}

/** Binds UDP, then TCP at the same port; a free port of one may be taken for the other, so port 0 is tried again. */
async function bindBoth(host: string, port: number): Promise<{ udp: UdpSocket; tcp: Server; listenPort: number }> {
  for (let attempt = 1; ; attempt++) {
    const udp = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', recvBufferSize: 4 * 1024 * 1024 })
    const tcp = createServer()
    try {
      udp.bind({ port, address: host })
      await once(udp, 'listening')
      const listenPort = udp.address().port
      tcp.listen({ port: listenPort, host })
      await once(tcp, 'listening')
      return { udp, tcp, listenPort }
    } catch (error) {
      udp.close()
      if (port !== 0 || attempt === 20) throw new Error(`DNS cannot listen on ${host} port ${port}`, { cause: error })
    }
  }
}
