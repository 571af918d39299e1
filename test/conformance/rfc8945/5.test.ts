import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { answer } from '../../../src/dns/answer.ts'
import { withJournal } from '../../../src/dns/journal.ts'
import { tcpReplies } from '../../../src/dns/transfer.ts'
import { KEY, SECONDARY, type Signing, signed, tsigOf } from '../signed.ts'
import { ASKER, OPT, queryBytes, readReply, sentIn, setRoute, world } from '../world.ts'

const { state, table } = world({}, SECONDARY)
const NAME = '0.0.1.0.5.5.5.1.e164.arpa'
const [FORMERR, NOTAUTH] = [1, 9]

/** Asks with a signature; the rcode and what the reply's own signature says. */
function asked(signing: Signing, query = queryBytes(NAME, 'NAPTR')) {
  const { bytes, mac } = signed(query, signing)
  const reply = answer(bytes, { ...ASKER, via: 'udp' }, state)!
  return { ...readReply(reply), tsig: tsigOf(reply, mac), octets: reply.length }
}

test('§5.3: a response to a signed request is signed, over the request’s MAC', () => {
  const { rcode, answers, tsig } = asked({})
  deepEqual([rcode, answers.slice(0, 3), tsig?.isRight, tsig?.error], [0, ['NAPTR', 'NAPTR', 'NAPTR'], true, 0])
})

test('§5.2.1: a key that is not known: NOTAUTH, BADKEY, and the response is not signed', () => {
  for (const key of [
    { ...KEY, name: 'transfer.exampla' },
    { ...KEY, algorithm: 'hmac-sha512' },
  ]) {
    const { bytes } = signed(queryBytes(NAME, 'NAPTR'), { key })
    const reply = Buffer.from(answer(bytes, { ...ASKER, via: 'udp' }, state)!)
    equal(readReply(reply).rcode, NOTAUTH)
    // MAC size 0, then the id, the error, and no other data
    deepEqual([reply.readUInt16BE(reply.length - 8), reply.readUInt16BE(reply.length - 4)], [0, 17], key.name)
  }
})

test('§5.2.2: a MAC that fails to verify: NOTAUTH, BADSIG, and the response is not signed', () => {
  for (const signing of [
    { otherMac: Buffer.alloc(32) },
    { otherMac: Buffer.alloc(16) },
    { otherMac: Buffer.alloc(32), nowSeconds: 1 },
  ]) {
    const { rcode, tsig } = asked(signing)
    deepEqual([rcode, tsig?.error, tsig?.mac.length], [NOTAUTH, 16, 0])
  }
})

test('§5.2.2.1: a MAC larger than the output of the hash, or less than half of it, or than 10 octets: FORMERR', () => {
  for (const macOctets of [0, 1, 9, 10, 15, 33, 64]) {
    const { rcode, answers } = asked({ macOctets })
    deepEqual([rcode, answers], [FORMERR, []], `${macOctets} octets`)
  }
})

test('§5.2.3: outside the interval of Time Signed plus or minus Fudge: NOTAUTH and BADTIME, signed by the same key', () => {
  const late = { nowSeconds: ASKER.nowSeconds - 61, fudgeSeconds: 60 }
  for (const signing of [late, { ...late, nowSeconds: ASKER.nowSeconds + 61 }, { ...late, nowSeconds: 2 ** 33 }]) {
    const { rcode, tsig, answers } = asked(signing)
    deepEqual([rcode, answers.length, tsig?.error, tsig?.isRight], [NOTAUTH, 0, 18, true])
    equal(tsig?.nowSeconds, signing.nowSeconds, 'it MUST include the client’s time in the Time Signed field')
    equal(tsig?.other.readUIntBE(0, 6), ASKER.nowSeconds, 'and the server’s time in the Other Data field')
    equal(tsig?.fudgeSeconds, 60, 'the Fudge field MUST be set to the value received from the client')
  }
  for (const nowSeconds of [ASKER.nowSeconds - 60, ASKER.nowSeconds + 60])
    equal(asked({ nowSeconds, fudgeSeconds: 60 }).rcode, 0)
})

test('§5.2.4: a MAC that is cut as permitted but too short for the local policy: NOTAUTH and BADTRUNC, signed', () => {
  for (const macOctets of [16, 31]) {
    const { rcode, tsig } = asked({ macOctets })
    deepEqual([rcode, tsig?.error, tsig?.isRight], [NOTAUTH, 22, true])
    equal(tsig?.nowSeconds, ASKER.nowSeconds)
  }
  const { tsig } = asked({ macOctets: 16, nowSeconds: 1 })
  equal(tsig?.error, 18, '§5.2: the time is checked before')
})

test('§5.2: a TSIG that is not the last record, or is there twice: FORMERR', () => {
  const { bytes } = signed(queryBytes(NAME, 'NAPTR'))
  const twice = signed(bytes).bytes
  const { bytes: before } = signed(queryBytes(NAME, 'NAPTR'))
  const opt = queryBytes('.', 'NS', { additionals: [OPT] }).subarray(17)
  const notLast = Buffer.concat([before, opt])
  notLast.writeUInt16BE(2, 10)
  for (const wrong of [twice, notLast]) equal(readReply(answer(wrong, { ...ASKER, via: 'tcp' }, state)!).rcode, FORMERR)
})

test('§5.3: where the signature does not fit as well, the response is truncated, TC is set, and it is signed', () => {
  const query = queryBytes('0.0.1.0.5.5.5.1.e164enum.net', 'NAPTR')
  const wide = world(
    { operators: ['DIGI', 'FLOW'].map((code) => ({ code, imsDomain: `${'d'.repeat(63)}.${'e'.repeat(8)}.example` })) },
    SECONDARY,
  )
  const { bytes, mac } = signed(query)
  const [plain, reply] = [query, bytes].map((each) => answer(each, { ...ASKER, via: 'udp' }, wide.state)!)
  ok(plain && reply && plain.length > 420 && plain.length <= 512 && !readReply(plain).isTruncated, `${plain?.length}`)
  deepEqual([readReply(reply).isTruncated, tsigOf(reply, mac)?.isRight], [true, true])
  ok(reply.length <= 512)
})

test('§5.3.1: of the messages of a transfer each is signed, over the MAC before it and its own timers', () => {
  const { journal } = withJournal(table)
  setRoute(table, '+15553000', '+15553999', { operator: 'DIGI', routingNumber: '+15559901' })
  const { bytes, mac } = signed(queryBytes('e164.arpa', 'AXFR'))
  const replies = sentIn(tcpReplies({ state, journal, fixedZones: [] })(bytes, { ...ASKER, via: 'tcp' }))
  ok(replies.length > 2, `${replies.length} messages`)
  let prior = mac
  for (const [at, reply] of replies.entries()) {
    const tsig = tsigOf(reply, prior, at === 0 ? 'first' : 'later')
    ok(tsig?.isRight, `message ${at}`)
    prior = tsig.mac
  }
})
