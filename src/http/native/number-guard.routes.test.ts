import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test, { after, before } from 'node:test'
import { type TestNative, testNative } from '../../../test/support/native.ts'

let native: TestNative
before(async () => {
  native = await testNative()
})
after(() => native.close())

type Line = {
  line: number
  verdict: string
  id: string | null
  first_number: string | null
  last_number: string | null
  problem: { type: string; detail: string; field: string } | null
}
type Verdicts = { accepted: number; refused: number; lines: Line[] }

async function post(path: string, body: object, headers = {}): Promise<Verdicts> {
  const { status, json, text } = await native.ask('POST', path, { body, tier: 'pxs', headers })
  equal(status, 200, text)
  return json as unknown as Verdicts // the surface's own schema has shaped it
}
async function list(path: string): Promise<{ items: Record<string, string | null>[]; next: string | null }> {
  const { status, json, text } = await native.ask('GET', path, { tier: 'pxs' })
  equal(status, 200, text)
  return json as unknown as Awaited<ReturnType<typeof list>>
}
const lock = (...numbers: object[]) => post('/number-locks', { numbers, reason: 'court order 7' })

test('each line has its verdict: what is ours is locked, and what cannot be says why', async () => {
  const { accepted, refused, lines } = await lock(
    { first_number: '5550200', last_number: '555-0209' },
    { first_number: '+1 555 0210' },
    { first_number: '5551000' },
    { first_number: 'nobody' },
    { first_number: '5550219', last_number: '5550211' },
  )
  deepEqual([accepted, refused], [2, 3])
  deepEqual(
    lines.map(({ line, verdict, first_number, last_number }) => [line, verdict, first_number, last_number]),
    [
      [1, 'locked', '+15550200', '+15550209'],
      [2, 'locked', '+15550210', '+15550210'],
      [3, 'refused', null, null],
      [4, 'refused', null, null],
      [5, 'refused', null, null],
    ],
  )
  deepEqual(
    lines.map(({ problem }) => problem && [problem.type, problem.field]),
    [
      null,
      null,
      ['about:portolan:number_not_served', 'first_number'],
      ['about:portolan:number_invalid', 'first_number'],
      ['about:portolan:range_reversed', 'last_number'],
    ],
  )
  match(lines[2]?.problem?.detail ?? '', /are with DONOR, not with us/)
})

test('locks are listed by number, in pages, until they are lifted or over; every change is in the audit', async () => {
  const { lines } = await lock({ first_number: '5550220', last_number: '5550229' }, { first_number: '5550225' })
  const on = await list('/number-locks?number=5550225')
  deepEqual(on.items.map(({ id }) => id).sort(), lines.map(({ id }) => id).sort())
  equal((await list('/number-locks?number=5550221')).items.length, 1)
  const first = await list('/number-locks?limit=1')
  const rest = await list(`/number-locks?limit=200&cursor=${first.next}`)
  const all = await list('/number-locks?limit=200')
  deepEqual([...first.items, ...rest.items], all.items)

  const day = await post('/number-locks', {
    numbers: [{ first_number: '5550230' }],
    reason: 'on request',
    until: '2025-01-16',
  })
  const standing = await list('/number-locks?number=5550230')
  equal(standing.items[0]?.until, '2025-01-17T00:00:00.000Z', 'the day is included')
  native.advance({ hours: 40 })
  equal((await list('/number-locks?number=5550230')).items.length, 0)
  deepEqual(
    (await list('/number-locks?number=5550230&state=ended')).items.map(({ id, lifted_at }) => [id, lifted_at]),
    [[day.lines[0]?.id, null]],
  )
  const path = `/number-locks/${lines[1]?.id}`
  equal((await native.ask('DELETE', `${path}?reason=lifted%20by%20the%20court`, { tier: 'pxs' })).status, 204)
  equal((await native.ask('DELETE', path, { tier: 'pxs' })).status, 404)
  equal((await list('/number-locks?number=5550225')).items.length, 1)
  const [ended] = (await list('/number-locks?number=5550225&state=ended')).items
  deepEqual([ended?.id, ended?.lifted_by], [lines[1]?.id, 'pxs-user'])

  const { json } = await native.ask('GET', '/audit?subject=%2B15550225')
  deepEqual(
    (json.items as { action: string; actor: string; reason: string; surface: string }[]).map(
      ({ action, actor, reason, surface }) => [action, actor, reason, surface],
    ),
    [
      ['number.unlocked', 'pxs-user', 'lifted by the court', 'native'],
      ['number.locked', 'pxs-user', 'court order 7', 'native'],
    ],
  )
})

test('a PIN is set on numbers, replaced on the same, and shown nowhere again (I17)', async () => {
  const set = (...numbers: object[]) =>
    post('/number-secrets', { kind: 'pin', numbers }, { 'idempotency-key': randomUUID() })
  const made = await set(
    { first_number: '5550240', last_number: '5550249', secret: 'violet-4711' },
    { first_number: '5550245', secret: 'violet-4712' },
    { first_number: '5550250', secret: '123' },
  )
  deepEqual(
    made.lines.map(({ verdict, problem }) => [verdict, problem?.field, problem?.type]),
    [
      ['set', undefined, undefined],
      ['refused', 'first_number', 'about:portolan:resource_exists'],
      ['refused', 'secret', 'about:portolan:field_invalid'],
    ],
  )
  match(made.lines[1]?.problem?.detail ?? '', /a PIN is set on \+15550240.*give exactly these numbers/)
  ok(!JSON.stringify(made).includes('violet'))
  const [before] = (await list('/number-secrets?number=5550249')).items
  const again = await set({ first_number: '5550240', last_number: '5550249', secret: 'violet-4713' })
  const { items } = await list('/number-secrets?number=5550249')
  deepEqual(
    items.map(({ id, kind, first_number, last_number, set_by }) => [id, kind, first_number, last_number, set_by]),
    [[again.lines[0]?.id, 'pin', '+15550240', '+15550249', 'pxs-user']],
  )
  ok(before?.id !== items[0]?.id)
  equal((await native.ask('DELETE', `/number-secrets/${items[0]?.id}`)).status, 204)
  equal((await native.ask('DELETE', `/number-secrets/${items[0]?.id}`)).status, 404)
  deepEqual((await list('/number-secrets')).items, [])

  const { db } = native.database
  const kept = await db.sql<{ text: string }>(
    `select a::text as text from audit a union all select s::text from number_secret s union all select r::text from answered_request r`,
  )
  ok(kept.length > 3)
  ok(!kept.some(({ text }) => text.includes('violet')))
})

// biome-ignore format: a table
const REFUSED: readonly [what: string, path: string, body: object | undefined, status: number, field: string, detail: RegExp][] = [
  ['a lock without a reason',        'number-locks',              { numbers: [{ first_number: '5550260' }] },                                              400, 'reason',  /reason is missing: it must be 1 to 500/],
  ['a lock of nothing',              'number-locks',              { numbers: [], reason: 'x' },                                                            400, 'numbers', /1 to 1000 numbers or ranges/],
  ['a lock whose end is over',       'number-locks',              { numbers: [{ first_number: '5550260' }], reason: 'x', until: '2025-01-01' },            400, 'until',   /must be in the future/],
  ['a lock until some day',          'number-locks',              { numbers: [{ first_number: '5550260' }], reason: 'x', until: 'soon' },                  400, 'until',   /a day as 2025-01-15/],
  ['a secret of no kind',            'number-secrets',            { kind: 'song', numbers: [{ first_number: '5550260', secret: 'violet' }] },              400, 'kind',    /pin: a PIN/],
  ['a list for a number that is none', 'number-locks?number=12',  undefined,                                                                               400, 'number',  /is no number of/],
  ['a cursor of another list',       'number-secrets?cursor=WzFd', undefined,                                                                              400, 'cursor',  /take `next`/],
]
for (const [what, path, body, status, field, detail] of REFUSED) {
  test(`refused: ${what}`, async () => {
    const answer = await native.ask(body ? 'POST' : 'GET', `/${path}`, body ? { body } : {})
    deepEqual([answer.status, answer.json.field], [status, field], answer.text)
    match(String(answer.json.detail), detail)
    ok(!answer.text.includes('violet'))
  })
}
