import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { answer } from '../../../src/dns/answer.ts'
import { ASKER, ask, ednsOption, OPT, queryBytes, readReply, world } from '../world.ts'

const { state } = world()
const NAME = '0.0.1.0.5.5.5.1.e164.arpa'

test('§6.1.1: when an OPT RR is included in a request, one MUST be included in the response; without one, none', () => {
  for (const name of [NAME, '2.e164.arpa', 'example.org']) {
    equal(ask(state, name, 'NAPTR', { additionals: [OPT] }).opt?.type, 'OPT', name)
    equal(ask(state, name, 'NAPTR').opt, undefined, name)
  }
})

test('§6.1.1: if a query message with more than one OPT RR is received, a FORMERR MUST be returned', () => {
  equal(ask(state, NAME, 'NAPTR', { additionals: [OPT, OPT] }).rcode, 1)
})

test('§6.1.1: the OPT RR is of the additional section only', () => {
  equal(ask(state, NAME, 'NAPTR', { answers: [OPT] }).rcode, 1)
  equal(ask(state, NAME, 'NAPTR', { authorities: [OPT] }).rcode, 1)
})

test('§6.1.2: any OPTION-CODE values not understood MUST be ignored', () => {
  const unknown = ednsOption(65_001, Buffer.from('abc'))
  const reply = ask(state, NAME, 'NAPTR', { additionals: [{ ...OPT, options: [unknown] }] })
  deepEqual([reply.rcode, reply.answers.length, reply.opt?.options.length], [0, 3, 0])
})

test('§6.1.2: an OPT whose options do not fill its length is a format error', () => {
  const query = queryBytes(NAME, 'NAPTR', { additionals: [OPT] })
  query.writeUInt16BE(3, query.length - 2)
  const cut = Buffer.concat([query, Buffer.from([0, 10, 0])])
  equal(readReply(answer(cut, { ...ASKER, via: 'udp' }, state)!).rcode, 1)
})

test('§6.1.3: a VERSION level not implemented MUST be answered RCODE=BADVERS', () => {
  for (const version of [1, 2, 255]) {
    const reply = ask(state, NAME, 'NAPTR', { additionals: [{ ...OPT, ednsVersion: version }] })
    deepEqual([reply.rcode, reply.opt?.extendedRcode, reply.opt?.ednsVersion, reply.answers], [0, 1, 0, []])
  }
})

test('§6.2.3: values lower than 512 MUST be treated as equal to 512', () => {
  const wide = {
    operators: ['DIGI', 'FLOW'].map((code) => ({ code, imsDomain: `${'d'.repeat(63)}.${'e'.repeat(63)}.example` })),
  }
  const { state: wordy } = world(wide)
  for (const [size, truncated] of [
    [1, true],
    [512, true],
    [1232, false],
    [65_535, false],
  ] as const) {
    equal(
      ask(wordy, NAME, 'NAPTR', { additionals: [{ ...OPT, udpPayloadSize: size }] }).isTruncated,
      truncated,
      `${size}`,
    )
  }
})
