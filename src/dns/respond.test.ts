import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { OptAnswer } from 'dns-packet'
import fc from 'fast-check'
import { ASKER, DOC, OPT, queryBytes, setRoute, world } from '../../test/conformance/world.ts'
import { answer, type DnsState } from './answer.ts'
import { SYSTEM_CLOCK } from './clock.ts'
import { ENUM_PROFILES } from './enum-profile.ts'
import { responderFor } from './respond.ts'
import { checkedName } from './zone-config.ts'
import { soaOf } from './zone-enum.ts'

const BLOCKS = [
  { prefix: '1555', operator: 'FLOW', lengths: [8] },
  { prefix: '15557', operator: 'DIGI', lengths: [8, 10] },
  { prefix: '4', operator: 'DIGI', lengths: [3, 15] },
]

/** A zone from a file below an ENUM apex: it answers for 1555029 and what follows. */
const CARVED_OUT = {
  apex: checkedName('9.2.0.5.5.5.1.e164.arpa'),
  records: [soaOf(checkedName('9.2.0.5.5.5.1.e164.arpa'), DOC, 1)],
}

function routedWorld(profile: (typeof ENUM_PROFILES)[number], blockWording: 'literal' | 'reference'): DnsState {
  const { state, table } = world({ profile, blockWording, blocks: BLOCKS }, {}, [CARVED_OUT])
  setRoute(table, '+15550200', '+15550299', { operator: 'FLOW', routingNumber: undefined })
  setRoute(table, '+155', '+155', { operator: 'DIGI', routingNumber: '+15559901' })
  setRoute(table, '+444444444444444', '+444444444444444', { operator: 'GONE', routingNumber: 'd27;rn-context=+4' })
  setRoute(table, '+15550300', '+15550300', { operator: 'FLOW', routingNumber: '!' })
  return state
}

const digits = fc.oneof(
  fc.stringMatching(/^1555[0-9]{4}$/),
  fc.stringMatching(/^155502[0-9]{2}$/),
  fc.stringMatching(/^155502[89][0-9]$/),
  fc.constantFrom('155', '444', '444444444444444', '15550100', '15550300', '1555', '0', '04', '1555701'),
  fc.stringMatching(/^[0-9]{1,17}$/),
)
const apex = fc.constantFrom('e164.arpa', 'E164.Arpa', 'e164enum.net', 'E164ENUM.NET', 'e164enum.org', 'e164.arpa.net')
const type = fc.constantFrom('NAPTR', 'NAPTR', 'NAPTR', 'TXT', 'SOA', 'ANY')
const opts = fc.constantFrom<OptAnswer[][]>(
  [],
  [OPT],
  [OPT, OPT],
  [{ ...OPT, flags: 0x8000 }],
  [{ ...OPT, ednsVersion: 1 }],
  [{ ...OPT, udpPayloadSize: 300 }],
)
const flags = fc.constantFrom(0, 0x0100, 0x0110, 0x0120, 0x0800, 0x0400)
const dirt = fc.option(fc.record({ at: fc.nat(60), octet: fc.nat(255) }), { nil: undefined })
const tail = fc.constantFrom(0, 0, 0, 1, 5)

for (const [profile, wording] of ENUM_PROFILES.flatMap((each) => [
  [each, 'literal'] as const,
  [each, 'reference'] as const,
])) {
  test(`${profile}, ${wording}: the prepared answer is the answer, octet for octet`, () => {
    const state = routedWorld(profile, wording)
    const respond = responderFor(state, SYSTEM_CLOCK)
    fc.assert(
      fc.property(fc.record({ digits, apex, type, opts, flags, dirt, tail }), (asked) => {
        const name = [...asked.digits].reverse().join('.')
        const question = queryBytes(`${name}.${asked.apex}`, asked.type, {
          flags: asked.flags,
          additionals: asked.opts,
        })
        const query = Buffer.concat([question, Buffer.alloc(asked.tail, 7)])
        if (asked.dirt !== undefined && asked.dirt.at < query.length) query[asked.dirt.at] = asked.dirt.octet
        const slots = new Uint8Array(4096).fill(0xee)
        slots.set(query, 1024)
        slots.set(ASKER.address, 3076)
        const length = respond(slots, 1024, query.length, 2048, 3076, 4)
        deepEqual(
          Buffer.from(slots.subarray(1024, 1024 + length)),
          Buffer.from(answer(query, { ...ASKER, via: 'udp' }, state) ?? []),
        )
        ok(
          slots.subarray(0, 1024).every((octet) => octet === 0xee),
          'nothing before the slot is touched',
        )
        ok(
          slots.subarray(3080).every((octet) => octet === 0xee),
          'nor after it',
        )
      }),
      { numRuns: 2000 },
    )
  })
}

test('a number answered before is answered anew when its route or its operator’s name is new', () => {
  const { state, table } = world()
  const respond = responderFor(state, SYSTEM_CLOCK)
  const ask = (): string => {
    const slot = new Uint8Array(2052)
    const query = queryBytes('0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR')
    slot.set(query)
    return Buffer.from(slot.subarray(0, respond(slot, 0, query.length, 2048, 2048, 4))).toString('latin1')
  }
  ok(ask().includes('rn=+15559901@ims.digi.example'))
  setRoute(table, '+15550100', '+15550100', { operator: 'FLOW', routingNumber: '+1999' })
  ok(ask().includes('rn=+1999@ims.flow.example'))
  setRoute(table, '+15550100', '+15550100', undefined)
  ok(ask().includes('+15550100;npdi@ims.flow.example'))
  equal(ask().includes('rn='), false)
})

test('a zone from a file below an ENUM apex answers for its numbers, and for no other', () => {
  const { state } = world({}, {}, [CARVED_OUT])
  const respond = responderFor(state, SYSTEM_CLOCK)
  const rcodeOf = (name: string): number => {
    const slot = new Uint8Array(2052)
    const query = queryBytes(name, 'NAPTR')
    slot.set(query)
    ok(respond(slot, 0, query.length, 2048, 2048, 4) > 0)
    return slot[3]! & 15
  }
  equal(rcodeOf('1.9.2.0.5.5.5.1.e164.arpa'), 3, 'the file has no such number')
  equal(rcodeOf('1.8.2.0.5.5.5.1.e164.arpa'), 0)
  equal(rcodeOf('1.9.2.0.5.5.5.1.e164enum.net'), 0, 'the other apex has no such zone')
})
