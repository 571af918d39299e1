import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { ask, world } from '../world.ts'

const { state } = world()

test('§3.1: comparisons are done in a case-insensitive manner, and the case of what was asked is kept', () => {
  for (const name of ['0.0.1.0.5.5.5.1.E164.ARPA', '0.0.1.0.5.5.5.1.e164EnUm.NeT']) {
    const reply = ask(state, name, 'NAPTR')
    deepEqual([reply.answers.length, reply.packet.questions?.[0]?.name], [3, name])
  }
})

test('§4.2.1: the apex holds the SOA and the NS records of the zone', () => {
  deepEqual(ask(state, 'e164.arpa', 'NS').answers, ['NS', 'NS'])
  deepEqual(ask(state, 'e164.arpa', 'SOA').answers, ['SOA'])
})

test('§4.3.1: outside the zones the server refuses and is not authoritative', () => {
  for (const name of ['.', 'arpa', 'net', 'example.org', '1.e164.arpa.example']) {
    const reply = ask(state, name, 'NS')
    deepEqual([reply.rcode, reply.isAuthoritative], [5, false], name)
  }
})

test('§3.6: two apexes, one number, one record set (contract O-01)', () => {
  const [one, other] = ['e164.arpa', 'e164enum.net'].map(
    (apex) => ask(state, `0.0.1.0.5.5.5.1.${apex}`, 'NAPTR').regexps,
  )
  deepEqual(one, other)
  equal(one?.length, 3)
})
