import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import test, { afterEach, beforeEach } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts'
import { type Peer, startPeer } from '../../../test/support/peer.ts'
import type { E164 } from '../../numbers/e164.ts'
import type { NumberRange } from '../../numbers/range.ts'
import {
  findChangesAfter,
  findGeneration,
  findRoutesAfter,
  findRoutesOf,
  writeRoutes,
} from '../../routing/route.store.ts'
import { recordZoneSettings } from '../../routing/zone-settings.store.ts'
import { createLog } from '../../shared/log.ts'
import { type CgratesClient, cgratesClient } from './cgrates.client.ts'
import { type Mirror, mirrorDue, mirroredGeneration, mirrorStatus } from './mirror.job.ts'
import { findFaults } from './mirror.store.ts'
import { reconcile } from './reconcile.job.ts'

let peer: Peer
let database: TestDatabase
let client: CgratesClient
let movedSeconds = 0
const START = Temporal.Instant.from('2025-01-15T10:30:00Z')
const now = () => START.add({ seconds: movedSeconds })

beforeEach(async () => {
  movedSeconds = 0
  peer = await startPeer('cgrates')
  database = await testDatabase()
  client = cgratesClient({
    url: `${peer.url}/jsonrpc`,
    username: '',
    password: '',
    tenant: 'cgrates.org',
    timeoutMilliseconds: 10_000,
    connections: 8,
  })
})
afterEach(async () => {
  await client.close()
  await database.close()
  await peer.close()
})

const addressOf = (number: E164, rn: string) => ({
  address: `sip:${number};npdi;rn=${rn}@a.net`,
  order: 100,
  preference: 10,
})
const mirror = (more: Partial<Mirror> = {}): Mirror => ({
  db: database.db,
  client,
  tenant: 'cgrates.org',
  now,
  log: createLog('silent'),
  concurrency: 8,
  reconcileSeconds: 3600,
  routes: {
    generation: () => findGeneration(database.db),
    changesAfter: (after, limit) => findChangesAfter(database.db, after, limit),
    addressesOf: async (numbers) =>
      new Map(
        (await findRoutesOf(database.db, numbers)).map(({ number, route }) => [
          number,
          addressOf(number, route.routingNumber),
        ]),
      ),
    addressesAfter: async (after, limit) =>
      (await findRoutesAfter(database.db, after, limit)).map(({ number, route }) => ({
        number,
        address: addressOf(number, route.routingNumber),
      })),
  },
  ...more,
})
const due = (more?: Partial<Mirror>) => mirrorDue(mirror(more), reconcile)

/** A route of a range, or its end. */
const write = (first: string, last: string, routingNumber: string | undefined) => {
  const range = { first: `+${first}`, last: `+${last}` } as NumberRange // literals of the right form
  const route = routingNumber ? { operator: 'CARR', routingNumber, numberType: 'mobile' as const } : undefined
  return database.db.tx((tx) =>
    writeRoutes(tx, [{ range, route, source: 'port', cause: 'test', by: 'test', at: now() }]),
  )
}
const profiles = async () => ((await peer.tool('GET', '/sim/state')) as { profiles: Record<string, string> }).profiles
const calls = async (method: string) =>
  ((await peer.tool('GET', '/sim/log')) as { method: string }[]).filter((call) => call.method === method).length

test('a range that is routed is in CGrateS, one profile a number, semicolons and all; what is removed is gone', async () => {
  await due()
  await write('15550100', '15550104', '+15559901')
  equal(await due(), 5)
  const held = await profiles()
  deepEqual(
    Object.keys(held).sort(),
    ['0', '1', '2', '3', '4'].map((digit) => `ATTR_ENUM_1555010${digit}`),
  )
  equal(held.ATTR_ENUM_15550103, 'sip:+15550103;npdi;rn=+15559901@a.net')
  equal(await calls('CacheSv1.ReloadCache'), 1, 'the caches are woken once for the range')
  await write('15550101', '15550103', undefined)
  equal(await due(), 3)
  deepEqual(Object.keys(await profiles()).sort(), ['ATTR_ENUM_15550100', 'ATTR_ENUM_15550104'])
  equal((await mirrorStatus(database.db))?.generation, 2)
})

test('routes from before there was a mirror are brought by the first comparison, and answers wait for it', async () => {
  await write('15550100', '15550101', '+15559901')
  const number = '+15550100' as E164 // a literal of the right form
  equal(await mirroredGeneration(database.db, number), undefined, 'a copy that is not complete is not asked')
  equal(await due(), 2)
  equal(Object.keys(await profiles()).length, 2)
  equal(await mirroredGeneration(database.db, number), 1)
})

test('a generation in which no route changed is passed over', async () => {
  await due()
  await write('15550100', '15550101', '+15559901')
  await database.db.tx((tx) => recordZoneSettings(tx, [{ apex: 'e164.arpa.', fingerprint: 'a' }], now()))
  await write('15550102', '15550102', '+15559901')
  equal(await due(), 3)
  equal((await mirrorStatus(database.db))?.generation, 3)
  await database.db.tx((tx) => recordZoneSettings(tx, [{ apex: 'e164.arpa.', fingerprint: 'b' }], now()))
  equal(await due(), 0)
  equal((await mirrorStatus(database.db))?.generation, 4)
})

test('CGrateS that is down loses nothing: the round fails, and the next one goes on', async () => {
  await due()
  await peer.fault({ kind: 'down' })
  await write('15550100', '15550109', '+15559901')
  await rejects(due(), /CGrateS: /)
  await peer.fault({ kind: 'none' })
  equal(await due(), 10)
  equal(Object.keys(await profiles()).length, 10)
})

test('a worker that is lost in the middle of a range costs one chunk: the next one goes on from the note', async () => {
  await due()
  await write('15550000', '15550999', '+15559901')
  let chunks = 0
  const dying = mirror()
  const addressesOf: Mirror['routes']['addressesOf'] = async (numbers) => {
    chunks += 1
    if (chunks === 4) throw new Error('killed')
    return dying.routes.addressesOf(numbers)
  }
  await rejects(due({ routes: { ...dying.routes, addressesOf } }), /killed/)
  equal(await due(), 400, 'of five chunks of 200, three were done')
  equal(Object.keys(await profiles()).length, 1000)
  equal(await calls('APIerSv1.SetAttributeProfile'), 1000, 'none was set twice')
})

test('only one worker is at it; the lease of a lost one ends by itself', async () => {
  await due()
  await database.db.sql(
    "update route_mirror set locked_until = $1, locked_by = '00000000-0000-7000-8000-000000000000'",
    [now().add({ seconds: 60 })],
  )
  await write('15550100', '15550100', '+15559901')
  equal(await due(), 0)
  movedSeconds = 61
  equal(await due(), 1)
})

test('a number that CGrateS refuses is written down, holds up nobody, and is not answered from CGrateS', async () => {
  await due()
  await peer.fault({ kind: 'refuse', method: 'APIerSv1.SetAttributeProfile', error: 'SERVER_ERROR: BROKEN_REFERENCE' })
  await write('15550100', '15550100', '+15559901')
  await due()
  const [fault] = await findFaults(database.db, 'cgrates')
  match(fault?.reason ?? '', /^refused: SERVER_ERROR: BROKEN_REFERENCE/)
  equal(await mirroredGeneration(database.db, '+15550100' as E164), undefined) // a literal of the right form
  await peer.fault({ kind: 'none' })
  equal(await due(), 0, 'not at once')
  movedSeconds = 3
  equal(await due(), 1)
  deepEqual(await findFaults(database.db, 'cgrates'), [])
  equal(Object.keys(await profiles()).length, 1)
})

test('a value that comes back otherwise than it was given is found by reading it back', async () => {
  await due()
  const corrupting: CgratesClient = {
    ...client,
    setRoute: (number, address) =>
      client.setRoute(number, { ...address, address: address.address.replaceAll(';', '') }),
  }
  await write('15550100', '15550100', '+15559901')
  await due({ client: corrupting })
  deepEqual(await findFaults(database.db, 'cgrates'), [
    { number: '+15550100', reason: 'read back as sip:+15550100npdirn=+15559901@a.net' },
  ])
})

test('the comparison repairs what is missing, wrong and too much, and leaves other people’s profiles alone', async () => {
  await due()
  await write('15550100', '15550104', '+15559901')
  await due()
  const profile = (id: string, digits: string, value: string) => ({
    Tenant: 'cgrates.org',
    ID: id,
    FilterIDs: [`*string:~*req.E164Address:${digits}`],
    Attributes: [{ Path: '*req.NAPTRAddress', Type: '*constant', Value: [{ Rules: value }] }],
  })
  await peer.tool('DELETE', '/sim/profile/ATTR_ENUM_15550102')
  await client.call('APIerSv1.SetAttributeProfile', profile('ATTR_ENUM_15550103', '15550103', 'sip:wrong'))
  await client.call('APIerSv1.SetAttributeProfile', profile('ATTR_ENUM_15550777', '15550777', 'sip:left'))
  await client.call('APIerSv1.SetAttributeProfile', profile('ATTR_OTHERS', '4900', 'sip:others'))
  equal(await due(), 0, 'it is not due yet')
  movedSeconds = 3601
  equal(await due(), 3)
  const held = await profiles()
  deepEqual(Object.keys(held).sort(), [
    ...['0', '1', '2', '3', '4'].map((digit) => `ATTR_ENUM_1555010${digit}`),
    'ATTR_OTHERS',
  ])
  equal(held.ATTR_ENUM_15550103, 'sip:+15550103;npdi;rn=+15559901@a.net')
})
