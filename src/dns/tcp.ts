import type { Server, Socket } from 'node:net'
import { addressOctets } from './address.codec.ts'

/** An idle connection is closed after this long (RFC 7766 §6.2.3: a few seconds). It also bounds a message sent byte by byte. */
const IDLE_MS = 10_000
const CONNECTIONS_MAX = 500
/** Replies that wait for a peer that does not read; past it we stop reading from that peer. */
const UNREAD_OCTETS_MAX = 256 * 1024

/** @param address - the asker's, in octets */
export type TcpReply = (message: Uint8Array, address: Uint8Array) => Uint8Array | undefined

/**
 * Serves DNS over the connections of a server: two octets of length before every message (RFC 1035 §4.2.2), many queries at
 * once (RFC 7766 §6.2.1.1).
 *
 * @returns a function that ends every connection
 */
export function converse(server: Server, reply: TcpReply): () => void {
  const connections = new Set<Socket>()
  server.maxConnections = CONNECTIONS_MAX
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
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
    if (messages.length > 0) idle.refresh()
    const replies = messages.flatMap((message) => framed(reply(message, address)))
    if (replies.length > 0) socket.write(Buffer.concat(replies))
    if (socket.writableLength > UNREAD_OCTETS_MAX) {
      socket.pause()
      socket.once('drain', () => socket.resume())
    }
  })
}

function framed(message: Uint8Array | undefined): Uint8Array[] {
  return message === undefined ? [] : [Uint8Array.of(message.length >>> 8, message.length & 255), message]
}

function framesOf(octets: Buffer): { readonly messages: readonly Buffer[]; readonly rest: Buffer } {
  const messages: Buffer[] = []
  let at = 0
  while (at + 2 <= octets.length) {
    const end = at + 2 + octets.readUInt16BE(at)
    if (end > octets.length) break
    messages.push(octets.subarray(at + 2, end))
    at = end
  }
  return { messages, rest: octets.subarray(at) }
}
