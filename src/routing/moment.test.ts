import { deepEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import type { Db, Reader, Sql } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'
import { loadMarket } from '../numbers/load-market.ts'
import { createLog } from '../shared/log.ts'
import { routeBook } from './book.ts'
import { routePusher } from './push.ts'
import { findGeneration, writeRoutes } from './route.store.ts'

const { db, close } = await testDatabase()
after(close)

const market = await loadMarket(join(import.meta.dirname, '../../markets'), 'doc')
const NOW = Temporal.Instant.from('2026-05-01T10:00:00Z')
const NUMBER = '+15550100' as E164 // a literal of the right form

const write = (operator: string) => {
  const route = { operator, routingNumber: '+15559901', numberType: 'mobile' as const }
  const range = { first: NUMBER, last: NUMBER }
  return db.tx((tx) => writeRoutes(tx, [{ range, route, source: 'push', cause: 'test', by: 'test', at: NOW }]))
}

/** The database with somebody who writes the number after each statement. */
function busy(): Db {
  const spoilt = (reader: Reader): Sql => {
    return async (text, values) => {
      const rows = await reader.sql(text, values)
      await write('THIRD')
      return rows as never // the rows of the statement, as they were
    }
  }
  return {
    ...db,
    sql: spoilt(db),
    tx: (work) => db.tx((tx) => work({ ...tx, sql: spoilt(tx) })),
    snapshot: (work) => db.snapshot((reader) => work({ sql: spoilt(reader) })),
  }
}

test('why a number is routed so is of one moment: the route, what made it so, and the generation', async () => {
  await write('CARR')
  const generation = await findGeneration(db)
  const book = routeBook({ db: busy(), market, livePortOf: async () => undefined })
  const seen = await book.inspect(NUMBER, { before: undefined, limit: 10 })
  deepEqual(
    [seen.route?.route.operator, seen.change?.generation, seen.past[0]?.generation, seen.generation],
    ['CARR', generation, generation, generation],
  )
})

test('a dry run of a push was compared with the generation that it names', async () => {
  await write('CARR')
  const generation = await findGeneration(db)
  const pusher = routePusher({ db: busy(), market, now: () => NOW, log: createLog('silent') })
  const entries = [{ firstNumber: NUMBER, operator: 'CARR', routingNumber: '+15559901' }]
  const report = await pusher.push({ entries, by: { name: 'ann', reason: undefined, mayOverride: false } }, 'dry run')
  deepEqual([report.runs[0]?.outcome, report.generation], ['unchanged', generation])
})
