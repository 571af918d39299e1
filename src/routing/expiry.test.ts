import { deepEqual, equal, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../test/support/database.ts'
import type { E164 } from '../numbers/e164.ts'
import { loadMarket } from '../numbers/load-market.ts'
import type { NumberRange } from '../numbers/range.ts'
import { createLog } from '../shared/log.ts'
import { revertExpired, unwind } from './expiry.ts'
import { importRoutes } from './import.ts'
import { findRoute, writeRoutes } from './route.store.ts'
import type { Route } from './route.ts'

const { db, close } = await testDatabase()
after(close)

const START = Temporal.Instant.from('2026-05-01T10:00:00Z')
const at = (minutes: number) => START.add({ minutes })
const NUMBER = '+15550100' as E164 // a literal of the right form
const log = createLog('silent')
const routeOf = (operator: string): Route => ({ operator, routingNumber: '+15559901', numberType: 'mobile' })

type Write = { readonly operator: string | undefined; readonly endsAt: number | undefined }

async function write(minute: number, { operator, endsAt }: Write, range = { first: NUMBER, last: NUMBER }) {
  const route = operator === undefined ? undefined : routeOf(operator)
  const expiresAt = endsAt === undefined ? undefined : at(endsAt)
  const cause = `push ${minute}`
  await db.tx((tx) => writeRoutes(tx, [{ range, route, source: 'push', cause, by: 'ann', at: at(minute), expiresAt }]))
}

async function operatorAt(minute: number): Promise<string | undefined> {
  for (let done = -1; done !== 0; ) done = await revertExpired({ db, now: () => at(minute), log })
  return (await findRoute(db, NUMBER))?.route.operator
}

async function clean() {
  for (const table of ['route', 'route_expiry', 'audit']) await db.sql(`delete from ${table}`)
}

// biome-ignore format: a table
const STORIES: [story: string, writes: Write[], at: number, operator: string | undefined][] = [
  ['not yet over',                                [{ operator: 'A', endsAt: 10 }],                                         9,  'A'],
  ['over, with nothing before it',                [{ operator: 'A', endsAt: 10 }],                                         10, undefined],
  ['over, with a route before it',                [{ operator: 'A', endsAt: undefined }, { operator: 'B', endsAt: 10 }],   10, 'A'],
  ['a removal that is over',                      [{ operator: 'A', endsAt: undefined }, { operator: undefined, endsAt: 10 }], 10, 'A'],
  ['a later change that stays ends it',           [{ operator: 'A', endsAt: 10 }, { operator: 'B', endsAt: undefined }],   11, 'B'],
  ['a later removal that stays ends it',          [{ operator: 'A', endsAt: undefined }, { operator: 'B', endsAt: 10 }, { operator: undefined, endsAt: undefined }], 11, undefined],
  ['a later one still holds',                     [{ operator: 'A', endsAt: 10 }, { operator: 'B', endsAt: 20 }],          11, 'B'],
  ['both over, the earlier first',                [{ operator: 'A', endsAt: 10 }, { operator: 'B', endsAt: 20 }],          21, undefined],
  ['the later over, the earlier still holds',     [{ operator: 'A', endsAt: 20 }, { operator: 'B', endsAt: 10 }],          11, 'A'],
]
for (const [story, writes, minute, operator] of STORIES) {
  test(`a route for a time: ${story}`, async () => {
    await clean()
    for (const [index, each] of writes.entries()) await write(index, each)
    equal(await operatorAt(minute), operator)
  })
}

test('whatever was written and whenever it is looked: the last that has not expired holds', async () => {
  const written = fc.record({
    operator: fc.option(fc.constantFrom('A', 'B', 'C'), { nil: undefined }),
    endsAt: fc.option(fc.integer({ min: 10, max: 15 }), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(written, { minLength: 1, maxLength: 6 }), async (writes) => {
      await clean()
      for (const [index, each] of writes.entries()) await write(index, each)
      for (const minute of [9, 10, 12, 13, 16]) {
        const last = writes.findLast(({ endsAt }) => endsAt === undefined || endsAt > minute)
        equal(await operatorAt(minute), last?.operator, `at ${minute} of ${JSON.stringify(writes)}`)
      }
      deepEqual(await db.sql('select sequence from route_expiry'), [])
    }),
    { numRuns: 40 },
  )
})

test('what goes back is written to history and reported, with where the restored route is from', async () => {
  await clean()
  await db.tx((tx) =>
    writeRoutes(tx, [
      {
        range: { first: NUMBER, last: NUMBER },
        route: routeOf('A'),
        source: 'port',
        cause: 'XX202605-A-1',
        by: 'pxs',
        at: at(0),
      },
    ]),
  )
  await write(1, { operator: 'B', endsAt: 10 })
  equal(await operatorAt(10), 'A')
  deepEqual(await findRoute(db, NUMBER), { route: routeOf('A'), source: 'port', cause: 'XX202605-A-1' })
  const [change] = await db.sql(
    'select operator, source, cause, said_by from route_change order by generation desc limit 1',
  )
  deepEqual(change, { operator: 'A', source: 'port', cause: 'XX202605-A-1', said_by: 'expiry' })
  deepEqual(await db.sql('select actor, surface, action, subject, detail from audit'), [
    {
      actor: 'expiry',
      surface: 'clock',
      action: 'route.expired',
      subject: NUMBER,
      detail: { cause: 'push 1', by: 'ann', expired: 1, reverted: 1, numbers: [NUMBER] },
    },
  ])
})

test('a whole import for a time goes back to what was before it, but for what changed since', async () => {
  await clean()
  const market = await loadMarket(join(import.meta.dirname, '../../markets'), 'doc')
  const tens = { first: '+15550100', last: '+15550109' } as NumberRange // literals of the right form
  await write(0, { operator: 'THIRD', endsAt: undefined }, tens)
  const lines = Array.from({ length: 12_000 }, (_, n) => `+155${50100 + (n % 20)},CARR\n`).slice(0, 20)
  const many = Array.from({ length: 7000 }, (_, n) => `+155${70000 + n},CARR\n`)
  const file = Buffer.from(`number,operator\n${lines.join('')}${many.join('')}`)
  const source = async function* () {
    yield file
  }
  const options = { db, market, source, format: 'csv', fileName: 'a.csv', by: 'ann', now: () => at(1), log } as const
  await rejects(importRoutes({ ...options, expiresAt: at(1) }), { code: 'field_invalid' })
  const { id } = await importRoutes({ ...options, expiresAt: at(10) })
  await write(2, { operator: 'THIRD', endsAt: undefined }, { first: '+15550119' as E164, last: '+15550119' as E164 })
  const count = async () => db.sql('select operator, count(*) as count from route group by operator order by operator')
  deepEqual(await count(), [
    { operator: 'CARR', count: 7019 },
    { operator: 'THIRD', count: 1 },
  ])
  equal(await operatorAt(10), 'THIRD')
  deepEqual(await count(), [{ operator: 'THIRD', count: 11 }])
  const [row] = await db.sql('select state from route_import where id = $1', [id])
  deepEqual(row, { state: 'expired' })
  const rows = await db.sql<{ detail: { expired: number; reverted: number } }>(
    "select detail from audit where action = 'route.expired'",
  )
  equal(
    rows.reduce((sum, { detail }) => sum + detail.reverted, 0),
    7019,
  )
})

test('an import that confirms for good what held for a time keeps it', async () => {
  await clean()
  const market = await loadMarket(join(import.meta.dirname, '../../markets'), 'doc')
  await write(0, { operator: 'CARR', endsAt: 10 })
  const source = async function* () {
    yield Buffer.from(`number,operator\n${NUMBER},CARR\n`)
  }
  const report = await importRoutes({
    db,
    market,
    source,
    format: 'csv',
    fileName: 'a',
    by: 'ann',
    now: () => at(1),
    log,
  })
  deepEqual(report.counts, { CARR: { set: 0, changed: 0, unchanged: 1, removed: 0 } })
  equal(await operatorAt(10), 'CARR')
})

test('what is taken out of the middle moves what was before it up by one', () => {
  const each = (sequence: number, endsAt: number, operator: string) => ({
    sequence,
    number: NUMBER,
    expiresAt: at(endsAt),
    source: 'push' as const,
    cause: `push ${sequence}`,
    by: 'ann',
    before: { route: routeOf(operator), source: 'push' as const, cause: 'before' },
  })
  const { ended, moved, restored } = unwind([each(1, 20, 'A'), each(2, 5, 'B'), each(3, 20, 'C')], at(10))
  deepEqual(
    [
      ended.map(({ sequence }) => sequence),
      moved.map(({ sequence, before }) => [sequence, before?.route.operator]),
      restored,
    ],
    [[2], [[3, 'B']], undefined],
  )
})
