import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { framed, readFramed } from '../../test/conformance/wire.ts'
import { DOC, POLICY, queryBytes, readReply, setRoute, world } from '../../test/conformance/world.ts'
import { createLog } from '../shared/log.ts'
import { type DnsOptions, type DnsServer, startDns } from './server.ts'
import type { UdpKind } from './udp.ts'

/** What `batched` needs; elsewhere node:dgram answers, and is tested here like it. */
const HAS_BATCHED = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)

const log = createLog('silent')
const QUERY = queryBytes('0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR')

function start(options: Partial<DnsOptions> = {}): Promise<DnsServer> {
  return startDns({ host: '127.0.0.1', port: 0, config: DOC, table: world().table, log, ...options })
}

/** Sends datagrams and gathers replies until `count` have come, at most half a minute. */
async function exchange(
  socket: Socket,
  { port }: DnsServer,
  host: string,
  queries: readonly Uint8Array[],
  count: number,
): Promise<Buffer[]> {
  const replies: Buffer[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const limit = setTimeout(resolve, 30_000)
  const take = (bytes: Buffer, peer: { address: string; port: number }): void => {
    deepEqual([peer.address, peer.port], [host, port], 'from the address and port that was asked')
    replies.push(bytes)
    if (replies.length === count) resolve()
  }
  socket.on('message', take)
  for (const query of queries) socket.send(query, port, host)
  await promise
  clearTimeout(limit)
  socket.off('message', take)
  return replies
}

for (const udpKind of ['batched', 'dgram'] as const satisfies readonly UdpKind[]) {
  describe(`UDP by ${udpKind}`, {
    skip: udpKind === 'batched' && !HAS_BATCHED ? 'not on this platform' : false,
  }, () => {
    const { table } = world()
    let dns: DnsServer
    let socket: Socket
    before(async () => {
      dns = await start({ udpKind, table, threads: 2 })
      // The kernel drops what finds no room, and on a busy machine hundreds of replies wait for their reader.
      socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
    })
    after(async () => {
      socket.close()
      await dns.close()
    })

    test('one reply to a query; none to a reply or a stump', async () => {
      equal(dns.udpKind, udpKind)
      const asReply = Buffer.from(QUERY)
      asReply[2]! |= 0x80
      const replies = await exchange(socket, dns, '127.0.0.1', [asReply, Buffer.alloc(3), QUERY], 1)
      deepEqual(
        replies.map((bytes) => readReply(bytes).answers.length),
        [3],
      )
    })

    test('hundreds at once, of unequal sizes, each get their own reply', async () => {
      const names = ['0.0.1.0.5.5.5.1.e164.arpa', '7.3.1.0.5.5.5.1.e164enum.net', '2.e164.arpa', 'example.org']
      const queries = Array.from({ length: 400 }, (_, id) => queryBytes(names[id % 4]!, 'NAPTR', { id }))
      const replies = (await exchange(socket, dns, '127.0.0.1', queries, 400)).map(readReply)
      deepEqual(
        replies.map(({ id }) => id).sort((a, b) => a! - b!),
        [...queries.keys()],
      )
      for (const { id, rcode, packet } of replies) {
        equal(packet.questions?.[0]?.name, names[id! % 4])
        equal(rcode, [0, 0, 3, 5][id! % 4])
      }
    })

    test('a changed route is in the next answer', async () => {
      setRoute(table, '+15550333', '+15550333', { operator: 'DIGI', routingNumber: '+1999' })
      const [reply] = await exchange(socket, dns, '127.0.0.1', [queryBytes('3.3.3.0.5.5.5.1.e164.arpa', 'NAPTR')], 1)
      ok(readReply(reply!).regexps[0]?.includes(';rn=+1999@'))
    })

    test('what was answered is counted by rcode', () => {
      const count = (wanted: string): number =>
        dns.counts().find(({ via, rcode }) => via === 'udp' && rcode === wanted)?.count ?? 0
      ok(count('NOERROR') >= 202)
      ok(count('NXDOMAIN') >= 100)
      ok(count('silence') >= 2)
    })

    test('IPv6', async () => {
      const six = await start({ udpKind, host: '::1' })
      const client = createSocket('udp6')
      const [reply] = await exchange(client, six, '::1', [QUERY], 1)
      equal(readReply(reply!).answers.length, 3)
      client.close()
      await six.close()
    })

    test('on :: both families are answered, and lists name a peer of IPv4 as what it is', async () => {
      const policy = { ...POLICY, allow: { 'e164.arpa': ['127.0.0.0/8'], 'e164enum.net': ['::1'] } }
      const both = await start({ udpKind, host: '::', policy })
      const client = createSocket('udp6')
      const rcodes: number[] = []
      for (const host of ['127.0.0.1', '::1'])
        for (const apex of ['e164.arpa', 'e164enum.net']) {
          const query = queryBytes(`0.0.1.0.5.5.5.1.${apex}`, 'NAPTR')
          const [reply] = await exchange(host === '::1' ? client : socket, both, host, [query], 1)
          rcodes.push(readReply(reply!).rcode)
        }
      client.close()
      await both.close()
      deepEqual(rcodes, [0, 5, 5, 0])
    })
  })
}

describe('TCP', () => {
  let dns: DnsServer
  before(async () => {
    dns = await start({ udpKind: 'dgram' })
  })
  after(() => dns.close())

  test('queries sent together, and in pieces, are all answered on one connection (RFC 7766 §6.2.1.1)', async () => {
    const socket = connect(dns.port, '127.0.0.1')
    const queries = Array.from({ length: 50 }, (_, id) => queryBytes('1.e164.arpa', 'NAPTR', { id }))
    const octets = framed(...queries, QUERY)
    socket.write(octets.subarray(0, 1))
    await new Promise((resolve) => socket.write(octets.subarray(1, 700), resolve))
    socket.write(octets.subarray(700))
    const replies = (await readFramed(socket, 51)).map(readReply)
    deepEqual(new Set(replies.map(({ id }) => id)), new Set([...queries.keys(), 4711]))
    socket.destroy()
    ok(dns.counts().find(({ via, rcode }) => via === 'tcp' && rcode === 'NOERROR')!.count >= 51)
  })

  test('a peer of IPv4 is the same to a server on ::, whose lists name it as IPv4', async () => {
    const policy = { ...POLICY, allow: { 'e164.arpa': ['127.0.0.0/8'] } }
    const both = await start({ udpKind: 'dgram', host: '::', policy })
    const socket = connect(both.port, '127.0.0.1')
    socket.write(framed(QUERY))
    const [reply] = await readFramed(socket, 1)
    socket.destroy()
    await both.close()
    equal(readReply(reply!).rcode, 0)
  })

  test('a peer that goes away in the middle of a message harms nobody', async () => {
    const socket = connect(dns.port, '127.0.0.1')
    socket.write(framed(QUERY).subarray(0, 10))
    socket.destroy()
    await once(socket, 'close')
    const next = connect(dns.port, '127.0.0.1')
    next.write(framed(QUERY))
    equal((await readFramed(next, 1)).length, 1)
    next.destroy()
  })

  test('a taken port is refused with its name', async () => {
    await rejects(start({ port: dns.port }), new RegExp(`127.0.0.1 port ${dns.port}`))
  })

  test('closing ends connections', async () => {
    const brief = await start({ udpKind: 'dgram' })
    const socket = connect(brief.port, '127.0.0.1')
    await once(socket, 'connect')
    const closed = once(socket, 'close')
    socket.on('error', () => {})
    await brief.close()
    await closed
    equal(socket.destroyed, true)
  })
})
