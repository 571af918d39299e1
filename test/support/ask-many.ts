import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { until } from './until.ts'

const AT_ONCE = 500
const AGAIN_MS = 500

/**
 * Asks a server on loopback many questions over one socket, some hundreds at a time, and again what is not answered: UDP may
 * lose it, and the machine may be busy.
 *
 * @param queries - each with an id of its own
 * @returns the replies in the order of the questions
 * @throws Error when some are not answered within the seconds
 */
export async function askMany(port: number, queries: readonly Buffer[], seconds = 30): Promise<Buffer[]> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
  const replies = new Map<number, Buffer>()
  socket.on('error', () => {}) // nobody listens there yet: asked again
  socket.on('message', (reply: Buffer) => replies.set(idOf(reply), reply))
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  try {
    for (let start = 0; start < queries.length; start += AT_ONCE) {
      const batch = queries.slice(start, start + AT_ONCE)
      let sentAt = Number.NEGATIVE_INFINITY
      await until(
        `answers of 127.0.0.1:${port} from question ${start} on`,
        () => {
          const open = batch.filter((query) => !replies.has(idOf(query)))
          if (performance.now() - sentAt < AGAIN_MS) return open.length === 0
          sentAt = performance.now()
          for (const query of open) socket.send(query, () => {})
          return open.length === 0
        },
        seconds,
      )
    }
  } finally {
    socket.close()
  }
  return queries.flatMap((query) => replies.get(idOf(query)) ?? [])
}

const idOf = (message: Buffer): number => message.readUInt16BE(0)
