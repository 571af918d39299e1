import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { ask, world } from '../world.ts'

test('§2.2.2: empty non-terminals are domain names that own no resource records but have subdomains that do: they exist', () => {
  const { state } = world()
  const reply = ask(state, '5.5.5.1.e164.arpa', 'NAPTR')
  deepEqual([reply.rcode, reply.answers, reply.isAuthoritative], [0, [], true])
})
