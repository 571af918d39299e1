import { match } from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import test from 'node:test'
import { Registry } from 'prom-client'
import { until } from '../../test/support/until.ts'
import { createLog } from '../shared/log.ts'
import { opsSurface } from './ops/surface.ts'
import { createServer } from './server.ts'

test('one address cannot hold all connections: others are answered beside it, and it is again when it lets some go', async () => {
  const registry = new Registry()
  const surfaces = [opsSurface({ checks: [], registry })]
  const server = await createServer({ log: createLog('silent'), surfaces, registry, connectionsOfOne: 10 })
  const { port } = new URL(await server.listen({ host: '127.0.0.1', listenPort: 0 }))
  const opened: Socket[] = []
  const open = async (localAddress: string) => {
    const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress })
    socket.on('error', () => {}) // a reset is an end as well
    await once(socket, 'connect')
    opened.push(socket.resume())
    return socket
  }
  const answered = async (socket: Socket) => {
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
    const [bytes] = await once(socket, 'data')
    match(String(bytes), /^HTTP\/1\.1 200 /)
  }
  try {
    const held = await Promise.all(Array.from({ length: 15 }, () => open('127.0.0.1')))
    await until('five are cut', () => held.filter(({ closed }) => closed).length === 5)
    await answered(await open('127.0.0.2'))
    for (const socket of held) socket.destroy()
    await until('a place', async () => {
      const socket = await open('127.0.0.1')
      socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
      // one that is cut once more may end by a reset
      await Promise.race([once(socket, 'data'), once(socket, 'close')]).catch(() => {})
      return socket.bytesRead > 0
    })
  } finally {
    for (const socket of opened) socket.destroy()
    await server.close()
  }
})
