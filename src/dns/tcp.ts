import type { Server, Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { Server as TlsServer } from 'node:tls'
import { crowd } from '../shared/crowd.ts'
import type { Log } from '../shared/log.ts'
import { peerOctets } from './address.ts'

/** An idle connection is closed after this long (RFC 7766 §6.2.3: a few seconds). It also bounds a message sent byte by byte. */
const IDLE_MS = 10_000
const CONNECTIONS_MAX = 500
/** Of one address: whoever holds so many must not keep the others out (RFC 7766 §6.2.2). */
const CONNECTIONS_OF_ONE_MAX = 100
/** Replies that wait for a peer that does not read; past it we stop reading from that peer. */
const UNREAD_OCTETS_MAX = 256 * 1024

/**
 * The messages that answer one; many for a transfer, none for silence. undefined is a pause: others may have a turn.
 *
 * @param address - the asker's, in octets
 */
export type TcpReply = (message: Uint8Array, address: Uint8Array) => Iterable<Uint8Array | undefined>

/**
 * Serves DNS over the connections of a server, of TCP or of TLS: two octets of length before every message (RFC 1035 §4.2.2), many queries at
 * once (RFC 7766 §6.2.1.1).
 *
 * @returns a function that ends every connection
 */
export function converse(server: Server, reply: TcpReply, log: Log): () => void {
  const connections = new Set<Socket>()
  const admit = crowd(CONNECTIONS_OF_ONE_MAX)
  server.maxConnections = CONNECTIONS_MAX
  const keep = (socket: Socket): void => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  }
  // of TLS: also while it is being agreed upon
  server.on('connection', (socket: Socket) => {
    const leave = admit(socket.remoteAddress ?? '')
    if (leave === undefined) return socket.destroy()
    socket.once('close', leave)
    return keep(socket)
  })
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    if (socket.destroyed) return
    keep(socket)
    serveConnection(socket, reply, log)
  })
  return () => {
    for (const socket of connections) socket.destroy()
  }
}

function serveConnection(socket: Socket, reply: TcpReply, log: Log): void {
  const address = peerOctets(socket.remoteAddress ?? '')
  let received: Buffer = Buffer.alloc(0)
  const idle = setTimeout(() => socket.destroy(), IDLE_MS)
  socket.setNoDelay(true)
  // Every transfer that goes on listens for room, and a secondary of many zones asks for all of them over one connection.
  socket.setMaxListeners(0)
  socket.once('close', () => clearTimeout(idle))
  // A peer that goes away in the middle is no event: its replies have no reader.
  socket.on('error', () => socket.destroy())
  const answer = async (message: Uint8Array): Promise<void> => {
    try {
      await send(socket, reply(message, address), () => idle.refresh())
    } catch (error) {
      // A transfer that cannot be finished, or a mistake of ours in one query: the asker comes again, the others go on.
      log.warn({ err: error }, 'an answer over TCP broke off')
      socket.destroy()
    }
  }
  socket.on('data', (octets: Buffer) => {
    const { messages, rest } = framesOf(received.length === 0 ? octets : Buffer.concat([received, octets]))
    received = rest
    for (const message of messages) {
      idle.refresh()
      void answer(message)
    }
    if (socket.writableLength > UNREAD_OCTETS_MAX) {
      socket.pause()
      socket.once('drain', () => socket.resume())
    }
  })
}

/** Writes messages as fast as the peer reads them, and lets others have a turn between those of a transfer. */
async function send(socket: Socket, messages: ReturnType<TcpReply>, progress: () => void): Promise<void> {
  let isFirst = true
  for (const message of messages) {
    if (!isFirst) await (socket.writableLength > UNREAD_OCTETS_MAX ? room(socket) : turn())
    if (socket.destroyed) return
    if (!isFirst) progress()
    isFirst = false
    if (message === undefined) continue
    socket.write(Buffer.concat([Uint8Array.of(message.length >>> 8, message.length & 255), message]))
  }
}

/** Waits until the peer has read, or is gone. */
async function room(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const hear = (): void => resolve()
  socket.once('drain', hear)
  socket.once('close', hear)
  await promise
  socket.off('drain', hear)
  socket.off('close', hear)
}

function framesOf(octets: Buffer): { readonly messages: readonly Uint8Array[]; readonly rest: Buffer } {
  const messages: Uint8Array[] = []
  let at = 0
  while (at + 2 <= octets.length) {
    const end = at + 2 + octets.readUInt16BE(at)
    if (end > octets.length) break
    // Octets of their own: a Buffer's slice would be a view of what is read next.
    messages.push(Uint8Array.from(octets.subarray(at + 2, end)))
    at = end
  }
  return { messages, rest: octets.subarray(at) }
}
