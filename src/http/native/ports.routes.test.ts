import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestNative, testNative } from '../../../test/support/native.ts'

type PortRow = {
  msgidentifier: string
  state: string
  actions: string[]
  deadline: { kind: string; is_overdue: boolean } | null
}

let native: TestNative
const ids: string[] = []
before(async () => {
  native = await testNative()
  for (let index = 0; index < 7; index++) {
    ids.push((await native.create(`555010${index}`)).msgidentifier)
    native.advance({ minutes: 1 })
  }
  ids.push((await native.create('5553000', '5553049')).msgidentifier)
  const [first = '', second = '', third = ''] = ids
  await native.move(first, ['pxs:acknowledged'], ['pxs:authorised'])
  await native.move(second, ['pxs:acknowledged'])
  await native.move(third, ['pxs:acknowledged'], ['pxs:rejected', { code: 31, text: 'suspended' }])
})
after(() => native.close())

const search = async (query: string) => {
  const { status, json, text } = await native.ask('GET', `/ports?${query}`)
  equal(status, 200, text)
  return json as { items: PortRow[]; next: string | null } // the surface's own schema has shaped it
}
const found = async (query: string) =>
  (await search(query)).items.map(({ msgidentifier }) => ids.indexOf(msgidentifier))

// biome-ignore format: a table
const SEARCHES: [what: string, query: string, places: number[]][] = [
  ['everything, newest first',            '',                                              [7, 6, 5, 4, 3, 2, 1, 0]],
  ['oldest first',                        'sort=created_at&limit=2',                       [0, 1]],
  ['last changed first',                  'sort=-updated_at&limit=3&state=1,2,99',         [2, 1, 0]],
  ['a state by name',                     'state=Waiting_for_Instruction',                 [0]],
  ['states by number and name',           'state=2,rejected&sort=created_at',              [0, 2]],
  ['a direction without any',             'direction=out',                                 []],
  ['an operator by name',                 'operator=Third%20Telecom',                      [7]],
  ['a number in a range',                 'number=555-3020',                               [7]],
  ['a number beside a range',             'number=5553050',                                []],
  ['a number as text',                    'q=%2B15550103',                                 [3]],
  ['an operator as text',                 'q=third',                                       [7]],
  ['a msgidentifier as text',             'q=xx202501-carr-00004',                         [3]],
  ['the last five digits of one',         'q=00005',                                       [4]],
  ['an e-mail address',                   'q=OPS@example.com&limit=1',                     [7]],
  ['what is live',                        'live=false',                                    [2]],
  ['created in a time',                   'created_from=2025-01-15T10:32:00Z&created_to=2025-01-15T10:34:00Z', [3, 2]],
  ['created on a day, which is included', 'created_from=2025-01-15&created_to=2025-01-15&limit=1', [7]],
  ['created on another day',              'created_from=2025-01-16',                       []],
  ['all of it together',                  'direction=in&operator=DONOR&state=1&number=5550101&live=true&q=XX2025', [1]],
  ['an odd text',                         'q=%25%27%3B--',                                 []],
]
for (const [what, query, places] of SEARCHES)
  test(`search finds ${what}`, async () => deepEqual(await found(query), places))

test('pages follow one another by cursor and never repeat a port, also while ports are added', async () => {
  const seen: string[] = []
  let cursor: string | null = ''
  for (let page = 0; cursor !== null; page++) {
    const answer: { items: PortRow[]; next: string | null } = await search(`limit=3&operator=DONOR&cursor=${cursor}`)
    seen.push(...answer.items.map(({ msgidentifier }) => msgidentifier))
    cursor = answer.next
    if (page === 0) ids.push((await native.create('5552000')).msgidentifier)
  }
  deepEqual(seen, ids.slice(0, 7).reverse())
})

// biome-ignore format: a table
const REFUSED: [what: string, path: string, field: string, detail: RegExp][] = [
  ['a cursor of another list',   'ports?cursor=WzFd',             'cursor',       /take `next`/],
  ['a state that is none',       'ports?state=Sleeping',          'state',        /must be one of NoPort/],
  ['an operator that is none',   'ports?operator=Nobody',         'operator',     /CARR, DONOR, THIRD/],
  ['a number that is none',      'ports?number=123',              'number',       /no number of/],
  ['a day that is none',         'ports?created_from=2025-02-30', 'created_from', /must be a day/],
  ['an order that is none',      'ports?sort=colour',             'sort',         /what the order goes by/],
  ['a limit too high',           'ports?limit=201',               'limit',        /1 to 200/],
  ['a period backwards',         'stats?from=2025-02-01&to=2025-01-01', 'from',   /is after/],
  ['a period too long',          'stats?from=2020-01-01&to=2025-01-01', 'from',   /at most 366/],
]
for (const [what, path, field, detail] of REFUSED) {
  test(`refused: ${what}`, async () => {
    const { status, json } = await native.ask('GET', `/${path}`)
    deepEqual([status, json.field], [400, field])
    match(String(json.detail), detail)
  })
}

test('a port is shown with its edges, deadlines, messages, deliveries and chain', async () => {
  const { status, json, text } = await native.ask('GET', `/ports/${ids[0]}`)
  equal(status, 200, text)
  const { events, timers, messages, chain, deadline, actions } = json as Record<string, Record<string, unknown>[]>
  deepEqual(
    events?.map(({ msgtype, from_state, to_state }) => [msgtype, from_state, to_state]),
    [
      ['PortingRequest', null, 'NoPort'],
      ['ack', 'NoPort', 'Waiting_for_Authorisation_Response'],
      ['authorisation_response', 'Waiting_for_Authorisation_Response', 'Waiting_for_Instruction'],
    ],
  )
  deepEqual(
    timers?.map(({ kind, outcome }) => [kind, outcome]),
    [
      ['acknowledgement', 'answered'],
      ['authorisation', 'answered'],
      ['instruction', null],
    ],
  )
  deepEqual(
    messages?.map(({ direction, msgtype, state }) => [direction, msgtype, state]),
    [['sent', 'PortingRequest', 'queued']],
  )
  deepEqual(
    chain?.map(({ msgidentifier }) => msgidentifier),
    [ids[0]],
  )
  deepEqual(actions, ['instruct', 'abort'])
  equal((deadline as unknown as PortRow['deadline'])?.kind, 'instruction')
  const unknown = await native.ask('GET', '/ports/XX202501-CARR-99999')
  deepEqual([unknown.status, unknown.json.type], [404, 'about:portolan:port_not_found'])
})

test('a port that was sent again leads to the one that replaced it', async () => {
  const old = (await native.create('5552100')).msgidentifier
  await native.move(old, ['pxs:acknowledged'], ['pxs:rejected', { code: 35 }])
  const { json } = await native.ask('GET', `/ports/${old}`)
  const chain = json.chain as { msgidentifier: string; state: string }[]
  deepEqual(
    chain.map(({ state }) => state),
    ['Rejected', 'NoPort'],
  )
  equal(json.superseded_by, chain[1]?.msgidentifier)
  deepEqual(json.actions, [])
})

test('queues hold what a person would do next, with its deadline; what is late is overdue', async () => {
  const queues = async () => {
    const { json } = await native.ask('GET', '/queues')
    const list = json.queues as { name: string; count: number; ports: PortRow[] }[]
    return Object.fromEntries(
      list.map(({ name, count, ports }) => [name, { count, ids: ports.map((port) => port.msgidentifier) }]),
    )
  }
  const now = await queues()
  deepEqual(now.to_instruct, { count: 1, ids: [ids[0]] })
  deepEqual(now.rejected, { count: 1, ids: [ids[2]] })
  deepEqual([now.overdue?.count, now.to_decide?.count, now.failed_steps?.count], [0, 0, 0])
  native.advance({ hours: 30 })
  const late = await queues()
  deepEqual(late.overdue?.ids.slice(-2), [ids[1], ids[0]], 'the one that is longest overdue first')
  equal(late.overdue?.count, 9, 'every port that lives waits for something')
  await native.database.db.sql(
    `insert into port_step (port_id, step, position, state, attempts, started_at)
     select id, 'bss', 1, 'failed', 3, updated_at from port where msgidentifier = $1`,
    [ids[2]],
  )
  await native.database.db.sql('update port set state = 20 where msgidentifier = $1', [ids[2]])
  deepEqual((await queues()).failed_steps?.ids, [ids[2]])
  await native.database.db.sql('update port set state = 99 where msgidentifier = $1', [ids[2]])
  const [port] = (await search(`q=${ids[0]}`)).items
  equal(port?.deadline?.is_overdue, true)
})

test('statistics count by day, time and rejection', async () => {
  const id = ids[3] ?? ''
  await native.move(
    id,
    ['pxs:acknowledged'],
    ['pxs:authorised'],
    ['operator:instruct'],
    ['pxs:instructed'],
    ['pxs:ported'],
  )
  const { status, json, text } = await native.ask('GET', '/stats?from=2025-01-01&to=2025-01-31', { tier: 'read_only' })
  equal(status, 200, text)
  const days = json.days as { day: string; requested: number; ported: number; rejected: number }[]
  deepEqual(
    days.map(({ day }) => day),
    ['2025-01-15', '2025-01-16'],
  )
  equal(days[1]?.ported, 1)
  ok((days[0]?.requested ?? 0) >= 10)
  const [time] = json.time_to_port as { donor: string; ports: number; median_seconds: number }[]
  deepEqual([time?.donor, time?.ports], ['DONOR', 1])
  ok((time?.median_seconds ?? 0) > 29 * 3600)
  deepEqual(json.rejections, [
    { code: 31, text: 'Account Suspended', donor: 'DONOR', count: 1 },
    { code: 35, text: 'Incorrect Account Type', donor: 'DONOR', count: 1 },
  ])
})
