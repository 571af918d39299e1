import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { ask, world } from '../world.ts'

const { state } = world()

test('§4.1: a DNS responder that receives an ANY query MAY decline to provide a conventional ANY response and instead give a subset', () => {
  deepEqual(ask(state, 'e164.arpa', 'ANY').answers, ['SOA'])
  deepEqual(ask(state, '0.0.1.0.5.5.5.1.e164.arpa', 'ANY').answers, ['NAPTR', 'NAPTR', 'NAPTR'])
})

test('§4.1: with no records at the name the answer to ANY is that of any other type', () => {
  deepEqual(ask(state, '1.e164.arpa', 'ANY').authority, ['SOA e164.arpa'])
  deepEqual(ask(state, '2.e164.arpa', 'ANY').rcode, 3)
})
