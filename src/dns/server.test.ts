import { deepEqual, equal, ok } from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { queryBytes, readReply, world } from '../../test/conformance/world.ts'
import { createLog } from '../shared/log.ts'
import { type DnsServer, startDns } from './server.ts'

const HOST = '127.0.0.1'
let dns: DnsServer
before(async () => {
  dns = await startDns({ host: HOST, port: 0, state: world().state, log: createLog('silent') })
})
after(() => dns.close())

function framed(...messages: Buffer[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => [Buffer.from([message.length >> 8, message.length & 255]), message]),
  )
}

/** Reads framed messages until `count` have come. */
async function readFramed(socket: ReturnType<typeof connect>, count: number): Promise<Buffer[]> {
  const messages: Buffer[] = []
  let received = Buffer.alloc(0)
  for await (const octets of socket) {
    received = Buffer.concat([received, octets])
    for (
      ;
      received.length >= 2 && received.length >= 2 + received.readUInt16BE(0);
      received = received.subarray(2 + received.readUInt16BE(0))
    ) {
      messages.push(received.subarray(2, 2 + received.readUInt16BE(0)))
    }
    if (messages.length >= count) break
  }
  return messages
}

const QUERY = queryBytes('0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR')

test('UDP: one reply from the address and port that was asked, to a reply none', async () => {
  const socket = createSocket('udp4')
  const replies: Buffer[] = []
  socket.on('message', (bytes, peer) => {
    deepEqual([peer.address, peer.port], [HOST, dns.port])
    replies.push(bytes)
  })
  const reply = Buffer.from(QUERY)
  reply[2]! |= 0x80
  for (const bytes of [reply, Buffer.alloc(3), QUERY]) socket.send(bytes, dns.port, HOST)
  await once(socket, 'message')
  equal(replies.length, 1)
  equal(readReply(replies[0]!).answers.length, 3)
  socket.close()
})

test('TCP: queries sent together, and in pieces, are all answered on one connection (RFC 7766 §6.2.1.1)', async () => {
  const socket = connect(dns.port, HOST)
  const queries = Array.from({ length: 50 }, (_, id) => queryBytes('1.e164.arpa', 'NAPTR', { id }))
  const octets = framed(...queries, QUERY)
  socket.write(octets.subarray(0, 1))
  await new Promise((resolve) => socket.write(octets.subarray(1, 700), resolve))
  socket.write(octets.subarray(700))
  const replies = (await readFramed(socket, 51)).map(readReply)
  deepEqual(new Set(replies.map(({ id }) => id)), new Set([...queries.keys(), 4711]))
  socket.destroy()
})

test('TCP: a peer that goes away in the middle of a message harms nobody', async () => {
  const socket = connect(dns.port, HOST)
  socket.write(framed(QUERY).subarray(0, 10))
  socket.destroy()
  await once(socket, 'close')
  const next = connect(dns.port, HOST)
  next.write(framed(QUERY))
  equal((await readFramed(next, 1)).length, 1)
  next.destroy()
})

test('what was answered is counted by transport and rcode', () => {
  const counts = dns.counts()
  ok(counts.find(({ via, rcode }) => via === 'udp' && rcode === 'NOERROR')!.count >= 1)
  ok(counts.find(({ via, rcode }) => via === 'udp' && rcode === 'silence')!.count >= 2)
  ok(counts.find(({ via, rcode }) => via === 'tcp' && rcode === 'NOERROR')!.count >= 52)
})

test('a taken port is refused with its name; closing ends connections too', async () => {
  const log = createLog('silent')
  await startDns({ host: HOST, port: dns.port, state: world().state, log }).then(
    () => ok(false, 'started twice'),
    (error: Error) => ok(error.message.includes(`${HOST} port ${dns.port}`)),
  )
  const brief = await startDns({ host: HOST, port: 0, state: world().state, log })
  const socket = connect(brief.port, HOST)
  await once(socket, 'connect')
  const closed = once(socket, 'close')
  socket.on('error', () => {})
  await brief.close()
  await closed
})
