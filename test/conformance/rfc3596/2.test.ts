import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { answer } from '../../../src/dns/answer.ts'
import { worldWith } from '../static.ts'
import { ASKER, ask, queryBytes } from '../world.ts'

const { state } = worldWith(`
host  A     192.0.2.1
host  AAAA  2001:db8::1
only4 A     192.0.2.2
@     MX    10 host
_sip._udp SRV 1 0 5060 host
sub   NS    ns.sub
ns.sub AAAA 2001:db8::53
`)

test('§2.1, §2.2: an AAAA record has type 28, and 128 bits in network byte order', () => {
  const reply = Buffer.from(answer(queryBytes('host.example.org', 'AAAA'), { ...ASKER, via: 'udp' }, state)!)
  const record = reply.subarray(reply.length - 28)
  deepEqual([record.readUInt16BE(2), record.readUInt16BE(10)], [28, 16])
  equal(record.subarray(12).toString('hex'), '20010db8000000000000000000000001')
})

test('§2.3: a query for AAAA gets all of them and nothing else; for a host that has none NODATA', () => {
  deepEqual(ask(state, 'host.example.org', 'AAAA').answers, ['AAAA'])
  const none = ask(state, 'only4.example.org', 'AAAA')
  deepEqual([none.rcode, none.answers, none.authority], [0, [], ['SOA example.org']])
})

test('§3: additional section processing of NS, SRV and MX adds both A and AAAA', () => {
  for (const [name, type] of [
    ['example.org', 'MX'],
    ['_sip._udp.example.org', 'SRV'],
  ] as const) {
    const types = (ask(state, name, type).packet.additionals ?? []).map((record) => record.type)
    deepEqual(types.sort(), ['A', 'AAAA'], type)
  }
  ok((ask(state, 'x.sub.example.org', 'A').packet.additionals ?? []).some(({ type }) => type === 'AAAA'))
})
