import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type DnsServer, startDns } from '../../../src/dns/server.ts'
import { createLog } from '../../../src/shared/log.ts'
import { until } from '../../support/until.ts'
import { framed, opened, readFramed } from '../wire.ts'
import { DOC, POLICY, queryBytes, readReply, world } from '../world.ts'

let dns: DnsServer
before(async () => {
  const policy = {
    ...POLICY,
    rateLimit: { repliesPerSecond: 1, truncatedEach: 1 },
    allow: { 'e164.arpa': ['192.0.2.0/24'] },
  }
  dns = await startDns({
    host: '127.0.0.1',
    port: 0,
    config: DOC,
    table: world().table,
    policy,
    log: createLog('silent'),
  })
})
after(() => dns.close())

async function asked(count: number, name = 'e164enum.net'): Promise<ReturnType<typeof readReply>[]> {
  const socket = await opened(dns.port)
  socket.write(framed(...Array.from({ length: count }, (_, id) => queryBytes(name, 'SOA', { id }))))
  const replies = await readFramed(socket, count)
  socket.destroy()
  return replies.map(readReply)
}

test('§3: TCP queries are served, and do not share their fate with UDP: a limit of UDP replies is none of TCP’s', async () => {
  deepEqual(
    (await asked(50)).map(({ rcode, isTruncated }) => [rcode, isTruncated]),
    Array(50).fill([0, false]),
  )
})

test('§3: who may ask is the same over TCP as over UDP', async () => {
  equal((await asked(1, 'e164.arpa'))[0]?.rcode, 5)
  equal((await asked(1))[0]?.rcode, 0)
})

test('§4.2: connections that are many do not harm those that are used', async () => {
  const idle = await Promise.all(Array.from({ length: 60 }, () => opened(dns.port)))
  equal((await asked(10)).length, 10)
  for (const socket of idle) socket.destroy()
})

test('§6: queries over TCP are counted by themselves', async () => {
  const count = () => dns.counts().reduce((sum, { via, count: more }) => sum + (via === 'tcp' ? more : 0), 0)
  const before = count()
  await asked(3)
  await until('they are counted', () => count() === before + 3)
})
