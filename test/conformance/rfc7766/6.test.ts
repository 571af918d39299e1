import { deepEqual, equal, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { type DnsServer, startDns } from '../../../src/dns/server.ts'
import { createLog } from '../../../src/shared/log.ts'
import { until } from '../../support/until.ts'
import { framed, opened, readFramed } from '../wire.ts'
import { DOC, queryBytes, readReply, world } from '../world.ts'

const WIDE = ['DIGI', 'FLOW'].map((code) => ({ code, imsDomain: `${'d'.repeat(63)}.${'e'.repeat(63)}.example` }))
const NAME = '0.0.1.0.5.5.5.1.e164.arpa'
let dns: DnsServer
before(async () => {
  dns = await startDns({
    host: '127.0.0.1',
    port: 0,
    config: { ...DOC, operators: WIDE },
    table: world().table,
    log: createLog('silent'),
    udpKind: 'dgram',
  })
})
after(() => dns.close())

test('§5: what is truncated over UDP is whole over TCP', async () => {
  const socket = await opened(dns.port)
  socket.write(framed(queryBytes(NAME, 'NAPTR')))
  const [reply] = await readFramed(socket, 1)
  deepEqual([readReply(reply!).isTruncated, readReply(reply!).answers.length], [false, 3])
  socket.destroy()
})

test('§6.2.1: a connection is used again and again, and stays open between queries', async () => {
  const socket = await opened(dns.port)
  for (let id = 1; id < 5; id++) {
    socket.write(framed(queryBytes('e164.arpa', 'SOA', { id })))
    equal(readReply((await readFramed(socket, 1))[0]!).id, id)
  }
  socket.destroy()
})

test('§6.2.1.1: queries that do not wait for the answers before them are all answered, each by its id', async () => {
  const socket = await opened(dns.port)
  const ids = Array.from({ length: 300 }, (_, id) => id)
  socket.write(framed(...ids.map((id) => queryBytes(id % 2 ? NAME : '2.e164.arpa', 'NAPTR', { id }))))
  const replies = (await readFramed(socket, 300)).map(readReply)
  deepEqual(
    replies.map(({ id }) => id!).sort((a, b) => a - b),
    ids,
  )
  for (const { id, rcode } of replies) equal(rcode, id! % 2 ? 0 : 3)
  socket.destroy()
})

test('§6.2.2: one address has many connections at once, and not so many that others have none', async () => {
  // Of an address of their own: the server may not have seen yet that the connections before are over.
  const many = await Promise.all(
    Array.from({ length: 120 }, async () => (await opened(dns.port, '127.0.0.3')).resume()),
  )
  await until('those that are too many are closed', () => many.filter(({ closed }) => closed).length === 20)
  const other = await opened(dns.port, '127.0.0.2')
  other.write(framed(queryBytes('e164.arpa', 'SOA')))
  equal((await readFramed(other, 1)).length, 1)
  for (const socket of [...many, other]) socket.destroy()
})

test('§6.2.3: a connection that is idle is closed after some seconds, also in the middle of a message', async () => {
  const idle = await opened(dns.port)
  const slow = await opened(dns.port)
  slow.write(framed(queryBytes(NAME, 'NAPTR')).subarray(0, 9))
  const startedAt = performance.now()
  await Promise.all([idle, slow].map((socket) => once(socket.resume(), 'close')))
  const seconds = (performance.now() - startedAt) / 1000
  ok(seconds > 2 && seconds < 30, `${seconds} s`)
})

test('§8: a message whose length comes in another segment than its octets is read all the same', async () => {
  const socket = await opened(dns.port)
  socket.setNoDelay(true)
  const octets = framed(queryBytes('e164.arpa', 'SOA'))
  for (const [from, to] of [
    [0, 1],
    [1, 2],
    [2, 20],
    [20, octets.length],
  ])
    await new Promise((resolve) => socket.write(octets.subarray(from, to), resolve))
  equal(readReply((await readFramed(socket, 1))[0]!).rcode, 0)
  socket.destroy()
})

test('§8: the length and the message are written together: the first octets that come are a whole reply', async () => {
  const socket = await opened(dns.port)
  socket.write(framed(queryBytes('e164.arpa', 'SOA')))
  const [octets] = (await once(socket, 'data')) as [Buffer]
  equal(octets.readUInt16BE(0), octets.length - 2)
  socket.destroy()
})
