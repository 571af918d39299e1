import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { answer } from '../../../src/dns/answer.ts'
import { worldWith } from '../static.ts'
import { ASKER, ask, queryBytes, world } from '../world.ts'

test('§5: a set has no two records with the same data: what is said twice is sent once', () => {
  const { state } = worldWith('a A 192.0.2.1\na IN A 192.0.2.1\nA 300 A 192.0.2.2\n')
  deepEqual(ask(state, 'a.example.org', 'A').answers, ['A', 'A'])
})

test('§5.2: in no case may a server send an RRSet with TTLs not all equal: such a file is refused', () => {
  throws(() => worldWith('a 60 A 192.0.2.1\na 61 A 192.0.2.2\n'), /line 5: .*RFC 2181 §5\.2/)
  const ttls = (ask(world().state, '0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR').packet.answers ?? []).map(
    (record) => 'ttl' in record && record.ttl,
  )
  deepEqual(ttls, [60, 60, 60])
})

test('§8: a TTL is between 0 and 2147483647; 0 is not served, for every call would then ask', () => {
  throws(() => worldWith('a 2147483648 A 192.0.2.1\n'), /line 4/)
  throws(() => worldWith('a 0 A 192.0.2.1\n'), /line 4: a TTL of 0/)
  const [record] = ask(worldWith('a 2147483647 A 192.0.2.1\n').state, 'a.example.org', 'A').packet.answers ?? []
  equal(record?.type === 'A' && record.ttl, 2 ** 31 - 1)
})

test('§6.1, §5.4.1: what lies below a cut is not authoritative', () => {
  const { state } = worldWith('sub NS ns.sub\nns.sub A 192.0.2.3\n')
  deepEqual(ask(state, 'ns.sub.example.org', 'A').isAuthoritative, false)
})

test('§10.1: an alias has no other records', () => {
  throws(() => worldWith('a CNAME b\na A 192.0.2.1\n'), /CNAME and something else/)
})

test('§11: any binary string whatever can be a label', () => {
  const { state } = worldWith('\\000\\255\\046 TXT found\n')
  const name = Buffer.from('\x03\x00\xff.\x07example\x03org\x00', 'latin1')
  const query = Buffer.concat([queryBytes('.', 'TXT').subarray(0, 12), name, Buffer.of(0, 16, 0, 1)])
  const reply = Buffer.from(answer(query, { ...ASKER, via: 'udp' }, state)!)
  deepEqual([reply[3]! & 15, reply.readUInt16BE(6)], [0, 1])
  deepEqual(reply.subarray(12, 12 + name.length), name)
})
