import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { answer } from '../../../src/dns/answer.ts'
import { ASKER, queryBytes, readReply, world } from '../world.ts'

test('§4: a DNS message with OPCODE = 0 and QDCOUNT > 1 MUST be treated as an incorrectly formatted message', () => {
  const question = { name: 'e164.arpa', type: 'SOA', class: 'IN' } as const
  const query = queryBytes('e164.arpa', 'SOA', { questions: [question, question] })
  const reply = readReply(answer(query, { ...ASKER, via: 'udp' }, world().state)!)
  deepEqual([reply.rcode, reply.answers], [1, []])
})
