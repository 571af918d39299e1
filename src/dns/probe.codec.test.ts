import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import packet from 'dns-packet'
import fc from 'fast-check'
import { enumNameOf } from './enum.codec.ts'
import { encodeQuestion, readNaptrReply } from './probe.codec.ts'
import { checkedName } from './zone-config.ts'

const NAME = enumNameOf('+15550100' as Parameters<typeof enumNameOf>[0], checkedName('e164.arpa')) // a number, by sight
const NAPTR = {
  order: 100,
  preference: 10,
  flags: 'u',
  services: 'E2U+sip',
  regexp: '!^.*$!sip:+15550100@ims!',
  replacement: '.',
}

function reply(change: Partial<packet.Packet> = {}, flags = packet.AUTHORITATIVE_ANSWER): Buffer {
  const questions: packet.Question[] = [{ type: 'NAPTR', name: NAME }]
  const answers: packet.Answer[] = [
    { type: 'CNAME', name: NAME, data: 'elsewhere.example' },
    { type: 'NAPTR', name: NAME, ttl: 60, data: NAPTR },
  ]
  return packet.encode({ type: 'response', id: 4711, flags, questions, answers, ...change })
}

test('a question is what another implementation reads as one, with room for a large answer', () => {
  const { id, type, questions, additionals } = packet.decode(Buffer.from(encodeQuestion(4711, NAME)))
  deepEqual([id, type], [4711, 'query'])
  deepEqual(
    questions?.map(({ name, type: asked, class: inClass }) => [name, asked, inClass]),
    [['0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR', 'IN']],
  )
  const [opt] = additionals ?? []
  equal(opt?.type === 'OPT' && opt.udpPayloadSize, 1232)
})

test('an answer of another implementation is read, and what is not NAPTR in it passed over', () => {
  const read = readNaptrReply(reply())
  deepEqual(read?.naptrs, [{ type: 'NAPTR', ...NAPTR }])
  deepEqual([read?.id, read?.rcode, read?.isAuthoritative], [4711, 'NOERROR', true])
})

// biome-ignore format: a table
const NOTHING: readonly (readonly [what: string, bytes: Uint8Array])[] = [
  ['nothing at all',            new Uint8Array()],
  ['a question',                encodeQuestion(1, NAME)],
  ['an answer that is cut off', reply().subarray(0, -20)],
  ['an answer that says so',    reply({}, packet.TRUNCATED_RESPONSE)],
]
for (const [what, bytes] of NOTHING)
  test(`no answer is read from ${what}`, () => equal(readNaptrReply(bytes), undefined))

test('whatever comes from the network is read or not, and never throws', () => {
  const good = reply()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(good.length - 1), fc.nat(255), (noise, at, octet) => {
      const spoilt = Buffer.from(good)
      spoilt[at] = octet
      ok([noise, spoilt].every((bytes) => (readNaptrReply(bytes)?.naptrs.length ?? 0) < 100))
    }),
  )
})
