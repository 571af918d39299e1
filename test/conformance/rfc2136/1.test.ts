import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { answer } from '../../../src/dns/answer.ts'
import { ASKER, queryBytes, readReply, world } from '../world.ts'

test('§2.2, §3.1: an UPDATE is refused, whatever its zone: routes are written where they are decided', () => {
  const query = queryBytes('e164.arpa', 'SOA', { flags: 5 << 11 })
  const reply = readReply(answer(query, { ...ASKER, via: 'tcp' }, world().state)!)
  deepEqual([reply.rcode, reply.packet.flags! & 0x7800], [5, 5 << 11])
})
