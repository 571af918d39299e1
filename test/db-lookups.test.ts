import { match } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestDatabase, testDatabase } from './support/database.ts'

let own: TestDatabase
before(async () => {
  own = await testDatabase()
})
after(() => own.close())

// biome-ignore format: a table
const LOOKUPS: [index: string, query: string, why: string][] = [
  ['port_chain',         "select 1 from port where superseded_by is null and chain_id = '019d4e3c-0000-7000-8000-000000000000'", 'every GET, instruction and abort finds the newest of a chain'],
  ['message_sent_msgid', "select msgtype from message where direction = 0 and msgid = 'a'",                                      'an error names one of our messages'],
  ['inbound_flagged',    "select count(*) from inbound where state in ('unknown', 'malformed', 'refused')",                      'the metrics count what was flagged'],
  ['delivery_dead',      "select count(*) from delivery where state = 'dead'",                                                    'the metrics count what was given up'],
  ['timer_fired',        "select count(*) from timer t where t.outcome = 'fired'",                                               'the metrics count what is overdue'],
]
for (const [index, query, why] of LOOKUPS) {
  test(`${index} is used, so the table may grow: ${why}`, async () => {
    const plan = await own.db.tx(async (tx) => {
      // an empty table is read as a whole unless that is forbidden
      await tx.sql('set local enable_seqscan = off')
      return tx.sql<{ 'QUERY PLAN': string }>(`explain ${query}`)
    })
    match(plan.map((line) => line['QUERY PLAN']).join('\n'), new RegExp(index))
  })
}
