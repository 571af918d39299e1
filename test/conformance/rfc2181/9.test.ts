import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { ask, world } from '../world.ts'

test('§9: where TC is set, the partial RRSet that would not completely fit may be left out; it is asked for again over TCP', () => {
  const imsDomain = `${'d'.repeat(63)}.${'e'.repeat(63)}.example`
  const { state } = world({ operators: ['DIGI', 'FLOW'].map((code) => ({ code, imsDomain })) })
  const reply = ask(state, '0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR')
  deepEqual([reply.isTruncated, reply.answers, reply.isAuthoritative], [true, [], true])
  ok(reply.octets <= 512)
  deepEqual(ask(state, '0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR', {}, 'tcp').answers.length, 3)
})
