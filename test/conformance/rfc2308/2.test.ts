import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { ask, world } from '../world.ts'

const { state } = world()

test('§2.1: NXDOMAIN: the SOA of the zone is in the authority section', () => {
  const reply = ask(state, '2.e164enum.net', 'NAPTR')
  deepEqual([reply.rcode, reply.answers, reply.authority], [3, [], ['SOA e164enum.net']])
})

test('§2.2: NODATA: NOERROR, no relevant answer, and the SOA', () => {
  const reply = ask(state, '0.0.1.0.5.5.5.1.e164enum.net', 'AAAA')
  deepEqual([reply.rcode, reply.answers, reply.authority], [0, [], ['SOA e164enum.net']])
})

test('§3: the TTL of this record is set from the minimum of the MINIMUM field of the SOA record and the TTL of the SOA itself', () => {
  for (const ttlSeconds of [1, 900, 86_400]) {
    const { state: other } = world({ ttlSeconds })
    const soa = ask(other, '2.e164.arpa', 'NAPTR').packet.authorities?.[0]
    ok(soa?.type === 'SOA')
    deepEqual([soa.ttl, soa.data.minimum], [ttlSeconds, ttlSeconds])
  }
})
