import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestNative, testNative } from '../../../test/support/native.ts'

let native: TestNative
before(async () => {
  native = await testNative()
})
after(() => native.close())

const HEADER = 'first_number,last_number,number_type,account_type,email,contact_number'
const csv = (...rows: string[]) => [HEADER, ...rows].join('\r\n')
const send = (body: unknown, query = '', headers: Record<string, string> = {}) =>
  native.ask('POST', `/port-ins/bulk${query}`, {
    tier: 'pxs',
    body,
    headers: { ...(typeof body === 'string' && { 'content-type': 'text/csv' }), ...headers },
  })
type Line = {
  line: number
  verdict: string
  msgidentifier: string | null
  donor: string | null
  problem: { field: string; type: string } | null
}
const ports = async () =>
  (await native.database.db.sql<{ count: number }>('select count(*) as count from port'))[0]?.count

const GOOD = '5550100,5550109,mobile,Prepaid,ops@example.com,5550100'
const LINES = csv(
  GOOD,
  '5550105,,mobile,Prepaid,ops@example.com,', // overlaps the line before
  '5550210,,mobile,Prepaid,ops@example.com,', // ours already
  '12,,mobile,Prepaid,ops@example.com,',
  '5550300,,mobile,Barter,ops@example.com,',
  '5550301,,mobile,Prepaid,,',
  '"555-0400",,Mobile,postpaid,ops@example.com,',
)
const VERDICTS = [
  [2, 'accepted', undefined],
  [3, 'refused', 'range_overlaps_live_port'],
  [4, 'refused', 'number_already_served'],
  [5, 'refused', 'number_outside_plan'],
  [6, 'refused', 'field_invalid'],
  [7, 'refused', 'field_missing'],
  [8, 'accepted', undefined],
]
const verdictsOf = (json: Readonly<Record<string, unknown>>) =>
  (json.lines as Line[]).map(({ line, verdict, problem }) => [line, verdict, problem?.type.split(':').at(-1)])

test('a dry run gives a verdict for each line and saves nothing; for real the verdicts are the same', async () => {
  const before = await ports()
  const dry = await send(LINES, '?dry_run=true')
  deepEqual([dry.status, dry.json.is_dry_run, dry.json.accepted, dry.json.refused], [200, true, 2, 5])
  deepEqual(verdictsOf(dry.json), VERDICTS)
  equal(await ports(), before)
  const real = await send(LINES)
  deepEqual(verdictsOf(real.json), VERDICTS)
  const lines = real.json.lines as Line[]
  deepEqual(
    lines.map(({ problem }) => problem?.field),
    [undefined, 'first_number', 'first_number', 'first_number', 'account_type', 'email', undefined],
    'the names of this surface, not those of np_api',
  )
  match(lines[0]?.msgidentifier ?? '', /^XX202501-CARR-00001$/)
  match(lines[6]?.msgidentifier ?? '', /^XX202501-CARR-00002$/)
  equal(lines[0]?.donor, 'DONOR')
  const again = await send(LINES)
  equal(again.json.accepted, 0, 'what was accepted is not taken twice')
})

test('what is wrong with a line is said in the names of this surface, also where the rules know those of np_api', async () => {
  const item = { number_type: 'mobile', account_type: 'Prepaid', email: 'ops@example.com' }
  const items = [
    { ...item, first_number: '5550950', donor: 'NOBODY' },
    { ...item, first_number: '5550960', last_number: '5550951' },
    { ...item, first_number: '5550961', telephonenumberserieend: '55509' },
  ]
  const { json } = await send({ items })
  const details = (json.lines as { problem: { detail: string } | null }[]).map(({ problem }) => problem?.detail ?? '')
  match(details[0] ?? '', /^donor NOBODY is not an operator/)
  match(details[1] ?? '', /^last_number "5550951" comes before first_number "5550960"/)
  match(details[2] ?? '', /^last_number "55509"/)
  for (const detail of details) doesNotMatch(detail, /telephonenumber|networkoperator/)
})

test('a waiver is said plainly or not at all: another word is refused, and is no silent no', async () => {
  const item = { number_type: 'mobile', account_type: 'Prepaid', email: 'ops@example.com' }
  const words = ['yes ', 'TRUE', true, 'no', '', null, 'y']
  const items = words.map((word, index) => ({ ...item, first_number: `555090${index}`, override_cool_off: word }))
  const { json } = await send({ items })
  deepEqual(
    (json.lines as Line[]).map(({ verdict, problem }) => problem?.field ?? verdict),
    ['accepted', 'accepted', 'accepted', 'accepted', 'accepted', 'accepted', 'override_cool_off'],
  )
  const waived = await native.database.db.sql<{ waived: boolean }>(
    "select is_cool_off_overridden as waived from port where first_number like '+1555090%' order by first_number",
  )
  deepEqual(
    waived.map((row) => row.waived),
    [true, true, true, false, false, false],
  )
})

test('a list as JSON is the same, with the names of np_api too', async () => {
  const items = [
    { first_number: '5550500', number_type: 'mobile', account_type: 'Prepaid', email: 'ops@example.com' },
    {
      telephonenumberseriestart: 5550501,
      Type_of_Numbers: 'mobile',
      AccountType: 'Prepaid',
      email: 'ops@example.com',
      donornetworkoperator: 'Auto',
    },
    { number_type: 'mobile' },
  ]
  const { status, json, text } = await send({ items })
  equal(status, 200, text)
  deepEqual(verdictsOf(json), [
    [1, 'accepted', undefined],
    [2, 'accepted', undefined],
    [3, 'refused', 'field_missing'],
  ])
})

test('sent twice under one Idempotency-Key it is done once, and another body under the key is refused', async () => {
  const body = csv('5550600,,mobile,Prepaid,ops@example.com,')
  const headers = { 'idempotency-key': 'bulk-1' }
  const first = await send(body, '', headers)
  const second = await send(body, '', headers)
  equal(first.json.accepted, 1)
  deepEqual([second.status, second.json], [200, first.json])
  equal(first.headers.get('idempotent-replayed'), null)
  equal(second.headers.get('idempotent-replayed'), 'true')
  const other = await send(csv('5550601,,mobile,Prepaid,ops@example.com,'), '', headers)
  deepEqual([other.status, other.json.type], [422, 'about:portolan:idempotency_key_reused'])
  const [kept] = await native.database.db.sql<{ answer: Buffer }>('select answer from answered_request')
  equal(kept?.answer.includes('accepted'), false, 'the kept answer is sealed')
})

test('of many at once under one key, one is done', async () => {
  const before = (await ports()) ?? 0
  const body = csv('5550700,,mobile,Prepaid,ops@example.com,')
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(body, '', { 'idempotency-key': 'at-once' })))
  equal(await ports(), before + 1)
  for (const { status } of answers) equal([200, 409].includes(status), true)
})

test('a key whose request was never answered is refused, and nothing is done', async () => {
  await send(csv('5550710,,mobile,Prepaid,ops@example.com,'), '', { 'idempotency-key': 'died' })
  await native.database.db.sql("update answered_request set status = null, answer = null where key = 'died'")
  const answer = await send(csv('5550710,,mobile,Prepaid,ops@example.com,'), '', { 'idempotency-key': 'died' })
  deepEqual([answer.status, answer.json.type], [409, 'about:portolan:idempotency_unfinished'])
})

// biome-ignore format: a table
const REFUSED: [what: string, body: unknown, headers: Record<string, string>, detail: RegExp][] = [
  ['no line',                        csv(),                          {},                            /0 lines came/],
  ['more than one request may have', csv(...Array(5_001).fill(GOOD)), {},                           /more than 5000 rows/],
  ['more bytes than one request may have', 'x'.repeat(4 * 1024 * 1024 + 1), {},                       /at most 4096 kB/],
  ['a header without first_number',  'a,b\n1,2',                     {},                            /must name the columns/],
  ['a quote that is never closed',   csv('"5550100'),                {},                            /line 2: a quote is never closed/],
  ['JSON that is none',              '{"items":',                    { 'content-type': 'application/json' }, /not valid JSON/],
  ['a list that is none',            { items: 'x' },                 {},                            /items/],
  ['an odd Idempotency-Key',         csv(GOOD),                      { 'idempotency-key': 'a b' },  /printable ASCII/],
]
for (const [what, body, headers, detail] of REFUSED) {
  test(`refused: ${what}`, async () => {
    const { status, json, text } = await send(body, '', headers)
    equal(status, 400, text)
    match(String(json.detail), detail)
  })
}

test('five hundred lines are taken in one request', async () => {
  const rows = Array.from(
    { length: 500 },
    (_, index) => `557${String(index * 2).padStart(4, '0')},,mobile,Prepaid,ops@example.com,`,
  )
  const { status, json, text } = await send(csv(...rows))
  equal(status, 200, text.slice(0, 300))
  equal(json.accepted, 500)
})
