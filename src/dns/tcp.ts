import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import { addressOctets } from './address.ts'

/** An idle connection is closed after this long (RFC 7766 §6.2.3: a few seconds). It also bounds a message sent byte by byte. */
const IDLE_MS = 10_000
const CONNECTIONS_MAX = 500
/** Replies that wait for a peer that does not read; past it we stop reading from that peer. */
const UNREAD_OCTETS_MAX = 256 * 1024

/**
 * The messages that answer one; many for a transfer, none for silence.
 *
 * @param address - the asker's, in octets
 */
export type TcpReply = (message: Uint8Array, address: Uint8Array) => Iterable<Uint8Array>

/**
 * Serves DNS over the connections of a server, of TCP or of TLS: two octets of length before every message (RFC 1035 §4.2.2), many queries at
 * once (RFC 7766 §6.2.1.1).
 *
 * @returns a function that ends every connection
 */
export function converse(server: Server, reply: TcpReply): () => void {
  const connections = new Set<Socket>()
  server.maxConnections = CONNECTIONS_MAX
  const keep = (socket: Socket): void => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  }
  server.on('connection', keep) // of TLS: also while it is being agreed upon
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    keep(socket)
    serveConnection(socket, reply)
  })
  return () => {
    for (const socket of connections) socket.destroy()
  }
}

function serveConnection(socket: Socket, reply: TcpReply): void {
  const address = addressOctets(socket.remoteAddress ?? '') ?? new Uint8Array(4)
  let received: Buffer = Buffer.alloc(0)
  const idle = setTimeout(() => socket.destroy(), IDLE_MS)
  socket.setNoDelay(true)
  socket.once('close', () => clearTimeout(idle))
  // A peer that goes away in the middle is no event: its replies have no reader.
  socket.on('error', () => socket.destroy())
  socket.on('data', (octets: Buffer) => {
    const { messages, rest } = framesOf(received.length === 0 ? octets : Buffer.concat([received, octets]))
    received = rest
    for (const message of messages) {
      idle.refresh()
      // A transfer that cannot be finished ends the connection: the secondary asks again.
      send(socket, reply(message, address), () => idle.refresh()).catch(() => socket.destroy())
    }
    if (socket.writableLength > UNREAD_OCTETS_MAX) {
      socket.pause()
      socket.once('drain', () => socket.resume())
    }
  })
}

/** Writes messages as fast as the peer reads them. */
async function send(socket: Socket, messages: Iterable<Uint8Array>, progress: () => void): Promise<void> {
  for (const message of messages) {
    socket.write(Buffer.concat([Uint8Array.of(message.length >>> 8, message.length & 255), message]))
    if (socket.writableLength <= UNREAD_OCTETS_MAX) continue
    await Promise.race([once(socket, 'drain'), once(socket, 'close')])
    if (socket.destroyed) return
    progress()
  }
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
