import { deepEqual, equal } from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { test } from 'node:test'
import { framed, opened } from '../../test/conformance/wire.ts'
import { until } from '../../test/support/until.ts'
import { createLog } from '../shared/log.ts'
import { converse, type TcpReply } from './tcp.ts'

/** A server that answers as told, for the length of a test. */
async function serving(reply: TcpReply, use: (port: number, lines: string[], server: Server) => Promise<void>) {
  const server = createServer()
  const lines: string[] = []
  const log = createLog('silent')
  log.warn = (_facts: object, message?: string) => void lines.push(message ?? '')
  const hangUp = converse(server, reply, log)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  try {
    await use(typeof address === 'object' && address !== null ? address.port : 0, lines, server)
  } finally {
    hangUp()
    server.close()
  }
}

/** What comes back for one message; undefined when the connection ends instead. */
async function askedOver(socket: Socket, text: string): Promise<string | undefined> {
  socket.write(framed(Buffer.from(text)))
  const [octets] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [undefined])])
  return octets?.subarray(2).toString()
}

const echo: TcpReply = (message) => [message]

test('one address cannot take all connections: others are answered beside it', async () => {
  await serving(echo, async (port, _lines, server) => {
    const many = await Promise.all(Array.from({ length: 150 }, () => opened(port)))
    const connections = () => new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)))
    await until('the rest is closed', async () => (await connections()) === 100)
    equal(await askedOver(await opened(port, '127.0.0.2'), 'other'), 'other')
    const left = many.filter(({ destroyed, readyState }) => !destroyed && readyState === 'open')
    left[0]!.destroy()
    await until('there is room', async () => (await connections()) === 100)
    equal(await askedOver(await opened(port), 'next'), 'next')
  })
})

test('a message that we fail at ends its connection, is named in the log, and harms no other', async () => {
  const failing: TcpReply = (message) => {
    if (message[0] === 'x'.charCodeAt(0)) throw new Error('a mistake of ours')
    return [message]
  }
  await serving(failing, async (port, lines) => {
    const [one, other] = [await opened(port), await opened(port)]
    equal(await askedOver(one, 'xyz'), undefined)
    equal(await askedOver(other, 'abc'), 'abc')
    deepEqual(lines, ['an answer over TCP broke off'])
  })
})

test('a transfer leaves no listeners behind, and others have their turn while it goes on', async () => {
  let served: Socket | undefined
  let turns = 0
  const clock = setInterval(() => turns++, 1)
  let [most, atTheEnd] = [0, 0]
  function* transfer(): Generator<Uint8Array> {
    for (let at = 0; at < 2000; at++) {
      most = Math.max(most, served?.listenerCount('close') ?? 0)
      yield new Uint8Array(16_000).fill(at)
    }
    atTheEnd = turns
  }
  await serving(transfer, async (port, _lines, server) => {
    server.on('connection', (socket: Socket) => {
      served = socket
    })
    const socket = await opened(port)
    let octets = 0
    socket.on('data', (chunk: Buffer) => {
      octets += chunk.length
    })
    socket.write(Buffer.of(0, 1, 1))
    await until('all has come', () => octets === 2000 * 16_002)
  })
  clearInterval(clock)
  equal(most < 10, true, `${most} listeners`)
  equal(atTheEnd > 3, true, `${atTheEnd} turns of others`)
})
