import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { DOC } from '../../test/conformance/world.ts'
import { createLog } from '../shared/log.ts'
import type { DnsName } from './name.codec.ts'
import { routeTable } from './table.ts'
import { fingerprintOf, type SettingsRecord, zoneClaims } from './zone-claims.ts'
import type { ZoneConfig } from './zone-config.schema.ts'

const APEX = 'e164.arpa.' as DnsName
const KEY = { name: 'k.example', algorithm: 'hmac-sha256', secret: '' }
const POLICY = {
  transfers: { keys: [KEY], secondaries: { 'E164.arpa': [{ address: '192.0.2.1', port: 53, key: KEY.name }] } },
}

/** What nodes know of each other, and the generations of a feed. */
function memoryRecord() {
  const held = new Map<string, { apex: string; fingerprint: string; since: number }>()
  let generation = 5
  const record: SettingsRecord = {
    find: async () => [...held.values()],
    async record(wanted) {
      const changed = wanted.filter(({ apex, fingerprint }) => held.get(apex)?.fingerprint !== fingerprint)
      if (changed.length > 0) generation++
      for (const settings of changed) held.set(settings.apex, { ...settings, since: generation })
      return [...held.values()]
    },
  }
  return { record, held }
}

function node(record: SettingsRecord, config: Partial<ZoneConfig> = {}, generation = 5) {
  const table = routeTable(10_000)
  table.setGeneration(generation)
  const log = createLog('silent')
  const lines: string[] = []
  log.warn = (_facts: object, message?: string) => void lines.push(message ?? '')
  const claims = zoneClaims({ config: { ...DOC, ...config }, policy: POLICY, table, record, log })
  return { claims, table, lines }
}

test('a zone with secondaries is given away from the generation of its claim on, once that is served', async () => {
  const { claims, table } = node(memoryRecord().record)
  deepEqual(claims.apexes, [APEX])
  equal(claims.heldSince(APEX), undefined, 'nobody knows yet')
  await claims.claim()
  equal(claims.heldSince(APEX), undefined, 'the generation of the claim is not served yet')
  table.setGeneration(6)
  equal(claims.heldSince(APEX), 6)
  equal(claims.heldSince('e164enum.net.' as DnsName), 0, 'without secondaries')
})

test('of two nodes the one that claims last has its way; the other says so once, and has it again with the same settings', async () => {
  const { record } = memoryRecord()
  const [old, next] = [node(record), node(record, { ttlSeconds: 30 })]
  await old.claims.claim()
  old.table.setGeneration(6)
  await next.claims.claim()
  for (const { table } of [old, next]) table.setGeneration(7)
  await old.claims.look()
  await old.claims.look()
  deepEqual([old.claims.heldSince(APEX), next.claims.heldSince(APEX)], [undefined, 7])
  deepEqual([old.lines.length, next.lines.length], [1, 0])
  const again = node(record, { ttlSeconds: 30 }, 7)
  await again.claims.claim()
  equal(again.claims.heldSince(APEX), 7)
})

test('what is lost in a database that was set back is claimed again, but not what another node has claimed since', async () => {
  const { record, held } = memoryRecord()
  const [old, next] = [node(record), node(record, { ttlSeconds: 30 })]
  await old.claims.claim()
  const before = [...held]
  await next.claims.claim()
  for (const { table } of [old, next]) table.setGeneration(9)
  for (const { claims } of [old, next]) await claims.look()
  deepEqual([old.claims.heldSince(APEX), next.claims.heldSince(APEX)], [undefined, 7])
  for (const [apex, settings] of before) held.set(apex, settings)
  await next.claims.look()
  await old.claims.look()
  deepEqual([old.claims.heldSince(APEX), next.claims.heldSince(APEX)], [undefined, 8])
})

test('a node whose zones have no secondaries claims nothing', async () => {
  const { record, held } = memoryRecord()
  const { claims } = node(record, { apexes: ['e164enum.net'] })
  await claims.claim()
  deepEqual([claims.apexes, held.size], [[], 0])
})

// biome-ignore format: a table
const CHANGES: readonly [what: string, change: Partial<ZoneConfig>][] = [
  ['the TTL',                        { ttlSeconds: 61 }],
  ['the profile',                    { profile: 'compact' }],
  ['the wording',                    { blockWording: 'reference' }],
  ['a name server',                  { nameServers: ['ns1.example.net'] }],
  ['the contact',                    { contact: 'other.example.net' }],
  ['an operator’s routing number',   { operators: DOC.operators.map((each) => ({ ...each, routingNumber: '+1999' })) }],
  ['an operator’s IMS domain',       { operators: DOC.operators.map((each) => ({ ...each, imsDomain: 'ims.other.example' })) }],
  ['a block',                        { blocks: DOC.blocks.slice(1) }],
  ['the lengths of a block',         { blocks: DOC.blocks.map((block) => ({ ...block, lengths: [8, 9] })) }],
]
for (const [what, change] of CHANGES)
  test(`the fingerprint of a zone changes with ${what}`, () =>
    notEqual(fingerprintOf(APEX, { ...DOC, ...change }), fingerprintOf(APEX, DOC)))

test('the fingerprint of a zone does not change with other apexes, nor with a default that is written out', () => {
  equal(fingerprintOf(APEX, { ...DOC, apexes: ['e164.arpa'], blockWording: 'literal' }), fingerprintOf(APEX, DOC))
})
