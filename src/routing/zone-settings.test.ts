import { deepEqual } from 'node:assert/strict'
import { after, test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import type { E164 } from '../numbers/e164.ts'
import { findChangesAfter, findGeneration, writeRoutes } from './route.store.ts'
import { findZoneSettings, recordZoneSettings, type ZoneSettings } from './zone-settings.store.ts'

const { db, close } = await testDatabase()
after(close)

const NOW = Temporal.Instant.from('2026-05-01T10:00:00Z')
const record = (...wanted: ZoneSettings[]) => db.tx((tx) => recordZoneSettings(tx, wanted, NOW))
const write = (digits: string) => {
  const range = { first: `+1${digits}` as E164, last: `+1${digits}` as E164 } // literals of the right form
  const route = { operator: 'DIGI', routingNumber: '+15559901', numberType: 'mobile' as const }
  return db.tx((tx) => writeRoutes(tx, [{ range, route, source: 'push', cause: 'test', by: 'test', at: NOW }]))
}
const [ARPA, NET] = ['e164.arpa.', 'e164enum.net.'] as const

test('settings that are new take one generation, in order among the routes; those that are known take none', async () => {
  await write('5550100')
  await record({ apex: ARPA, fingerprint: 'a' }, { apex: NET, fingerprint: 'a' })
  await record({ apex: NET, fingerprint: 'a' })
  await write('5550101')
  await record({ apex: ARPA, fingerprint: 'b' })
  await record({ apex: ARPA, fingerprint: 'b' }, { apex: NET, fingerprint: 'a' })
  deepEqual(
    (await findZoneSettings(db)).sort((a, b) => a.since - b.since),
    [
      { apex: NET, fingerprint: 'a', since: 2 },
      { apex: ARPA, fingerprint: 'b', since: 4 },
    ],
  )
  deepEqual(await findGeneration(db), 4)
  const followed = async (limit: number) => {
    const seen: string[] = []
    for (let at = 0; ; ) {
      const changes = await findChangesAfter(db, at, limit)
      if (changes.length === 0) return seen
      for (const { generation, range } of changes) seen.push(`${generation} ${range?.first ?? 'settings'}`)
      at = changes.at(-1)?.generation ?? at
    }
  }
  const all = ['1 +15550100', '2 settings', '3 +15550101', '4 settings']
  for (const limit of [1, 2, 3, 5000]) deepEqual(await followed(limit), all, `${limit} at once`)
})

test('of two nodes that record at once the later has its way, and the same settings are recorded once', async () => {
  const at = await findGeneration(db)
  await Promise.all([record({ apex: ARPA, fingerprint: 'c' }), record({ apex: ARPA, fingerprint: 'c' })])
  deepEqual(await findGeneration(db), at + 1)
  await Promise.all([record({ apex: ARPA, fingerprint: 'd' }), record({ apex: ARPA, fingerprint: 'e' })])
  const held = (await findZoneSettings(db)).find(({ apex }) => apex === ARPA)
  deepEqual(held?.since, at + 3)
})

test('settings that were recorded before and come back take a generation again', async () => {
  const [first] = await record({ apex: NET, fingerprint: 'x' })
  await record({ apex: NET, fingerprint: 'y' })
  const again = (await record({ apex: NET, fingerprint: 'x' })).find(({ apex }) => apex === NET)
  deepEqual([again?.fingerprint, again?.since], ['x', await findGeneration(db)])
  deepEqual(first === undefined, false)
})
