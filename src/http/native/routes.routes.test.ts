import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestNative, testNative } from '../../../test/support/native.ts'
import { revertExpired } from '../../routing/expiry.ts'
import { findGeneration } from '../../routing/route.store.ts'
import { createLog } from '../../shared/log.ts'
import type { PushAnswer, RouteInspection, RouteView } from './routes.schema.ts'

let native: TestNative
before(async () => {
  native = await testNative()
})
after(() => native.close())

type Entry = { first_number: string; last_number?: string; operator: string; routing_number?: string }
const post = (routes: readonly Entry[], more: object = {}, query = '', headers = {}, tier: 'admin' | 'pxs' = 'admin') =>
  native.ask('POST', `/routes${query}`, { body: { routes, ...more }, headers, tier })
const pushed = async (...given: Parameters<typeof post>): Promise<PushAnswer> => {
  const { status, json, text } = await post(...given)
  equal(status, 200, text)
  return json as unknown as PushAnswer // its own schema has shaped it
}
const inspected = async (msisdn: string, query = ''): Promise<RouteInspection> => {
  const { status, json, text } = await native.ask('GET', `/routes/${msisdn}${query}`, { tier: 'read_only' })
  equal(status, 200, text)
  return json as unknown as RouteInspection
}
const generation = () => findGeneration(native.database.db)
const written = async () => {
  const [row] = await native.database.db.sql<{ routes: number; changes: number; audit: number; expiries: number }>(
    `select (select count(*) from route) as routes, (select count(*) from route_change) as changes,
            (select count(*) from audit where action like 'route.%') as audit, (select count(*) from route_expiry) as expiries`,
  )
  return row
}

test('a dry run says what would change, in routes and in DNS records, and changes nothing', async () => {
  await pushed([{ first_number: '15550001', operator: 'CARR' }])
  const before = await written()
  const range = { first_number: '15550000', last_number: '15550002', operator: 'THIRD' }
  const dry = await pushed([range], {}, '?dry_run=true')
  deepEqual(await written(), before)
  deepEqual([dry.is_dry_run, dry.numbers, dry.generation], [true, 3, await generation()])
  deepEqual(dry.counts, { set: 2, changed: 1, unchanged: 0, removed: 0 })
  deepEqual(
    dry.changes.map(({ first_number, last_number, outcome, before, after }) => [
      first_number,
      last_number,
      outcome,
      before?.operator,
      after?.operator,
    ]),
    [
      ['+15550000', '+15550000', 'set', undefined, 'THIRD'],
      ['+15550001', '+15550001', 'changed', 'CARR', 'THIRD'],
      ['+15550002', '+15550002', 'set', undefined, 'THIRD'],
    ],
  )
  match(dry.changes[0]?.dns_before[0]?.regexp ?? '', /sip:\+15550000;npdi@ims\.mnc002/)
  match(dry.changes[1]?.dns_before[0]?.regexp ?? '', /;npdi;rn=\+15559901@/)
  const done = await pushed([range])
  deepEqual({ ...done, is_dry_run: true, generation: dry.generation }, dry, 'the push does what the dry run said')
  equal(done.generation, dry.generation + 1)
  deepEqual((await inspected('15550001')).records, dry.changes[1]?.dns_after)
})

test('why: the route, who wrote it, when, with which range, and what it was before', async () => {
  await pushed([{ first_number: '15550010', last_number: '15550019', operator: 'CARR' }], {}, '', {}, 'pxs')
  await pushed([{ first_number: '15550012', operator: 'THIRD', routing_number: 'd0-07;rn-context=+1' }])
  const range = await inspected('15550013')
  deepEqual([range.answered_by, range.route?.operator, range.route?.cause], ['range', 'CARR', 'push by pxs-user'])
  deepEqual([range.change?.by, range.change?.first_number], ['pxs-user', '+15550010'])
  match(
    range.why,
    /^15550013 is routed to CARR \(\+15559901\) by push by pxs-user, with 15550010 to 15550019, since 2025/,
  )
  const single = await inspected('15550012')
  deepEqual([single.answered_by, single.route?.routing_number], ['number', 'D007;rn-context=+1'])
  deepEqual(
    single.history.map(({ operator, by }) => [operator, by]),
    [
      ['THIRD', 'admin-user'],
      ['CARR', 'pxs-user'],
    ],
  )
  const page = await inspected('15550012', '?history_limit=1')
  equal(page.history_next, single.history[0]?.generation)
  const older = await inspected('15550012', `?history_limit=1&history_before=${page.history_next}`)
  deepEqual(
    [older.history, older.route],
    [single.history.slice(1), single.route],
    'the route itself is still the newest',
  )
})

test('why: a number without a route is answered from its block, and one of no block by nothing', async () => {
  const block = await inspected('15550400')
  deepEqual([block.answered_by, block.block, block.route], ['block', { prefix: '15550', holder: 'DONOR' }, null])
  match(block.why, /no route of its own: it is answered from the block 15550, which DONOR holds/)
  const nothing = await inspected('15559990')
  deepEqual([nothing.answered_by, nothing.records], ['nothing', []])
})

test('why: a number in a live port says which, and a route by a port is named after it', async () => {
  const { msgidentifier } = await native.create('5550420')
  equal((await inspected('15550420')).live_port, msgidentifier)
  await native.move(
    msgidentifier,
    ['pxs:acknowledged'],
    ['pxs:authorised'],
    ['operator:instruct'],
    ['pxs:instructed'],
    ['pxs:ported'],
  )
  const { route, change } = await inspected('15550420')
  deepEqual([route?.source, route?.cause, change?.msgidentifier], ['port', msgidentifier, msgidentifier])
})

test('a push with an end gives the number back what it had, and says so on both sides of it', async () => {
  await pushed([{ first_number: '15550030', operator: 'CARR' }])
  const expires_at = native.now().add({ hours: 1 }).toString()
  await pushed([{ first_number: '15550030', operator: 'THIRD' }], { expires_at })
  const held = await inspected('15550030')
  deepEqual(
    [held.route?.operator, held.expires_at, held.route?.expires_at],
    ['THIRD', native.now().add({ hours: 1 }).toString({ smallestUnit: 'millisecond' }), held.expires_at],
  )
  match(held.why, /, until 2025-01-15T11:30/)
  const { json } = await native.ask('GET', '/routes?expiring=true')
  deepEqual(
    (json.items as RouteView[]).map(({ number }) => number),
    ['+15550030'],
  )
  native.advance({ hours: 2 })
  await revertExpired({ db: native.database.db, now: native.now, log: createLog('silent') })
  const back = await inspected('15550030')
  deepEqual([back.route?.operator, back.expires_at, back.change?.by], ['CARR', null, 'expiry'])
})

test('a push that stays ends what was for a time, also where the route is the same', async () => {
  const expires_at = native.now().add({ hours: 1 }).toString()
  await pushed([{ first_number: '15550031', operator: 'CARR' }], { expires_at })
  const again = await pushed([{ first_number: '15550031', operator: 'CARR' }])
  deepEqual(again.counts, { set: 0, changed: 0, unchanged: 1, removed: 0 })
  equal((await inspected('15550031')).expires_at, null)
})

test('more than 100 numbers are pushed only with their own count', async () => {
  const routes = [{ first_number: '15550500', last_number: '15550600', operator: 'CARR' }]
  const before = await written()
  const bare = await post(routes)
  deepEqual(
    [bare.status, bare.json.type, bare.json.field],
    [409, 'about:portolan:count_unconfirmed', 'confirmed_count'],
  )
  match(String(bare.json.detail), /the push has 101 numbers, which was not confirmed/)
  equal((await post(routes, { confirmed_count: 100 })).status, 409)
  deepEqual(await written(), before)
  equal((await pushed(routes, {}, '?dry_run=true')).numbers, 101, 'a dry run tells the count')
  deepEqual((await pushed(routes, { confirmed_count: 101 })).counts.set, 101)
  equal(
    (await post(routes.slice(0, 1), { confirmed_count: 7 })).status,
    409,
    'a wrong count is wrong also without need',
  )
})

test('all or nothing: one bad entry is named, and no route is written', async () => {
  const before = await written()
  const good = { first_number: '15550040', operator: 'CARR' }
  const refused: [entry: object, status: number, field: string, detail: RegExp][] = [
    [
      { first_number: '5550041', operator: 'CARR' },
      400,
      'routes[1].first_number',
      /must be a full number with country code, such as 15550100/,
    ],
    [{ first_number: '15550041', operator: 'NOBODY' }, 400, 'routes[1].operator', /must be one of CARR, DONOR, THIRD/],
    [
      { first_number: '15550041', operator: 'CARR', routing_number: 'D7' },
      400,
      'routes[1].routing_number',
      /rn-context/,
    ],
    [{ first_number: '15550041', last_number: '15550039', operator: 'CARR' }, 400, 'routes[1]', /lower number first/],
    [
      { first_number: '15550041', operator: 'CARR', number_type: 'fixed' },
      400,
      'routes[1].number_type',
      /is a mobile number/,
    ],
    [{ first_number: '15550040', operator: 'THIRD' }, 400, 'routes[1]', /which an entry before it has too/],
    [{ first_number: '15550000', last_number: '15560000', operator: 'CARR' }, 400, 'routes[1]', /at most 10000/],
    [
      { first_number: '15550041', operator: 'CARR', rn: '+15559901' },
      400,
      'routes.1.rn',
      /^routes\.1\.rn is not a field of this request/,
    ],
  ]
  for (const [entry, status, field, detail] of refused) {
    const { json, ...answer } = await native.ask('POST', '/routes', { body: { routes: [good, entry] } })
    equal(answer.status, status, answer.text)
    match(String(json.detail), detail)
    ok(String(json.field).startsWith(field), answer.text)
  }
  const late = await post([good], { expires_at: '2020-01-01T00:00:00Z' })
  deepEqual([late.status, late.json.field], [400, 'expires_at'])
  deepEqual(await written(), before)
})

test('a route that a port holds is set aside by an admin with a reason only, and the audit has it', async () => {
  await native.database.db.sql(
    `insert into route (e164, operator, routing_number, number_type, source, cause, generation, valid_from)
     values ('+15550050', 'CARR', '+15559901', 'mobile', 'port', 'XX202501-CARR-00077', 0, now())`,
  )
  const away = [{ first_number: '15550050', operator: 'THIRD' }]
  const reason = { 'x-audit-reason': 'emergency' }
  equal((await post(away)).json.type, 'about:portolan:route_held_by_port')
  equal((await post(away, {}, '?dry_run=true')).status, 409, 'a dry run refuses what the push would')
  equal((await post(away, {}, '', reason, 'pxs')).status, 409)
  equal((await native.ask('DELETE', '/routes/15550050')).status, 409)
  const ours = await pushed([{ first_number: '15550050', operator: 'CARR' }])
  deepEqual(ours.counts, { set: 0, changed: 0, unchanged: 1, removed: 0 })
  equal((await post(away, {}, '', {}, 'pxs')).status, 409, 'a push to ourselves does not take the promise away')
  const other = [{ first_number: '15550050', operator: 'CARR', routing_number: '+15559902' }]
  equal((await post(other, {}, '', {}, 'pxs')).status, 409)
  await pushed(away, {}, '', reason)
  const [row] = await native.database.db.sql<{
    surface: string
    reason: string
    detail: { before: { cause: string } }
  }>("select surface, reason, detail from audit where subject = '+15550050' and reason is not null")
  deepEqual([row?.surface, row?.reason, row?.detail.before.cause], ['native', 'emergency', 'XX202501-CARR-00077'])
})

test('a removal gives the number back to its block, once; a dry run of it changes nothing', async () => {
  await pushed([{ first_number: '15550060', operator: 'CARR' }])
  const dry = await native.ask('DELETE', '/routes/15550060?dry_run=true')
  deepEqual([dry.json.is_dry_run, dry.json.counts], [true, { set: 0, changed: 0, unchanged: 0, removed: 1 }])
  equal((await inspected('15550060')).answered_by, 'number')
  equal((await native.ask('DELETE', '/routes/15550060', { tier: 'pxs' })).status, 200)
  const { answered_by, change } = await inspected('15550060')
  deepEqual([answered_by, change?.operator], ['block', null])
  const again = await native.ask('DELETE', '/routes/15550060')
  deepEqual([again.status, again.json.type], [404, 'about:portolan:route_not_found'])
})

test('a push under an Idempotency-Key is done once', async () => {
  const headers = { 'idempotency-key': 'push-once' }
  const first = await pushed([{ first_number: '15550070', operator: 'CARR' }], {}, '', headers)
  const again = await pushed([{ first_number: '15550070', operator: 'CARR' }], {}, '', headers)
  deepEqual(again, first)
  equal((await inspected('15550070')).history.length, 1)
})

test('routes are listed in pages in number order, narrowed by what they are', async () => {
  await pushed([{ first_number: '15553000', last_number: '15553004', operator: 'CARR' }])
  await pushed([{ first_number: '15553002', operator: 'DONOR' }])
  const numbers: string[] = []
  let cursor = ''
  for (let pages = 0; pages < 5; pages++) {
    const { json } = await native.ask('GET', `/routes?prefix=15553&limit=2${cursor && `&cursor=${cursor}`}`)
    numbers.push(...(json.items as RouteView[]).map(({ number }) => number))
    if (json.next === null) break
    cursor = String(json.next)
  }
  deepEqual(numbers, ['+15553000', '+15553001', '+15553002', '+15553003', '+15553004'])
  const listed = async (query: string) => {
    const { status, json, text } = await native.ask('GET', `/routes?${query}`)
    equal(status, 200, text)
    return (json.items as RouteView[]).map(({ number }) => number)
  }
  deepEqual(await listed('prefix=%2B15553&operator=donor'), ['+15553002'])
  deepEqual(await listed('prefix=15553&source=import'), [])
  deepEqual(await listed('prefix=15553&number_type=fixed'), [])
  equal((await listed('prefix=15553&cause=push by admin-user')).length, 5)
  for (const query of ['operator=NOBODY', 'prefix=x', 'source=rumour', `prefix=15554&cursor=${cursor}`])
    equal((await native.ask('GET', `/routes?${query}`)).status, 400, query)
})

test('a number that is none is refused by name', async () => {
  for (const msisdn of ['5550100', 'x', '442079460000']) {
    const { status, json } = await native.ask('GET', `/routes/${msisdn}`)
    deepEqual([status, json.field], [400, 'msisdn'])
  }
})

test('without DNS in the process a look-up answers from the database, and says so', async () => {
  await pushed([{ first_number: '15550080', operator: 'CARR' }])
  const { json } = await native.ask('POST', '/lookup', {
    body: { numbers: ['15550080', '15550081', 'x'] },
    tier: 'read_only',
  })
  deepEqual([json.source, json.generation], ['database', await generation()])
  deepEqual(
    (json.items as { verdict: string }[]).map(({ verdict }) => verdict),
    ['ported', 'not_ported', 'invalid'],
  )
})

test('a look-up of none, of too many, or of something else is refused with what would be right', async () => {
  for (const body of [
    { numbers: [] },
    { numbers: Array(10_001).fill('15550080') },
    {},
    { numbers: ['15550080'], more: 1 },
  ]) {
    const { status, json } = await native.ask('POST', '/lookup', { body })
    equal(status, 400)
    match(String(json.detail), /a list of 1 to 10000 numbers|more is not a field/)
  }
})
