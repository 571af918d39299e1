import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { testDatabase } from '../../test/support/database.ts'
import type { Db } from '../db/db.ts'
import { loadMarket } from '../numbers/load-market.ts'
import type { NumberRange } from '../numbers/range.ts'
import { createLog } from '../shared/log.ts'
import { routeFeed } from './feed.ts'
import { npacRecord } from './import.testing.ts'
import { type ImportOptions, type ImportReport, importRoutes, previewImport, refusedLines } from './import.ts'
import { reportText } from './import-report.ts'
import { findRoute, writeRoutes } from './route.store.ts'
import type { Route } from './route.ts'

const { db, close } = await testDatabase()
after(close)

const MARKETS = join(import.meta.dirname, '../../markets')
const doc = await loadMarket(MARKETS, 'doc')
const tt = await loadMarket(MARKETS, 'tt')
const NOW = Temporal.Instant.from('2026-05-01T10:00:00Z')
const HEADER = 'number,operator,routing_number'

const CARR: Route = { operator: 'CARR', routingNumber: '+15559901', numberType: 'mobile' }
const THIRD: Route = { operator: 'THIRD', routingNumber: 'D003;rn-context=+1', numberType: 'mobile' }

function optionsOf(text: string, more: Partial<ImportOptions> = {}): ImportOptions {
  const octets = Buffer.from(text)
  async function* chunks(size = 7) {
    for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size)
  }
  const log = createLog('silent')
  const size = octets.length > 10_000 ? 65_536 : 7
  const source = () => chunks(size)
  const file = { source, format: 'csv', fileName: 'a.csv', linesAtOnce: 5000 } as const
  return { db, market: doc, ...file, by: 'ann', now: () => NOW, log, ...more }
}

const csv = (...lines: string[]) => `${[HEADER, ...lines].join('\n')}\n`

async function write(first: string, last: string, route: Route | undefined, source: 'port' | 'push' = 'push') {
  const range = { first, last } as NumberRange // literals of the right form
  await db.tx((tx) => writeRoutes(tx, [{ range, route, source, cause: 'CAUSE-1', by: 'test', at: NOW }]))
}

async function clean() {
  await db.sql('delete from route')
  await db.sql('delete from route_expiry')
}

async function routes(): Promise<string[]> {
  const rows = await db.sql<{ told: string }>(
    "select e164 || ' ' || operator || ' ' || routing_number || ' ' || source as told from route order by e164",
  )
  return rows.map(({ told }) => told)
}

/** The changes that the DNS gets, by replaying the feed, and what a new follower gets at once. */
async function followed(): Promise<[replayed: string[], loaded: string[]]> {
  const table = new Map<string, string>()
  for (let at = 0; ; ) {
    const changes = await routeFeed(db).changesAfter(at, 3)
    const last = changes.at(-1)
    if (!last) break
    ok(changes.every(({ generation }) => generation > at))
    at = last.generation
    for (const { range, route } of changes) {
      if (!range) continue
      for (let n = BigInt(range.first.slice(1)); n <= BigInt(range.last.slice(1)); n++) {
        if (route) table.set(`+${n}`, `${route.operator} ${route.routingNumber}`)
        else table.delete(`+${n}`)
      }
    }
  }
  const loaded: string[] = []
  for await (const batch of (await routeFeed(db).snapshot()).batches)
    loaded.push(...batch.map(({ number, route }) => `${number} ${route.operator} ${route.routingNumber}`))
  return [[...table].map(([number, told]) => `${number} ${told}`).sort(), loaded]
}

const told = ({ accepted, refused, repeated, counts }: ImportReport) => ({ accepted, refused, repeated, counts })

test('a CSV file: routes set, changed, left alone and removed, counted by operator; neighbours are one change', async () => {
  await clean()
  await write('+15550105', '+15550105', CARR)
  await write('+15550106', '+15550107', THIRD)
  const text = csv(
    '+15550100,CARR,',
    '+15550101,CARR,',
    '+15550102,CARR,',
    '+15550105,CARR,',
    '+15550106,CARR,',
    '+15550107,DONOR,',
    '+15550108,DONOR,',
    '+1555,CARR,',
  )
  const preview = await previewImport(optionsOf(text))
  equal((await routes()).length, 3, 'a dry run writes nothing')
  const report = await importRoutes(optionsOf(text))
  deepEqual(told(report), told(preview))
  deepEqual(told(report), {
    accepted: 7,
    refused: 1,
    repeated: 0,
    counts: {
      CARR: { set: 3, changed: 1, unchanged: 1, removed: 0 },
      DONOR: { set: 0, changed: 0, unchanged: 1, removed: 1 },
    },
  })
  deepEqual(await routes(), [
    '+15550100 CARR +15559901 import',
    '+15550101 CARR +15559901 import',
    '+15550102 CARR +15559901 import',
    '+15550105 CARR +15559901 push',
    '+15550106 CARR +15559901 import',
  ])
  const changes = await db.sql<{ told: string }>(
    `select first_number || '..' || last_number || ' ' || coalesce(operator, '-') || ' ' || cause || ' ' || said_by as told
       from route_change where source = 'import' order by generation, position`,
  )
  const cause = `import-${report.id} ann`
  deepEqual(
    changes.map(({ told }) => told),
    [`+15550100..+15550102 CARR ${cause}`, `+15550106..+15550106 CARR ${cause}`, `+15550107..+15550107 - ${cause}`],
  )
  deepEqual(await Array.fromAsync(refusedLines(db, report.id ?? 0)), [
    { line: 9, content: '+1555,CARR,', reason: `the number is no number of ${doc.title}` },
  ])
  const [replayed, loaded] = await followed()
  deepEqual(replayed, loaded)
  equal(loaded.length, 5)
  ok(reportText(report).includes('8 records: 7 accepted, 1 refused, 0 repeated'))
})

test("NPAC's file: records that end with CR, a deletion gives the number back to its block", async () => {
  await clean()
  const text = [
    npacRecord('8682911234', '8680000130', 'DIGI'),
    npacRecord('8682911235', '8680000012', 'TSTT'),
    npacRecord('8682911236', '8680000012', 'nobody'),
  ].join('\r')
  const options = { market: tt, format: 'npac' } as const
  const first = await importRoutes(optionsOf(`${text}\r`, options))
  deepEqual(await routes(), ['+18682911234 DIGI +18680000130 import', '+18682911235 BMOB +18680000012 import'])
  equal(first.refused, 1)
  const second = await importRoutes(optionsOf(`${npacRecord('8682911234', '', 'DIGI', '1')}\r`, options))
  deepEqual(second.counts, { DIGI: { set: 0, changed: 0, unchanged: 0, removed: 1 } })
  deepEqual(await routes(), ['+18682911235 BMOB +18680000012 import'])
})

test('a file of another format is refused before anything is written', async () => {
  const generation = async () => db.sql("select value from counter where name in ('route_generation', 'route_import')")
  const before = await generation()
  for (const text of ['number;operator\n+15550100;CARR\n', '+15550100,CARR\n', ''])
    await rejects(importRoutes(optionsOf(text)), { code: 'import_unreadable' })
  await rejects(importRoutes(optionsOf(csv('+15550100,CARR,'), { market: tt, format: 'npac' })), {
    code: 'import_unreadable',
  })
  await rejects(previewImport(optionsOf('x\n')), { code: 'import_unreadable' })
  deepEqual(await generation(), before)
})

test('the count is confirmed: needed for more than 10,000 records, and never another', async () => {
  const large = csv(...Array.from({ length: 10_001 }, (_, n) => `+1555${String(n % 10).padStart(4, '0')},CARR,`))
  await rejects(importRoutes(optionsOf(large)), { code: 'count_unconfirmed' })
  await rejects(importRoutes(optionsOf(csv('+15550100,CARR,'), { confirmed: 2 })), { code: 'count_unconfirmed' })
  await clean()
  const report = await importRoutes(optionsOf(large, { confirmed: 10_001 }))
  deepEqual([report.accepted, report.repeated], [10, 9991])
})

test('what a port promised of our own numbers is refused, and set aside only with a reason that is kept (I7)', async () => {
  await clean()
  await write('+15550100', '+15550102', CARR, 'port')
  await write('+15550103', '+15550103', THIRD, 'port')
  const text = csv('+15550100,THIRD,', '+15550101,CARR,', '+15550102,DONOR,', '+15550103,CARR,')
  const preview = await previewImport(optionsOf(text))
  const report = await importRoutes(optionsOf(text))
  deepEqual(told(report), told(preview))
  deepEqual(
    (await Array.fromAsync(refusedLines(db, report.id ?? 0))).map(({ line, reason }) => [line, reason]),
    [2, 4].map((line) => [line, 'the number came to us by the port CAUSE-1, which promises its route']),
  )
  deepEqual(await routes(), [
    '+15550100 CARR +15559901 port',
    '+15550101 CARR +15559901 port',
    '+15550102 CARR +15559901 port',
    '+15550103 CARR +15559901 import',
  ])
  const forced = await importRoutes(optionsOf(text, { forcedReason: 'court order 7' }))
  deepEqual([forced.refused, forced.accepted], [0, 4])
  deepEqual(await routes(), [
    '+15550100 THIRD D003;rn-context=+1 import',
    '+15550101 CARR +15559901 port',
    '+15550103 CARR +15559901 import',
  ])
  const audited = await db.sql<{ action: string; subject: string; actor: string }>(
    "select action, subject, actor from audit where reason = 'court order 7' and subject like '+%' order by subject",
  )
  deepEqual(audited, [
    { action: 'route.imported', subject: '+15550100', actor: 'ann' },
    { action: 'route.removed', subject: '+15550102', actor: 'ann' },
  ])
})

test('of a number that stands on several lines the last holds, in one batch and far apart', async () => {
  await clean()
  const filler = Array.from({ length: 6000 }, (_, n) => `+1557${String(n).padStart(4, '0')},CARR,`)
  const text = csv('+15550100,CARR,', '+15550100,THIRD,', '+15550101,CARR,', ...filler, '+15550101,THIRD,')
  const preview = await previewImport(optionsOf(text))
  const report = await importRoutes(optionsOf(text))
  deepEqual(told(report), told(preview))
  deepEqual([report.records, report.accepted, report.repeated], [6004, 6002, 2])
  const found = [await findRoute(db, '+15550100' as never), await findRoute(db, '+15550101' as never)]
  deepEqual(
    found.map((record) => record?.route),
    [THIRD, THIRD],
  )
})

test('an import that breaks off goes on at its last committed batch, and ends as if it had not', async () => {
  await clean()
  const lines = Array.from({ length: 12_000 }, (_, n) => (n % 1000 === 7 ? `x${n},CARR,` : `+155${70000 + n},CARR,`))
  const text = csv(...lines)
  const options = optionsOf(text, { confirmed: 12_000 })
  const breaking = async function* () {
    let octets = 0
    for await (const chunk of options.source()) {
      octets += chunk.length
      if (octets > 150_000) throw new Error('the disk is gone')
      yield chunk
    }
  }
  let reads = 0
  const source = () => (++reads === 1 ? options.source() : breaking())
  await rejects(importRoutes({ ...options, source }), /the disk is gone/)
  const halfway = (await routes()).length
  ok(halfway > 0 && halfway < 8000, `${halfway} are committed`)
  const report = await importRoutes(options)
  equal(report.isResumed, true)
  deepEqual(told(report), {
    accepted: 10_000 - 10,
    refused: 2012 - 2,
    repeated: 0,
    counts: { CARR: { set: 9990, changed: 0, unchanged: 0, removed: 0 } },
  })
  equal((await routes()).length, 9990)
  const refused = await Array.fromAsync(refusedLines(db, report.id ?? 0))
  deepEqual([refused.length, new Set(refused.map(({ line }) => line)).size], [2010, 2010])
  const again = await importRoutes(options)
  equal(again.isResumed, false, 'what has ended begins anew')
  deepEqual(again.counts, { CARR: { set: 0, changed: 0, unchanged: 9990, removed: 0 } })
})

test('what others write between the look at a batch and its writing is seen: the promise of a port, and another route', async () => {
  await clean()
  await write('+15550100', '+15550101', THIRD)
  let transactions = 0
  const busy: Db = {
    ...db,
    async tx(work) {
      transactions += 1
      if (transactions === 2) {
        await write('+15550100', '+15550100', CARR, 'port')
        await write('+15550101', '+15550101', undefined)
        await write('+15550102', '+15550102', CARR)
      }
      return db.tx(work)
    },
  }
  const text = csv('+15550100,DONOR,+15559977', '+15550101,CARR,', '+15550102,CARR,')
  const report = await importRoutes(optionsOf(text, { db: busy }))
  equal(transactions, 3, 'the beginning, the batch, the end')
  deepEqual(told(report), {
    accepted: 2,
    refused: 1,
    repeated: 0,
    counts: { CARR: { set: 1, changed: 0, unchanged: 1, removed: 0 } },
  })
  deepEqual(await routes(), [
    '+15550100 CARR +15559901 port',
    '+15550101 CARR +15559901 import',
    '+15550102 CARR +15559901 push',
  ])
})

test('of two that go on with one import one is told, and nothing is written twice', async () => {
  await clean()
  const lines = Array.from({ length: 10_000 }, (_, n) => `+155${70000 + n},CARR,`)
  const options = optionsOf(csv(...lines))
  let reads = 0
  let other = Promise.resolve<unknown>(undefined)
  const interrupted = async function* () {
    for await (const chunk of options.source()) {
      yield chunk
      if (reads !== 2) continue
      reads += 1
      other = importRoutes(options)
      await other.catch(() => {}) // looked at below
    }
  }
  const source = () => (++reads === 1 ? options.source() : interrupted())
  const one = importRoutes({ ...options, source })
  await one.catch(() => {}) // looked at below
  const ends = await Promise.allSettled([one, other])
  const codes = ends.map((end) => (end.status === 'fulfilled' ? 'done' : end.reason.code)).sort()
  deepEqual(codes, ['done', 'import_conflict'])
  equal((await routes()).length, 10_000)
  const [row] = await db.sql<{ state: string }>('select state from route_import order by id desc limit 1')
  equal(row?.state, 'done')
})

test('a generation has no more lines than are taken at once, and progress is told', async () => {
  await clean()
  const lines = Array.from({ length: 9000 }, (_, n) => `+155${70000 + n},${n % 2 ? 'CARR' : 'THIRD'},`)
  const seen: number[] = []
  const report = await importRoutes(optionsOf(csv(...lines), { onProgress: ({ accepted }) => seen.push(accepted) }))
  deepEqual(seen, [5000, 9000])
  const rows = await db.sql<{ count: number }>(
    'select count(*) as count from route_change where cause = $1 group by generation order by generation',
    [`import-${report.id}`],
  )
  deepEqual(
    rows.map(({ count }) => count),
    [5000, 4000],
  )
})

test('a dry run says what the import then does, whatever is in the file and in the routes', async () => {
  const number = fc.integer({ min: 0, max: 25 }).map((n) => `+155502${String(n).padStart(2, '0')}`)
  const operator = fc.constantFrom('CARR', 'DONOR', 'THIRD', 'nobody')
  const line = fc.tuple(number, operator, fc.constantFrom('', '+15559977')).map((fields) => fields.join(','))
  const held = fc.record({ number, route: fc.constantFrom(CARR, THIRD), source: fc.constantFrom('port', 'push') })
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1 }), fc.array(held, { maxLength: 8 }), async (lines, before) => {
      await clean()
      for (const { number, route, source } of before) await write(number, number, route, source)
      const options = optionsOf(csv(...lines))
      const preview = await previewImport(options)
      deepEqual(told(await importRoutes(options)), told(preview))
      const total = Object.values((await previewImport(options)).counts)
      const moved = total.map(({ set, changed, removed }) => set + changed + removed)
      if (preview.repeated === 0)
        equal(
          moved.reduce((sum, count) => sum + count, 0),
          0,
          'a second time changes nothing',
        )
    }),
    { numRuns: 40 },
  )
})
