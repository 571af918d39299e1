import { join } from 'node:path'
import { openDb } from '../src/db/pool.ts'
import { loadMarket } from '../src/numbers/load-market.ts'
import { parseNumber } from '../src/numbers/market.ts'
import { deskQueues } from '../src/porting/queues.ts'
import { rejectionRates } from '../src/porting/rejection-history.ts'
import { type PortSearch, searchPorts } from '../src/porting/search.ts'
import { statistics } from '../src/porting/statistics.ts'
import { endangered } from '../src/porting/timeline.ts'
import { overduePorts } from '../src/porting/watch.ts'
import { createLog } from '../src/shared/log.ts'
import { createOwnDatabase, startTestCluster } from '../test/support/cluster.ts'

/** How long a page of the port list takes with so many ports behind it: `node bench/search.ts [ports]`. */
const PORTS = Number(process.argv[2] ?? 1_000_000)
const RUNS = 15
/** A million ports in one statement. */
const FILL_SECONDS = 600

const FILL = `
  insert into port (id, direction, public_id, msgidentifier, state, clearinghouse, counterparty, first_number, last_number, number_type,
    account_type, contact_number, email, is_cool_off_overridden, failure_reason, chain_id, created_at, created_by, updated_at, ended_at, event_count)
  select gen_random_uuid(), case when n % 10 = 0 then 'out' else 'in' end, n,
    'XX' || to_char(timestamptz '2020-01-01' + n * interval '3 minutes', 'YYYYMM') || '-CARR-' || lpad((n % 100000)::text, 5, '0') || case when n > 99999 then '-' || n else '' end,
    (array[30, 30, 30, 30, 30, 30, 30, 99, 98, 97])[1 + n % 10], 'pxs', case when n % 3 = 0 then 'THIRD' else 'DONOR' end,
    '+155' || lpad((n % 100000)::text, 5, '0'), '+155' || lpad((n % 100000)::text, 5, '0'), 'mobile', 'Prepaid', (5500000 + n)::text, 'c' || n || '@example.com',
    false, case when n % 10 = 7 then 31 end, gen_random_uuid(), timestamptz '2020-01-01' + n * interval '3 minutes', 'bench',
    timestamptz '2020-01-01' + n * interval '3 minutes' + interval '2 hours', timestamptz '2020-01-01' + n * interval '3 minutes' + interval '2 hours', 1
  from generate_series(1, $1::int) as n`
const LIVE = `update port set state = case when public_id % 2 = 0 then 2 else 1 end, ended_at = null where public_id > $1`
const TIMERS = `insert into timer (id, port_id, kind, rule, started_at, due_at)
  select gen_random_uuid(), id, 'instruction', 'bench', created_at, created_at + interval '1 day' from port where ended_at is null`
const EVENTS = `insert into port_event (port_id, number, at, msgtype, direction, log, heard, to_state, said_by)
  select id, 1, ended_at, 'ported', 1, 'bench', 'pxs:ported', 20, 'bench' from port where state = 30`

const log = createLog('warn')
const market = await loadMarket(join(import.meta.dirname, '../markets'), 'doc')
const cluster = await startTestCluster()
try {
  const own = await createOwnDatabase(cluster.url, 'migrated')
  const db = openDb({ url: own.url, maxConnections: 4, log, statementSeconds: FILL_SECONDS })
  for (const [sql, values] of [
    [FILL, [PORTS]],
    [LIVE, [PORTS - 10_000]],
    [TIMERS, []],
    [EVENTS, []],
  ] as const)
    await db.sql(sql, values)
  await db.sql('analyze')
  const [middle] = await db.sql<{ id: string; created_at: Temporal.Instant }>(
    'select id, created_at from port where public_id = $1',
    [PORTS / 2],
  )
  const at = Temporal.Instant.from('2020-01-01T00:00:00Z').add({ minutes: PORTS * 3 })
  const surroundings = { db, market, now: () => at }
  const page: PortSearch = { order: 'created', run: 'newest first', limit: 50 }
  const number = parseNumber(market, '5550123')
  // biome-ignore format: a table
  const questions: [what: string, ask: () => Promise<unknown>][] = [
    ['first page',                       () => searchPorts(surroundings, page)],
    ['a page in the middle',             () => searchPorts(surroundings, { ...page, after: middle && { at: middle.created_at, id: middle.id } })],
    ['port-in, last changed',            () => searchPorts(surroundings, { ...page, direction: 'in', order: 'updated' })],
    ['port-out',                         () => searchPorts(surroundings, { ...page, direction: 'out' })],
    ['a state',                          () => searchPorts(surroundings, { ...page, direction: 'in', states: ['Rejected'] })],
    ['a rare state',                     () => searchPorts(surroundings, { ...page, states: ['Number_Ported'] })],
    ['two states, last changed',         () => searchPorts(surroundings, { ...page, order: 'updated', states: ['TimeOut', 'Aborted'] })],
    ['an operator and a state',          () => searchPorts(surroundings, { ...page, counterparty: 'THIRD', states: ['Rejected'] })],
    ['a number',                         () => searchPorts(surroundings, { ...page, number })],
    ['a number as text',                 () => searchPorts(surroundings, { ...page, text: '5550123' })],
    ['five digits of an identifier',     () => searchPorts(surroundings, { ...page, text: '00123' })],
    ['the beginning of an identifier',   () => searchPorts(surroundings, { ...page, text: 'XX202301' })],
    ['an e-mail address',                () => searchPorts(surroundings, { ...page, text: 'c777@example.com' })],
    ['a text that is nowhere',           () => searchPorts(surroundings, { ...page, text: 'nowhere' })],
    ['a month, oldest first',            () => searchPorts(surroundings, { ...page, run: 'oldest first', createdFrom: Temporal.Instant.from('2021-03-01T00:00:00Z'), createdTo: Temporal.Instant.from('2021-04-01T00:00:00Z') })],
    ['live, an operator',                () => searchPorts(surroundings, { ...page, isLive: true, counterparty: 'THIRD' })],
    ['queues',                           () => deskQueues(surroundings, 10)],
    ['ports near the market\'s limit',   () => endangered(surroundings)],
    ['overdue ports',                    () => overduePorts(surroundings, { limit: 50 })],
    ['refusals by donor, of 90 days',    () => rejectionRates(surroundings, { since: at.subtract({ hours: 90 * 24 }) })],
    ['statistics of 30 days',            () => statistics(surroundings, {})],
    ['statistics of a year',             () => statistics(surroundings, { from: Temporal.PlainDate.from('2022-01-01'), to: Temporal.PlainDate.from('2022-12-31') })],
  ]
  console.log(
    `${PORTS} ports, ${RUNS} runs each, milliseconds at the server\n\n| Question | median | worst |\n|---|---|---|`,
  )
  for (const [what, ask] of questions) {
    const times: number[] = []
    for (let run = 0; run < RUNS; run++) {
      const since = performance.now()
      await ask()
      times.push(performance.now() - since)
    }
    times.sort((a, b) => a - b)
    console.log(`| ${what} | ${times[Math.floor(RUNS / 2)]?.toFixed(1)} | ${times.at(-1)?.toFixed(1)} |`)
  }
  await db.close()
} finally {
  await cluster.stop()
}
