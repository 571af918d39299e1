import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { PacketOpt } from 'dns-packet'
import { answer } from '../../../src/dns/answer.ts'
import { ASKER, ask, ednsOption, OPT, queryBytes, readReply, world } from '../world.ts'

const { state } = world()
const NAME = '0.0.1.0.5.5.5.1.e164.arpa'
const CLIENT = '2464c4abcf10c957'
const WHOLE = `${CLIENT}010000005cf79f111f8130c3eee29480`

function option(hex: string, code = 10): PacketOpt {
  return ednsOption(code, Buffer.from(hex, 'hex'))
}
const cookieIn = (reply: { opt: unknown }): string | undefined => {
  const options = (reply.opt as { options: { code: number; data: Buffer }[] } | undefined)?.options ?? []
  return options.find(({ code }) => code === 10)?.data.toString('hex')
}
const asked = (...options: PacketOpt[]) => ask(state, NAME, 'NAPTR', { additionals: [{ ...OPT, options }] })

test('§5.2.1: a server without a COOKIE option in the query MUST NOT send one', () =>
  equal(cookieIn(asked()), undefined))

test('§5.2.2: if the COOKIE option is malformed, the server MUST respond with FORMERR', () => {
  for (const octets of [0, 1, 7, 9, 15, 41]) {
    const reply = asked(option('ab'.repeat(octets)))
    deepEqual([reply.rcode, reply.answers], [1, []], `${octets} octets`)
  }
})

test('§5.2.3: only a client cookie: the response carries it with a server cookie behind it', () => {
  const reply = asked(option(CLIENT))
  deepEqual([reply.rcode, cookieIn(reply), reply.answers.length], [0, WHOLE, 3])
})

test('§5.2.4: an invalid server cookie is answered as if there were none', () => {
  equal(cookieIn(asked(option(`${CLIENT}${'00'.repeat(16)}`))), WHOLE)
  equal(cookieIn(asked(option(`${CLIENT}${'00'.repeat(8)}`))), WHOLE)
})

test('§5.2.5: a valid server cookie comes back', () => equal(cookieIn(asked(option(WHOLE))), WHOLE))

test('§5.2: more than one COOKIE option: only the first is looked at', () => {
  equal(cookieIn(asked(option(CLIENT), option('0000000000000000'))), WHOLE)
})

test('§5.4: a query without a question and with a COOKIE option gets NOERROR and the cookie', () => {
  const query = queryBytes(NAME, 'NAPTR', { questions: [], additionals: [{ ...OPT, options: [option(CLIENT)] }] })
  const reply = readReply(answer(query, { ...ASKER, via: 'udp' }, state)!)
  deepEqual([reply.rcode, cookieIn(reply), reply.packet.questions], [0, WHOLE, []])
})
