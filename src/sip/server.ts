import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, isIPv6, type Server, type Socket } from 'node:net'
import { crowd } from '../shared/crowd.ts'
import type { Log } from '../shared/log.ts'
import { framesOf } from './frames.codec.ts'
import type { Redirect, Response } from './redirect.ts'

export type SipServer = {
  /** UDP and TCP listen on the same one. */
  readonly port: number
  /** Responses since the start, by status, and what got none. */
  counts(): ReadonlyMap<number | 'silence', number>
  close(): Promise<void>
}

export type SipOptions = {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  readonly redirect: Redirect
  readonly log: Log
}

const IDLE_MS = 120_000
const CONNECTIONS_MAX = 500
/** Of one address: whoever holds so many must not keep the others out. */
const CONNECTIONS_OF_ONE_MAX = 100
/** Replies that wait for a peer that does not read; past it the connection ends. */
const UNREAD_OCTETS_MAX = 256 * 1024

/** Answers SIP over UDP and TCP at one address. @throws Error when the port is taken, or the address is not ours */
export async function startSip({ host, port, redirect, log }: SipOptions): Promise<SipServer> {
  const { udp, tcp } = await bindBoth(host, port)
  const counts = new Map<number | 'silence', number>()
  /** A mistake of ours in one message must not stop the others. */
  const answer = (octets: Buffer, address: string, fromPort: number): Response | undefined => {
    let response: Response | undefined
    try {
      response = redirect(octets, { address, port: fromPort })
    } catch (error) {
      log.error({ err: error }, 'a SIP message could not be answered')
    }
    const key = response?.status ?? 'silence'
    counts.set(key, (counts.get(key) ?? 0) + 1)
    return response
  }
  udp.on('message', (octets, peer) => {
    const response = peer.port === 0 ? undefined : answer(octets, peer.address, peer.port)
    if (response) udp.send(response.bytes, response.port, peer.address, () => {})
  })
  udp.on('error', (error) => log.error({ err: error }, 'the SIP socket failed'))
  const connections = new Set<Socket>()
  const admit = crowd(CONNECTIONS_OF_ONE_MAX)
  tcp.maxConnections = CONNECTIONS_MAX
  tcp.on('connection', (socket) => {
    const leave = admit(socket.remoteAddress ?? '')
    if (leave === undefined) {
      socket.destroy()
      return
    }
    socket.once('close', leave)
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
    converse(socket, (octets) => answer(octets, plainAddress(socket.remoteAddress ?? ''), socket.remotePort ?? 0))
  })
  const listenPort = udp.address().port
  log.info({ host, listenPort }, 'SIP redirect answers')
  return {
    port: listenPort,
    counts: () => counts,
    async close() {
      const closed = [once(udp, 'close'), once(tcp, 'close')]
      udp.close()
      tcp.close()
      for (const socket of connections) socket.destroy()
      await Promise.all(closed)
    },
  }
}

function converse(socket: Socket, answer: (octets: Buffer) => Response | undefined): void {
  let received: Buffer = Buffer.alloc(0)
  socket.setNoDelay(true)
  socket.setTimeout(IDLE_MS, () => socket.destroy())
  socket.on('error', () => socket.destroy()) // a peer that goes away in the middle is no event
  socket.on('data', (octets: Buffer) => {
    const { messages, rest, pings, isBroken } = framesOf(
      received.length === 0 ? octets : Buffer.concat([received, octets]),
    )
    received = rest
    for (let left = pings; left > 0; left--) socket.write('\r\n')
    for (const message of messages) {
      const response = answer(message)
      if (response) socket.write(response.bytes)
    }
    if (isBroken || socket.writableLength > UNREAD_OCTETS_MAX) socket.destroy()
  })
}

/** A server on `::` sees IPv4 peers as mapped addresses. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=[0-9.]+$)/i, '')
}

/** TCP chooses a free port, which UDP may find taken: then another one is tried. */
async function bindBoth(host: string, port: number): Promise<{ udp: UdpSocket; tcp: Server }> {
  for (let attempt = 1; ; attempt++) {
    const tcp = createServer()
    const udp = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' })
    try {
      tcp.listen({ host, port })
      await once(tcp, 'listening')
      const address = tcp.address()
      udp.bind({ address: host, port: typeof address === 'object' && address !== null ? address.port : port })
      await once(udp, 'listening')
      return { udp, tcp }
    } catch (error) {
      tcp.close()
      udp.close()
      if (port !== 0 || attempt === 20) throw new Error(`SIP cannot listen on ${host} port ${port}`, { cause: error })
    }
  }
}
