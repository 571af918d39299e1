import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export async function opened(port: number, from = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from })
  socket.on('error', () => {}) // a reset is an end as well
  await once(socket, 'connect')
  return socket
}

export function framed(...messages: readonly Uint8Array[]): Buffer {
  return Buffer.concat(messages.flatMap((message) => [Buffer.of(message.length >>> 8, message.length & 255), message]))
}

/** Reads framed messages until `count` have come, or the peer ends. */
export async function readFramed(socket: Socket, count: number): Promise<Buffer[]> {
  const messages: Buffer[] = []
  let received = Buffer.alloc(0)
  for await (const octets of socket.iterator({ destroyOnReturn: false })) {
    received = Buffer.concat([received, octets])
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0)
      messages.push(received.subarray(2, end))
      received = received.subarray(end)
    }
    if (messages.length >= count) break
  }
  return messages
}
