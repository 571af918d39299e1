import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { worldWith } from '../static.ts'
import { ask, OPT, type World } from '../world.ts'

/** A delegation to so many name servers, whose names are the longest labels, each with an address of either kind. */
function delegatedTo(count: number, below: string): World {
  const hosts = Array.from({ length: count }, (_, at) => `${String(at).padStart(2, '0')}${'n'.repeat(50)}.${below}`)
  const lines = hosts.flatMap((host, at) => [
    `sub NS ${host}`,
    `${host} A 192.0.2.${at + 1}`,
    `${host} AAAA 2001:db8::${at + 1}`,
  ])
  return worldWith(`${lines.join('\n')}\n`)
}

/** Name servers, their addresses, and TC, of what is said of a name below the cut. */
function referred({ state }: World, via: 'udp' | 'tcp', udpPayloadSize = 512) {
  const reply = ask(state, 'x.sub.example.org', 'A', { additionals: [{ ...OPT, udpPayloadSize }] }, via)
  const addresses = (reply.packet.additionals ?? []).filter(({ type }) => type === 'A' || type === 'AAAA')
  return [reply.authority.length, addresses.length, reply.isTruncated]
}

test('§3.1: a referral has all glue of name servers below the cut, or TC is set where a datagram has no room for it', () => {
  deepEqual(referred(delegatedTo(2, 'sub'), 'udp'), [2, 4, false])
  deepEqual(referred(delegatedTo(5, 'sub'), 'udp'), [0, 0, true])
  deepEqual(referred(delegatedTo(5, 'sub'), 'udp', 1232), [5, 10, false])
  deepEqual(referred(delegatedTo(5, 'sub'), 'tcp'), [5, 10, false])
})

test('§3.1: all of it: a cut has as many name servers as it likes', () => {
  deepEqual(referred(delegatedTo(30, 'sub'), 'tcp'), [30, 60, false])
})

test('§3.2: glue of name servers below another cut is left out without TC where there is no room for it', () => {
  const sibling = (count: number) => delegatedTo(count, 'other')
  deepEqual(referred(sibling(2), 'udp'), [2, 4, false])
  deepEqual(referred(sibling(5), 'udp'), [5, 0, false])
  deepEqual(referred(sibling(5), 'tcp'), [5, 10, false])
})

test('a referral that is cut short is no larger than was said', () => {
  const reply = ask(delegatedTo(12, 'sub').state, 'x.sub.example.org', 'A')
  equal(reply.isTruncated, true)
  ok(reply.octets <= 512)
})
