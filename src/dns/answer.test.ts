import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { ASKER, ask, OPT, queryBytes, readReply, setRoute, world } from '../../test/conformance/world.ts'
import { answer } from './answer.ts'
import { FLAGS } from './message.codec.ts'

const { state } = world()
const NUMBER = '0.0.1.0.5.5.5.1'

// biome-ignore format: a table
const QUESTIONS: readonly [name: string, type: string, rcode: number, answers: readonly string[], authority: 'SOA' | '', reason: string][] = [
  [`${NUMBER}.e164.arpa`,       'NAPTR', 0, ['NAPTR', 'NAPTR', 'NAPTR'], '',    'a ported number'],
  [`${NUMBER}.e164enum.net`,    'NAPTR', 0, ['NAPTR', 'NAPTR', 'NAPTR'], '',    'the other apex (contract O-01)'],
  ['1.0.1.0.5.5.5.1.E164.ARPA', 'NAPTR', 0, ['NAPTR', 'NAPTR', 'NAPTR'], '',    'not ported, in a block; names have no case (RFC 1034 §3.1)'],
  [`${NUMBER}.e164.arpa`,       'ANY',   0, ['NAPTR', 'NAPTR', 'NAPTR'], '',    'one record set suffices (RFC 8482 §4.1)'],
  [`${NUMBER}.e164.arpa`,       'TXT',   0, [],                          'SOA', 'another type of a number: no data'],
  [`${NUMBER}.e164.arpa`,       'A',     0, [],                          'SOA', 'another type of a number: no data'],
  ['1.0.5.5.5.1.e164.arpa',     'NAPTR', 0, [],                          'SOA', 'fewer digits, inside a block: an empty non-terminal'],
  ['5.1.e164.arpa',             'NAPTR', 0, [],                          'SOA', 'fewer digits than the block: an empty non-terminal'],
  ['1.e164.arpa',               'TXT',   0, [],                          'SOA', 'likewise for every type (RFC 4592 §2.2.2)'],
  [`9.${NUMBER}.e164.arpa`,     'NAPTR', 3, [],                          'SOA', 'more digits than the plan allows'],
  ['0.0.1.0.6.5.5.1.e164.arpa', 'NAPTR', 3, [],                          'SOA', 'outside every block'],
  ['2.e164.arpa',               'NAPTR', 3, [],                          'SOA', 'nothing below it'],
  ['x.e164.arpa',               'A',     3, [],                          'SOA', 'no digit'],
  [`10.${NUMBER}.e164.arpa`,    'NAPTR', 3, [],                          'SOA', 'two digits in a label'],
  ['e164.arpa',                 'SOA',   0, ['SOA'],                     '',    'the apex'],
  ['e164.arpa',                 'NS',    0, ['NS', 'NS'],                '',    'the apex'],
  ['e164.arpa',                 'ANY',   0, ['SOA'],                     '',    'the apex (RFC 8482 §4.1)'],
  ['e164.arpa',                 'NAPTR', 0, [],                          'SOA', 'the apex has no number'],
]
for (const [name, type, rcode, answers, authority, reason] of QUESTIONS) {
  test(`${name} ${type}: ${reason}`, () => {
    const reply = ask(state, name, type)
    deepEqual([reply.rcode, reply.answers, reply.isAuthoritative], [rcode, answers, true])
    const apex = /e164.*$/i.exec(name)![0]
    deepEqual(reply.authority, authority === '' ? [] : [`SOA ${apex}`])
    equal(reply.packet.questions?.[0]?.name, name, 'the question comes back as it was sent')
  })
}

test('a ported number has npdi and rn, its neighbour npdi alone, at the domain of who serves it (I9)', () => {
  deepEqual(
    ask(state, `${NUMBER}.e164.arpa`, 'NAPTR').regexps[0],
    '!^.*$!sip:+15550100;npdi;rn=+15559901@ims.digi.example;user=phone!',
  )
  deepEqual(
    ask(state, '1.0.1.0.5.5.5.1.e164.arpa', 'NAPTR').regexps[0],
    '!^.*$!sip:+15550101;npdi@ims.flow.example;user=phone!',
  )
})

test('on the wire every record of a number has class IN, the TTL of the zones and the replacement of none (O-04)', () => {
  const records = ask(state, `${NUMBER}.e164.arpa`, 'NAPTR').packet.answers ?? []
  equal(records.length, 3)
  for (const record of records) {
    ok(record.type === 'NAPTR')
    deepEqual([record.class, record.ttl, record.data.flags, record.data.replacement], ['IN', 60, 'u', '.'])
  }
})

test('of two blocks the longer prefix answers', () => {
  deepEqual(ask(state, '0.0.1.7.5.5.5.1.e164.arpa', 'NAPTR').regexps[2], '!^.*$!tel:+15557100;npdi!')
  ok(ask(state, '0.0.1.7.5.5.5.1.e164.arpa', 'NAPTR').regexps[0]?.includes('@ims.digi.example'))
})

test('a route without a routing number gets its operator’s', () => {
  const { state: routed, table } = world()
  setRoute(table, '+15550200', '+15550201', { operator: 'FLOW', routingNumber: undefined })
  equal(
    ask(routed, '1.0.2.0.5.5.5.1.e164.arpa', 'NAPTR').regexps[2],
    '!^.*$!tel:+15550201;npdi;rn=d2701;rn-context=+1!',
  )
})

test('a routed number outside every block is answered, and its beginnings exist', () => {
  const { state: routed, table } = world()
  equal(ask(routed, '4.4.e164.arpa', 'NAPTR').rcode, 3)
  setRoute(table, '+442071234567', '+442071234567', { operator: 'GONE', routingNumber: '+44999' })
  deepEqual(ask(routed, '7.6.5.4.3.2.1.7.0.2.4.4.e164.arpa', 'NAPTR').regexps, [
    '!^.*$!tel:+442071234567;npdi;rn=+44999!',
  ])
  equal(ask(routed, '4.4.e164.arpa', 'NAPTR').rcode, 0)
  setRoute(table, '+442071234567', '+442071234567', undefined)
  equal(ask(routed, '4.4.e164.arpa', 'NAPTR').rcode, 3)
})

test('the serial is the generation, and "no" is remembered no longer than the SOA says (RFC 2308 §3)', () => {
  const soa = ask(state, '2.e164.arpa', 'NAPTR').packet.authorities?.[0]
  ok(soa?.type === 'SOA')
  deepEqual([soa.ttl, soa.data.serial, soa.data.minimum, soa.data.mname], [60, 7, 60, 'ns1.example.net'])
})

// biome-ignore format: a table
const HEADERS: readonly [change: (bytes: Buffer) => void, rcode: number, reason: string][] = [
  [(query) => query.writeUInt16BE(0x2000, 2), 4, 'opcode NOTIFY is not implemented'],
  [(query) => query.writeUInt16BE(0x7800, 2), 4, 'opcode 15 is unknown (RFC 8906 §3.1.4)'],
  [(query) => query.writeUInt16BE(0x2800, 2), 5, 'UPDATE is refused (RFC 2136)'],
  [(query) => query.writeUInt16BE(0, 4),      1, 'no question'],
  [(query) => query.writeUInt16BE(2, 4),      1, 'two questions (RFC 9619)'],
  [(query) => query.writeUInt16BE(1, 10),     1, 'a record is announced and missing'],
  [(query) => query.writeUInt8(0xc0, 12),     1, 'a pointer in the question'],
  [(query) => query.writeUInt8(70, 12),       1, 'a label of 70 octets'],
]
for (const [change, rcode, reason] of HEADERS) {
  test(`refused by rcode ${rcode}: ${reason}`, () => {
    const query = queryBytes(`${NUMBER}.e164.arpa`, 'NAPTR')
    change(query)
    const reply = readReply(answer(query, { ...ASKER, via: 'udp' }, state)!)
    deepEqual([reply.id, reply.rcode, reply.octets, reply.isAuthoritative], [4711, rcode, 12, false])
    equal(reply.packet.flags! & 0x7800, query.readUInt16BE(2) & 0x7800, 'the opcode comes back')
  })
}

// biome-ignore format: a table
const OUTSIDE: readonly [name: string, type: string, cls: 'IN' | 'CH', via: 'udp' | 'tcp', rcode: number, reason: string][] = [
  ['example.org',           'A',     'IN', 'udp', 5, 'not our zone'],
  ['arpa',                  'NS',    'IN', 'udp', 5, 'above our zone'],
  ['version.bind',          'TXT',   'CH', 'udp', 5, 'nothing is told of class CHAOS'],
  [`${NUMBER}.e164.arpa`,   'NAPTR', 'CH', 'udp', 5, 'numbers are of class IN'],
  ['e164.arpa',             'AXFR',  'IN', 'udp', 1, 'a transfer is not defined over UDP (RFC 5936 §4.2)'],
  ['e164.arpa',             'AXFR',  'IN', 'tcp', 5, 'no transfer to strangers'],
]
for (const [name, type, cls, via, rcode, reason] of OUTSIDE) {
  test(`${name} ${cls} ${type} over ${via}: ${reason}`, () => {
    const questions = [{ name, type: type as 'A', class: cls }]
    const reply = ask(state, name, type, { questions }, via)
    deepEqual([reply.rcode, reply.isAuthoritative, reply.answers, reply.authority], [rcode, false, [], []])
  })
}

test('silence for replies and for less than a header', () => {
  const reply = queryBytes('1.e164.arpa', 'NAPTR')
  reply.writeUInt16BE(FLAGS.QR, 2)
  for (const bytes of [reply, Buffer.alloc(0), Buffer.alloc(11)])
    equal(answer(bytes, { ...ASKER, via: 'udp' }, state), undefined)
})

test('EDNS: ours is offered, DO comes back (RFC 3225 §3), an unknown version is BADVERS (RFC 6891 §6.1.3)', () => {
  equal(ask(state, '1.e164.arpa', 'NAPTR').opt, undefined, 'no OPT without one in the query (RFC 6891 §7)')
  const plain = ask(state, `${NUMBER}.e164.arpa`, 'NAPTR', { additionals: [{ ...OPT, flags: 0x8000 }] })
  deepEqual([plain.rcode, plain.opt?.udpPayloadSize, plain.opt?.flags], [0, 1232, 0x8000])
  const newer = ask(state, `${NUMBER}.e164.arpa`, 'NAPTR', { additionals: [{ ...OPT, ednsVersion: 1 }] })
  deepEqual([newer.rcode, newer.opt?.extendedRcode, newer.opt?.ednsVersion, newer.answers], [0, 1, 0, []])
})

test('two OPT records, or one with a name, are a format error (RFC 6891 §6.1.1)', () => {
  equal(ask(state, '1.e164.arpa', 'NAPTR', { additionals: [OPT, OPT] }).rcode, 1)
  const named = queryBytes('1.e164.arpa', 'NAPTR', { additionals: [OPT] })
  const start = named.length - 11
  const withName = Buffer.concat([named.subarray(0, start), Buffer.from([1, 97]), named.subarray(start)])
  equal(readReply(answer(withName, { ...ASKER, via: 'udp' }, state)!).rcode, 1)
})

test('what does not fit is truncated: to 512 octets without EDNS, to the advertised size with it, not over TCP', () => {
  const { state: wordy } = world({
    operators: [
      { code: 'DIGI', imsDomain: `${'d'.repeat(60)}.${'e'.repeat(60)}.example`, routingNumber: undefined },
      { code: 'FLOW', imsDomain: 'ims.flow.example', routingNumber: undefined },
    ],
  })
  const name = `${NUMBER}.e164.arpa`
  const small = ask(wordy, name, 'NAPTR')
  deepEqual([small.isTruncated, small.answers, small.rcode], [true, [], 0])
  ok(small.octets <= 512)
  equal(
    ask(wordy, name, 'NAPTR', { additionals: [{ ...OPT, udpPayloadSize: 100 }] }).isTruncated,
    true,
    'below 512 means 512',
  )
  equal(ask(wordy, name, 'NAPTR', { additionals: [OPT] }).answers.length, 3)
  equal(ask(wordy, name, 'NAPTR', {}, 'tcp').answers.length, 3)
})

test('three records fit into 512 octets without EDNS', () => {
  const { octets, isTruncated } = ask(state, `${NUMBER}.e164enum.net`, 'NAPTR')
  ok(!isTruncated && octets < 400, `${octets} octets`)
})

test('RD and CD come back, the other flags do not', () => {
  const reply = ask(state, '1.e164.arpa', 'NAPTR', { flags: 0x07f0 })
  equal(reply.packet.flags! & 0x03f0, FLAGS.RD | FLAGS.CD)
})

test('a reply is octets of its own', () => {
  const first = answer(queryBytes('1.e164.arpa', 'NAPTR'), { ...ASKER, via: 'udp' }, state)!
  const copy = Buffer.from(first)
  notEqual(answer(queryBytes('e164.arpa', 'SOA'), { ...ASKER, via: 'udp' }, state), undefined)
  deepEqual(Buffer.from(first), copy)
})
