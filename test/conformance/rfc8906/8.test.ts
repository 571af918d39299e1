import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { answer } from '../../../src/dns/answer.ts'
import { ASKER, ask, ednsOption, OPT, queryBytes, readReply, world } from '../world.ts'

// RFC 8906 §8 lists what a tester sends to an authoritative server, and what must come back.
const { state } = world()
const ZONE = 'e164.arpa'

function raw(change: (query: Buffer) => void, more = {}) {
  const query = queryBytes(ZONE, 'SOA', more)
  change(query)
  return readReply(answer(query, { ...ASKER, via: 'udp' }, state)!)
}

test('§8.1.1: is the server configured for the zone: an SOA with AA', () => {
  const reply = ask(state, ZONE, 'SOA')
  deepEqual([reply.rcode, reply.answers, reply.isAuthoritative], [0, ['SOA'], true])
})

test('§8.1.2: an unknown type is no error', () => {
  const reply = raw((query) => query.writeUInt16BE(1000, query.length - 4))
  deepEqual([reply.rcode, reply.answers, reply.authority], [0, [], ['SOA e164.arpa']])
})

test('§8.1.3.1: CD=1: an answer, as without it', () =>
  equal(ask(state, ZONE, 'SOA', { flags: 0x0010 }).answers.length, 1))
test('§8.1.3.2: AD=1: an answer, and AD is not set in it', () => {
  const reply = ask(state, ZONE, 'SOA', { flags: 0x0020 })
  deepEqual([reply.answers.length, reply.packet.flags! & 0x0020], [1, 0])
})
test('§8.1.3.3: the reserved bit: an answer, and the bit is not set in it', () => {
  const reply = ask(state, ZONE, 'SOA', { flags: 0x0040 })
  deepEqual([reply.answers.length, reply.packet.flags! & 0x0040], [1, 0])
})
test('§8.1.3.4: RD=1: an answer, not refused', () =>
  equal(ask(state, ZONE, 'SOA', { flags: 0x0100 }).answers.length, 1))

test('§8.1.4: an unknown opcode is NOTIMP, with the opcode in the reply and no flag but QR', () => {
  const reply = raw((query) => query.writeUInt16BE(0x7800, 2))
  deepEqual([reply.rcode, reply.packet.flags! & 0x7ff0], [4, 0x7800])
})

test('§8.1.5: over TCP too', () => equal(ask(state, ZONE, 'SOA', {}, 'tcp').answers.length, 1))

test('§8.2.1: EDNS version 0: an OPT of version 0 comes back', () => {
  const reply = ask(state, ZONE, 'SOA', { additionals: [OPT] })
  deepEqual([reply.rcode, reply.answers.length, reply.opt?.ednsVersion], [0, 1, 0])
})
test('§8.2.2: EDNS version 1: BADVERS and no answer', () => {
  const reply = ask(state, ZONE, 'SOA', { additionals: [{ ...OPT, ednsVersion: 1 }] })
  deepEqual([reply.opt?.extendedRcode, reply.answers], [1, []])
})
test('§8.2.3: an unknown option of version 0 is ignored and not sent back', () => {
  const options = [ednsOption(100, Buffer.alloc(0))]
  deepEqual(ask(state, ZONE, 'SOA', { additionals: [{ ...OPT, options }] }).opt?.options, [])
})
test('§8.2.4: unknown EDNS flags are ignored and not sent back', () => {
  const reply = ask(state, ZONE, 'SOA', { additionals: [{ ...OPT, flags: 0x0040 }] })
  deepEqual([reply.answers.length, reply.opt?.flags], [1, 0])
})
test('§8.2.5: version 1 with unknown flags is BADVERS', () => {
  equal(ask(state, ZONE, 'SOA', { additionals: [{ ...OPT, ednsVersion: 1, flags: 0x0040 }] }).opt?.extendedRcode, 1)
})
test('§8.2.6: version 1 with an unknown option is BADVERS, and the option is not sent back', () => {
  const options = [ednsOption(100, Buffer.alloc(0))]
  const reply = ask(state, ZONE, 'SOA', { additionals: [{ ...OPT, ednsVersion: 1, options }] })
  deepEqual([reply.opt?.extendedRcode, reply.answers, reply.opt?.options], [1, [], []])
})
test('§8.2.7: a truncated response has its OPT', () => {
  const imsDomain = `${'d'.repeat(63)}.${'e'.repeat(63)}.example`
  const { state: wide } = world({ operators: ['DIGI', 'FLOW'].map((code) => ({ code, imsDomain })) })
  const reply = ask(wide, '0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR', { additionals: [{ ...OPT, udpPayloadSize: 512 }] })
  deepEqual([reply.isTruncated, reply.opt?.type], [true, 'OPT'])
})
test('§8.2.8: DO=1 comes back as DO=1', () => {
  equal(ask(state, ZONE, 'SOA', { additionals: [{ ...OPT, flags: 0x8000 }] }).opt?.flags, 0x8000)
})
test('§8.2.9: version 1 and DO=1: BADVERS, and DO may come back', () => {
  equal(ask(state, ZONE, 'SOA', { additionals: [{ ...OPT, ednsVersion: 1, flags: 0x8000 }] }).opt?.extendedRcode, 1)
})

test('§8.2.10: several defined options at once: those that we know are answered, the others are ignored', () => {
  const { state: named } = world({}, { nodeName: 'edge-7' })
  const client = Buffer.from('2464c4abcf10c957', 'hex')
  const options = [
    ednsOption(3, Buffer.alloc(0)),
    ednsOption(8, Buffer.from([0, 1, 0, 0])),
    ednsOption(9, Buffer.alloc(0)),
    ednsOption(10, client),
  ]
  const reply = ask(named, ZONE, 'SOA', { additionals: [{ ...OPT, options }] })
  deepEqual(
    [reply.rcode, reply.answers, (reply.opt?.options ?? []).map(({ code }) => code).sort()],
    [0, ['SOA'], [10, 3]],
  )
})
