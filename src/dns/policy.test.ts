import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { KEY } from '../../test/conformance/signed.ts'
import { ASKER, ask, POLICY, queryBytes, world } from '../../test/conformance/world.ts'
import { isInNetwork, parseNetwork, peerOctets } from './address.ts'
import type { DnsName } from './name.codec.ts'
import { readPolicy } from './policy.ts'
import { responderFor } from './respond.ts'

// biome-ignore format: a table
const NETWORKS: readonly [network: string, address: string, isIn: boolean | undefined][] = [
  ['192.0.2.0/24',      '192.0.2.200',          true],
  ['192.0.2.0/24',      '192.0.3.1',            false],
  ['192.0.2.128/25',    '192.0.2.127',          false],
  ['192.0.2.128/25',    '192.0.2.128',          true],
  ['192.0.2.7',         '192.0.2.7',            true],
  ['192.0.2.7',         '192.0.2.8',            false],
  ['0.0.0.0/0',         '203.0.113.9',          true],
  ['0.0.0.0/0',         '2001:db8::1',          false],
  ['2001:db8::/33',     '2001:db8:7fff::1',     true],
  ['2001:db8::/33',     '2001:db8:8000::1',     false],
  ['::ffff:192.0.2.1',  '::ffff:c000:201',      true],
  ['::ffff:192.0.2.0/120', '192.0.2.9',         true],
  ['::ffff:192.0.2.0/120', '192.0.3.9',         false],
  ['::/0',              '192.0.2.9',            false],
  ['192.0.2.0/33',      '192.0.2.1',            undefined],
  ['192.0.2.0/',        '192.0.2.1',            undefined],
  ['192.0.2/24',        '192.0.2.1',            undefined],
  ['2001:db8::/32/1',   '2001:db8::1',          undefined],
]
for (const [text, address, isIn] of NETWORKS) {
  test(`${address} ${isIn === undefined ? 'is not asked: no network' : isIn ? 'is in' : 'is not in'} ${text}`, () => {
    const network = parseNetwork(text)
    const octets = peerOctets(address)
    equal(network && isInNetwork(network, octets, 0, octets.length), isIn)
  })
}

test('an apex with a list answers the listed networks alone, by the plain way and by the prepared', () => {
  const { state } = world({}, { allow: { 'e164.arpa': ['192.0.2.0/24'] } })
  const clock = { nowSeconds: () => 0, monotonicMs: () => 0 }
  const respond = responderFor(state, clock)
  const rcodes = (apex: string, address: Uint8Array): number[] => {
    const slot = Buffer.alloc(2064)
    const query = queryBytes(`0.0.1.0.5.5.5.1.${apex}`, 'NAPTR')
    slot.set(query)
    slot.set(address, 2048)
    respond(slot, 0, query.length, 2048, 2048, 4)
    return [ask(state, `0.0.1.0.5.5.5.1.${apex}`, 'NAPTR', {}, 'udp', { address }).rcode, slot[3]! & 15]
  }
  deepEqual(rcodes('e164.arpa', Uint8Array.of(192, 0, 2, 1)), [0, 0])
  deepEqual(rcodes('e164.arpa', ASKER.address), [5, 5])
  deepEqual(rcodes('e164enum.net', ASKER.address), [0, 0])
})

test('a secondary may ask for the serial of a zone whose list does not name it', () => {
  for (const address of ['203.0.113.53', '::ffff:203.0.113.53']) {
    const transfers = { keys: [KEY], secondaries: { 'e164.arpa': [{ address, port: 53, key: KEY.name }] } }
    const { state } = world({}, { allow: { 'e164.arpa': ['192.0.2.0/24'], 'e164enum.net': [] }, transfers })
    const rcode = (apex: string, peer: string) =>
      ask(state, apex, 'SOA', {}, 'udp', { address: peerOctets(peer) }).rcode
    equal(rcode('e164.arpa', '203.0.113.53'), 0, address)
    equal(rcode('e164enum.net', '203.0.113.53'), 5)
    equal(rcode('e164.arpa', '203.0.113.54'), 5)
    throws(() => readPolicy({ ...POLICY, transfers: { ...transfers, keys: [KEY, KEY] } }), /two TSIG keys of the name/)
  }
})

test('a wrong policy names all that is wrong', () => {
  const wrong = {
    cookieSecret: 'x',
    allow: { 'e164.arpa': ['10/8'] },
    rateLimit: { repliesPerSecond: 0, truncatedEach: 2 },
  }
  throws(() => readPolicy(wrong), /cookie secret.*"10\/8" is no network.*rate limit/)
  equal(readPolicy(POLICY).isAllowed('e164.arpa.' as DnsName, ASKER.address, 0, 4), true)
})

/** Asks as often as said from one address; the replies' lengths and TC flags. */
function burst(
  count: number,
  query: Buffer,
  address: Uint8Array,
  clock: { nowSeconds(): number; monotonicMs(): number },
) {
  const { state } = world({}, { rateLimit: { repliesPerSecond: 10, truncatedEach: 2 } })
  const respond = responderFor(state, clock)
  const slot = Buffer.alloc(2064)
  return Array.from({ length: count }, () => {
    slot.set(query)
    slot.set(address, 2048)
    const length = respond(slot, 0, query.length, 2048, 2048, 4)
    return length === 0 ? 'silence' : (slot[2]! & 2) !== 0 ? 'truncated' : 'answer'
  })
}
const NUMBER = queryBytes('0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR')

test('rate limit: what is too much is dropped, each second one truncated; later there is room again', () => {
  let nowMs = 0
  const clock = { nowSeconds: () => 0, monotonicMs: () => nowMs++ / 1000 }
  const said = burst(40, NUMBER, ASKER.address, clock)
  deepEqual(said.slice(0, 20), Array(20).fill('answer'))
  deepEqual(said.slice(20, 24), ['silence', 'truncated', 'silence', 'truncated'])
  const rested = { nowSeconds: () => 0, monotonicMs: () => (nowMs += 200) }
  deepEqual(new Set(burst(40, NUMBER, ASKER.address, rested)), new Set(['answer']))
})

test('rate limit: a resolver that minimises names gets ten empty answers for each number', () => {
  const clock = { nowSeconds: () => 0, monotonicMs: () => 0 }
  deepEqual(new Set(burst(200, queryBytes('5.5.5.1.e164.arpa', 'NS'), ASKER.address, clock)), new Set(['answer']))
})

/** A query with the cookie that ASKER has. */
function withCookie(): Buffer {
  const data = Buffer.from('2464c4abcf10c957010000005cf79f111f8130c3eee29480', 'hex')
  const opt = Buffer.concat([Buffer.from([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 28, 0, 10, 0, 24]), data])
  const query = Buffer.concat([NUMBER, opt])
  query[11] = 1
  return query
}

test('rate limit: who shows a valid cookie is no forger', () => {
  const clock = { nowSeconds: () => ASKER.nowSeconds, monotonicMs: () => 0 }
  deepEqual(new Set(burst(100, withCookie(), ASKER.address, clock)), new Set(['answer']))
})

test('rate limit: who shows a valid cookie leaves the others of its network their room', () => {
  const clock = { nowSeconds: () => ASKER.nowSeconds, monotonicMs: () => 0 }
  const { state } = world({}, { rateLimit: { repliesPerSecond: 10, truncatedEach: 2 } })
  const respond = responderFor(state, clock)
  const slot = Buffer.alloc(2064)
  const isAnswered = (query: Buffer): boolean => {
    slot.set(query)
    slot.set(ASKER.address, 2048)
    return respond(slot, 0, query.length, 2048, 2048, 4) > 0 && (slot[2]! & 2) === 0
  }
  for (let at = 0; at < 10_000; at++) equal(isAnswered(withCookie()), true)
  deepEqual(
    Array.from({ length: 21 }, () => isAnswered(NUMBER)),
    [...Array(20).fill(true), false],
  )
})
