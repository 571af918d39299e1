import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { ask, ednsOption, OPT, world } from '../world.ts'

const NSID = ednsOption(3, Buffer.alloc(0))
const optionsOf = (reply: { opt: unknown }) => (reply.opt as { options: { code: number; data: Buffer }[] }).options

test('§2.2: a name server that understands the NSID option responds by including it in the response', () => {
  const { state } = world({}, { nodeName: 'edge-7' })
  const [option] = optionsOf(ask(state, 'e164.arpa', 'SOA', { additionals: [{ ...OPT, options: [NSID] }] }))
  deepEqual([option?.code, option?.data.toString()], [3, 'edge-7'])
})

test('§2.2: it MUST NOT include an NSID option in response to a query that did not have one', () => {
  const { state } = world({}, { nodeName: 'edge-7' })
  equal(optionsOf(ask(state, 'e164.arpa', 'SOA', { additionals: [OPT] })).length, 0)
})

test('§3.1: what is told is the operator’s choice: by default nothing', () => {
  equal(optionsOf(ask(world().state, 'e164.arpa', 'SOA', { additionals: [{ ...OPT, options: [NSID] }] })).length, 0)
})
