import { deepEqual, doesNotMatch, match } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Reader, Tx } from '../src/db/db.ts'
import { claimDue } from '../src/integrations/delivery.store.ts'
import type { E164 } from '../src/numbers/e164.ts'
import { meets } from '../src/numbers/meets.ts'
import { LONGEST_RANGE, type NumberRange, overlaps } from '../src/numbers/range.ts'
import { findLastMove, findLastMoves } from '../src/porting/cool-off.store.ts'
import { countFailedProofs, countRefused } from '../src/porting/guard.store.ts'
import type { ListQuery } from '../src/porting/list-query.ts'
import { claimDueMessages } from '../src/porting/message.store.ts'
import { findLocks, findSecrets, findSecretsSet, listLocks, listSecrets } from '../src/porting/number-guard.store.ts'
import { findLastPorted, findLiveOverlaps } from '../src/porting/port.store.ts'
import { listPorts } from '../src/porting/port-list.store.ts'
import { findTermination } from '../src/porting/terminate.store.ts'
import { isChangedAfter } from '../src/routing/route.store.ts'
import { writeNumbers } from '../src/routing/route-runs.store.ts'
import { type TestDatabase, testDatabase } from './support/database.ts'

const ROWS = 40_000
const SINCE = Temporal.Instant.from('2026-01-01T00:00:00Z')

/** Enough ports and changes of routes for the planner to choose: one in a hundred is of three numbers, one in fifty lives. */
const FILL = [
  `insert into port select gen_random_uuid(), 'in', n, 'TT202601-BMOB-' || n, case when n % 50 = 0 then 2 else 30 end, 'pxs', 'DIGI',
      '+1868' || 1000000 + n * 4, '+1868' || 1000000 + n * 4 + case when n % 100 = 0 then 2 else 0 end, 'mobile', 'Prepaid', '1',
      'a@b.example', false, null, null, gen_random_uuid(), null, null, now(), 't', now(), case when n % 50 = 0 then null else now() end, 1
    from generate_series(1, ${ROWS}) n`,
  `insert into route_change select n, 1, '+1868' || 1000000 + n * 4, '+1868' || 1000000 + n * 4 + case when n % 100 = 0 then 2 else 0 end,
      'BMOB', '+18689999', 'mobile', 'port', 'TT202601-BMOB-' || n, 'pxs', timestamptz '2026-02-01' + n * interval '1 second'
    from generate_series(1, ${ROWS}) n`,
  `insert into route_change values (0, 1, '+18681000402', '+18681000402', 'DIGI', '+18689998', 'mobile', 'push', 'a push', 'someone', '2025-12-01')`,
  `insert into number_lock select gen_random_uuid(), '+1868' || 1000000 + n * 4, '+1868' || 1000000 + n * 4 + case when n % 100 = 0 then 2 else 0 end,
      'asked for', null, now(), 't', case when n % 3 = 0 then now() end, null from generate_series(1, ${ROWS}) n`,
  `insert into number_secret select gen_random_uuid(), '+1868' || 1000000 + n * 4, '+1868' || 1000000 + n * 4 + case when n % 100 = 0 then 2 else 0 end,
      'pin', 'salt', 'hash', now(), 't', case when n % 3 = 0 then now() end from generate_series(1, ${ROWS}) n`,
  `with kept as (insert into message (id, clearinghouse, direction, peer, content_type, body, at)
      select gen_random_uuid(), 'pxs', 0, 'pxs', 'application/xml', '', now() from generate_series(1, ${ROWS}) n returning id)
    insert into outbound (message_id, port_id, state, attempts, next_attempt_at) select id, gen_random_uuid(), 'queued', 0, now() from kept`,
  `with said as (insert into event (id, type, subject, at, payload)
      select gen_random_uuid(), 'port_in.ported', 'port ' || n, now(), '{}' from generate_series(1, ${ROWS}) n returning id)
    insert into delivery (event_id, subscription, state, attempts, next_attempt_at)
      select id, 'paused', case when random() < 0.5 then 'queued' else 'dead' end, 0, now() from said`,
  'analyze event',
  'analyze delivery',
  'analyze port',
  'analyze port_check',
  'analyze route_change',
  'analyze number_lock',
  'analyze number_secret',
  'analyze message',
  'analyze outbound',
]

let own: TestDatabase
before(async () => {
  own = await testDatabase()
  for (const statement of FILL) await own.db.sql(statement)
})
after(() => own.close())

const range = (first: string, last = first): NumberRange => ({ first: first as E164, last: last as E164 })
const IN_THE_MIDDLE = range('+18681080005')
const BATCH = Array.from({ length: 64 }, (_, index) => range(`+1868${1_080_005 + index * 4}`))

const PAGE = { number: IN_THE_MIDDLE.first, before: undefined, limit: 30 }
const DUE = { now: Temporal.Instant.from('2099-01-01T00:00:00Z'), leaseSeconds: 5, limit: 16 }
const list = (reader: Reader, asked: ListQuery) => listPorts(reader, 'in', { page: 1, limit: 30 }, asked)

// biome-ignore format: a table
const PLANS: readonly [what: string, indexes: readonly RegExp[], look: (reader: Reader & Tx) => Promise<unknown>][] = [
  ['the last move of a number',   [/route_change_range/, /route_change_wide/], (reader) => findLastMove(reader, IN_THE_MIDDLE, SINCE)],
  ['the last moves of a batch',   [/route_change_range/, /route_change_wide/], (reader) => findLastMoves(reader, BATCH, SINCE)],
  ['a change after a generation', [/route_change_range/, /route_change_wide/], (reader) => isChangedAfter(reader, IN_THE_MIDDLE.first, 0)],
  ['the live ports of a batch',   [/port_live_range/, /port_live_wide/],       (reader) => findLiveOverlaps(reader, BATCH)],
  ['the port that moved a range', [/port_number|port_by_range/, /port_wide_range/], (reader) => findLastPorted(reader, IN_THE_MIDDLE)],
  ['a list of a number',          [/port_number|port_by_range/, /port_wide_range/], (reader) => list(reader, { kind: 'number', number: IN_THE_MIDDLE.first })],
  ['a list of a sequence',        [/port_sequence/, /port_wide_range/],        (reader) => list(reader, { kind: 'sequence', digits: '20001', number: IN_THE_MIDDLE.first })],
  ['a list of an identifier',     [/port_sequence/],                           (reader) => list(reader, { kind: 'end', text: 'BMOB-20001' })],
  ['a termination',               [/route_change_range/, /route_change_wide/], (reader) => findTermination(reader, IN_THE_MIDDLE.first)],
  ['the locks of a number',       [/number_lock_number/, /number_lock_wide/],  (reader) => findLocks(reader, IN_THE_MIDDLE, SINCE)],
  ['the past locks of a number',  [/number_lock_number/, /number_lock_wide/],  (reader) => listLocks(reader, { ...PAGE, state: 'ended', now: SINCE })],
  ['the proof of a number',       [/number_secret_number/, /number_secret_wide/], (reader) => findSecrets(reader, IN_THE_MIDDLE)],
  ['the secrets of a kind',       [/number_secret_number/, /number_secret_wide/], (reader) => findSecretsSet(reader, IN_THE_MIDDLE, 'pin')],
  ['a list of secrets',           [/number_secret_number/, /number_secret_wide/], (reader) => listSecrets(reader, PAGE)],
  ['wrong proofs of a number',    [/port_number|port_by_range/, /port_wide_range/], (reader) => countFailedProofs(reader, IN_THE_MIDDLE, SINCE)],
  ['refusals of a number',        [/port_number|port_by_range/, /port_wide_range/], (reader) => countRefused(reader, IN_THE_MIDDLE, SINCE)],
  ['messages that are due',       [/outbound_next/, /outbound_waiting/],       (reader) => claimDueMessages(reader, DUE)],
  ['deliveries of one webhook',   [/delivery_due/, /event_subject/],           (reader) => claimDue(reader, { subscription: 'bss', now: DUE.now, lockedUntil: DUE.now, limit: 16 })],
]
for (const [what, indexes, look] of PLANS) {
  for (const mode of ['force_custom_plan', 'force_generic_plan']) {
    test(`${what} is looked for by index, among ${ROWS} and more (${mode})`, async () => {
      const plans = await own.db.tx(async (tx) => {
        await tx.sql(`set local plan_cache_mode = ${mode}`)
        return plansOf(tx, look)
      })
      for (const index of indexes) match(plans, index)
      doesNotMatch(plans, /Seq Scan on (port|route_change|number_lock|number_secret|outbound|delivery|event)\b/)
      doesNotMatch(plans, /route_change_pk/, 'the order is no way to find them')
    })
  }
}

/** How the statements that `look` runs are planned; each is prepared as the pool prepares it, and answers nothing. */
async function plansOf(tx: Tx, look: (reader: Reader & Tx) => Promise<unknown>): Promise<string> {
  const lines: string[] = []
  await look({
    kind: 'tx',
    async sql(text, values = []) {
      await tx.sql(`prepare looked_at as ${text}`)
      const given = values.map(literalOf).join(', ')
      for (const line of await tx.sql<{ 'QUERY PLAN': string }>(
        `explain execute looked_at${given ? `(${given})` : ''}`,
      )) {
        lines.push(line['QUERY PLAN'])
      }
      await tx.sql('deallocate looked_at')
      return []
    },
  })
  return lines.join('\n')
}

function literalOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return `array[${value.map(literalOf).join(', ')}]`
  return `'${String(value).replaceAll("'", "''")}'`
}

const ENDS = [
  '+1',
  '+18',
  '+1000000',
  '+1000001',
  '+1000009',
  '+1099999',
  '+1100000',
  '+1100001',
  '+9999999',
  '+10000000',
]
const RANGES = ENDS.flatMap((first) => ENDS.map((last) => range(first, last))).filter(
  ({ first, last }) => first.length === last.length && first <= last && Number(last) - Number(first) < LONGEST_RANGE,
)

test('the SQL of meeting ranges says what `overlaps` says, of ranges up to the longest, at every border', async () => {
  const rows = await own.db.sql<{ a: number; b: number }>(
    `select a.nth::int as a, b.nth::int as b
     from unnest($1::text[], $2::text[]) with ordinality as a (first_number, last_number, nth)
     join unnest($1::text[], $2::text[]) with ordinality as b (first_number, last_number, nth)
       on ${meets('a', 'b.first_number', 'b.last_number')} order by a.nth, b.nth`,
    [RANGES.map(({ first }) => first), RANGES.map(({ last }) => last)],
  )
  const expected = RANGES.flatMap((a, i) => RANGES.flatMap((b, j) => (overlaps(a, b) ? [{ a: i + 1, b: j + 1 }] : [])))
  deepEqual(rows, expected)
})

test('the last moves come in the order of the ranges, each with the operator before, whatever their width', async () => {
  const moves = await findLastMoves(
    own.db,
    [range('+18681000401', '+18681000404'), range('+18681000403'), range('+18681000402'), IN_THE_MIDDLE],
    SINCE,
  )
  deepEqual(
    moves.map((move) => move && { number: move.number, to: move.to }),
    [{ number: '+18681000404', to: 'BMOB' }, undefined, { number: '+18681000400', to: 'BMOB' }, undefined],
  )
})

test('live ports that meet any of the ranges are found once each; those that have ended are not', async () => {
  const asked = [
    range('+18681000399', '+18681000404'),
    range('+18681000402'),
    range('+18681000200'),
    range('+18681000204'),
  ]
  const found = await own.db.tx((tx) => findLiveOverlaps(tx, asked))
  deepEqual(found.map((port) => port.range.first).toSorted(), ['+18681000200', '+18681000400'])
})

test('the port that last moved a range is one that holds all of it, and has moved it', async () => {
  const found = async (...ends: [string, string?]) => (await findLastPorted(own.db, range(...ends)))?.range
  const wide = range('+18681000800', '+18681000802') // the 200th, which is wide and lives
  deepEqual(await found('+18681000800'), undefined, 'still under way')
  await own.db.sql('update port set state = 30, ended_at = now() where first_number = $1', [wide.first])
  deepEqual(await found('+18681000801', '+18681000802'), wide)
  deepEqual(await found('+18681000801', '+18681000804'), undefined, 'not all of it')
  deepEqual(await found('+18681000804'), range('+18681000804'))
})

// biome-ignore format: a table
const LISTS: readonly [asked: ListQuery, found: readonly string[]][] = [
  [{ kind: 'number', number: '+18681000401' as E164 },                              ['100']],
  [{ kind: 'sequence', digits: '20001', number: undefined },                        ['20001']],
  [{ kind: 'sequence', digits: '20001', number: '+18681000404' as E164 },           ['20001', '101']],
  [{ kind: 'end', text: 'BMOB-20001' },                                             ['20001']],
  [{ kind: 'end', text: 'TT202601-BMOB-20001' },                                    ['20001']],
  [{ kind: 'end', text: 'DIGI-20001' },                                             []],
  [{ kind: 'beginning', text: 'TT202601-BMOB-3999' },                               ['39999', '39998', '39997', '39996', '39995', '39994', '39993', '39992', '39991', '39990', '3999']],
  [{ kind: 'beginning', text: '%' },                                                []],
  [{ kind: 'operator', code: 'NONE' },                                              []],
]
for (const [asked, found] of LISTS) {
  test(`a list of ${Object.values(asked).join(' ')} has ${found.length}, the newest first`, async () => {
    const ports = await list(own.db, asked)
    deepEqual(
      ports.map(({ msgidentifier }) => msgidentifier.replace('TT202601-BMOB-', '')),
      found,
    )
  })
}

test('a list of the beginning of an identifier goes by its index where that is selective', async () => {
  const plans = await own.db.tx((tx) =>
    plansOf(tx, (reader) => list(reader, { kind: 'beginning', text: 'TT202601-BMOB-39999' })),
  )
  match(plans, /port_word/)
  doesNotMatch(plans, /Seq Scan/)
})

test('an import writes no change of more numbers than a range may have', async (t) => {
  const { db, close } = await testDatabase()
  t.after(close)
  const route = { operator: 'DIGI', routingNumber: '+18689999', numberType: 'mobile' as const }
  const origin = { source: 'import' as const, cause: 'a file', by: 'someone', at: SINCE }
  const changes = Array.from({ length: LONGEST_RANGE + 1 }, (_, index) => {
    const digits = 18_685_000_000 + index
    return { number: `+${digits}` as E164, digits, after: route, isNew: true }
  })
  await db.tx((tx) => writeNumbers(tx, changes, origin))
  deepEqual(await changesIn(db), [
    ['+18685000000', '+18685099999'],
    ['+18685100000', '+18685100000'],
  ])
})

test('a change of more numbers, of an older version, is cut when the database is brought up to date', async (t) => {
  const { db, close } = await testDatabase()
  t.after(close)
  const migration = await readFile(`${import.meta.dirname}/../db/migrations/0010_meeting_ranges.sql`, 'utf8')
  await db.sql('drop index route_change_wide, port_live_wide')
  await db.sql(
    `insert into route_change select 7, n, '+1868' || n * 1000000, '+1868' || n * 1000000 + case n when 5 then 250000 else 99999 end, 'DIGI',
       '+18689999', 'mobile', 'import', 'a file', 'someone', now() from generate_series(5, 6) n`,
  )
  await db.tx(async (tx) => {
    for (const statement of migration.split(';\n')) await tx.sql(statement)
  })
  deepEqual(await changesIn(db), [
    ['+18685000000', '+18685099999'],
    ['+18685100000', '+18685199999'],
    ['+18685200000', '+18685250000'],
    ['+18686000000', '+18686099999'],
  ])
})

async function changesIn(db: Reader): Promise<[string, string][]> {
  const rows = await db.sql<{ first_number: string; last_number: string }>(
    'select first_number, last_number from route_change order by first_number',
  )
  return rows.map(({ first_number, last_number }) => [first_number, last_number])
}
