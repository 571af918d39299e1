import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { answer } from '../../../src/dns/answer.ts'
import { readName } from '../../../src/dns/name.codec.ts'
import { worldWith } from '../static.ts'
import { ASKER, ask, queryBytes, readReply, world } from '../world.ts'

const { state } = world()
const NAME = '0.0.1.0.5.5.5.1.e164.arpa'
const raw = (bytes: Uint8Array) => answer(bytes, { ...ASKER, via: 'udp' }, state)

test('§4.1.1: the identifier is copied, QR is set, AA where we are an authority, Z is zero', () => {
  for (const id of [0, 1, 65_535]) {
    const reply = Buffer.from(raw(queryBytes(NAME, 'NAPTR', { id, flags: 0x0170 }))!)
    deepEqual([reply.readUInt16BE(0), reply.readUInt16BE(2)], [id, 0x8510])
  }
})

test('§4.1.1: RCODE 1 for what cannot be interpreted, 4 for a kind of query that is not supported, 5 for what policy forbids', () => {
  const cut = queryBytes(NAME, 'NAPTR').subarray(0, 20)
  const status = queryBytes(NAME, 'NAPTR', { flags: 2 << 11 })
  deepEqual(
    [cut, status, queryBytes('example.com', 'A')].map((bytes) => readReply(raw(bytes)!).rcode),
    [1, 4, 5],
  )
})

test('§4.1.1: a message that is a response is not answered, and nothing shorter than a header is', () => {
  const response = queryBytes(NAME, 'NAPTR')
  response[2]! |= 0x80
  equal(raw(response), undefined)
  for (let octets = 0; octets < 12; octets++) equal(raw(queryBytes(NAME, 'NAPTR').subarray(0, octets)), undefined)
})

test('§4.1.2: the question comes back as it was', () => {
  const query = queryBytes('0.0.1.0.5.5.5.1.E164.aRPa', 'NAPTR')
  const reply = Buffer.from(raw(query)!)
  deepEqual(reply.subarray(12, query.length), query.subarray(12))
})

test('§4.1.4: a repeated name is a pointer to its prior occurrence', () => {
  const reply = Buffer.from(raw(queryBytes(NAME, 'NAPTR'))!)
  const answersAt = 12 + NAME.length + 2 + 4
  equal(reply.readUInt16BE(answersAt), 0xc00c)
})

// biome-ignore format: a table
const POINTERS: readonly [what: string, bytes: readonly number[], at: number][] = [
  ['to itself',             [0xc0, 0],                        0],
  ['forwards',              [0xc0, 2, 0],                     0],
  ['in a circle',           [1, 97, 0xc0, 0],                 2],
  ['past the end',          [0xc0, 200],                      0],
  ['cut in two',            [0, 0xc0],                        1],
  ['two, each to the next', [0xc0, 2, 0xc0, 0],               2],
]
for (const [what, bytes, at] of POINTERS)
  test(`§4.1.4: a pointer ${what} is no name`, () => equal(readName(Uint8Array.from(bytes), at), undefined))

test('§4.1.4: label types 01 and 10 are reserved for future use', () => {
  for (const octet of [0x40, 0x80]) {
    const query = queryBytes(NAME, 'NAPTR')
    query[12] = octet | 1
    equal(readReply(raw(query)!).rcode, 1)
  }
})

test('§2.3.4: labels of 63 octets or less, names of 255 octets or less', () => {
  const labels = (count: number, last: number): string =>
    [...Array(count).fill('a'.repeat(63)), 'b'.repeat(last)].join('.')
  equal(ask(state, labels(3, 61), 'A').rcode, 5, '255 octets: a name, and not ours')
  const long = Buffer.concat([
    queryBytes('.', 'A').subarray(0, 12),
    ...Array(4).fill(Buffer.concat([Buffer.of(63), Buffer.alloc(63, 97)])),
    Buffer.of(0, 0, 1, 0, 1),
  ])
  equal(readReply(raw(long)!).rcode, 1, '257 octets')
})

test('§4.2.1: messages carried by UDP are 512 octets or less, and longer ones are truncated with TC set', () => {
  const { state: wide } = worldWith(Array.from({ length: 40 }, (_, at) => `many A 192.0.2.${at + 1}\n`).join(''))
  const reply = ask(wide, 'many.example.org', 'A')
  ok(reply.octets <= 512)
  equal(reply.isTruncated, true)
  equal(ask(wide, 'many.example.org', 'A', {}, 'tcp').answers.length, 40)
})

test('§6.2: responses to QCLASS=* queries can never be authoritative', () => {
  const questions = [{ name: NAME, type: 'NAPTR', class: 'ANY' }] as const
  const reply = ask(state, NAME, 'NAPTR', { questions: [...questions] })
  deepEqual([reply.isAuthoritative, reply.answers.length], [false, 3])
})
