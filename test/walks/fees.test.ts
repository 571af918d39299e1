import { deepEqual, equal, match } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestNative, testNative } from '../support/native.ts'

let native: TestNative
let ported: string
let wide: string
let quiet: string
before(async () => {
  native = await testNative()
  const port = async (first: string, last = first) => {
    const { msgidentifier } = await native.create(first, last)
    await native.move(
      msgidentifier,
      ['pxs:acknowledged'],
      ['pxs:authorised'],
      ['operator:instruct'],
      ['pxs:instructed'],
      ['pxs:ported'],
    )
    return msgidentifier
  }
  ported = await port('5550110')
  wide = await port('5550120', '5550129')
  quiet = await port('5550130')
})
after(() => native.close())

type Line = {
  line: number
  verdict: string
  is_repeated: boolean
  port: string | null
  reason: string | null
  problem: { detail: string; field?: string } | null
}

const send = (invoice: string, csv: string, query = 'currency=EUR') =>
  native.ask('POST', `/fees/invoices/${encodeURIComponent(invoice)}/lines?${query}`, {
    body: csv,
    tier: 'pxs',
    headers: { 'content-type': 'text/csv' },
  })
const linesOf = (answer: { json: Record<string, unknown> }) => answer.json.lines as Line[]
const items = async (path: string) => (await native.ask('GET', path)).json.items as Record<string, unknown>[]

test('each line of an invoice is matched to a port, by its identifier or its number and day, or says why not', async () => {
  const csv = [
    'line,reference,msisdn,type,service_date,net',
    `1,${ported},,port-in,2025-01-15,2.50`,
    `2,${wide},5550125,per number,2025-01-15,0.004`,
    `3,${wide},5550126,per number,2025-01-15,0.004`,
    '4,,+1 555 0129,range,2025-01-20,1',
    '5,,5550129,range,2025-03-01,1',
    '6,XX202501-CARR-99999,,port-in,2025-01-15,2.50',
    `7,${ported},5550199,port-in,2025-01-15,2.50`,
    `8,${ported},,port-in,2025-01-16,2.50`,
    `9,${ported},,port-in,2025-01-16,-2.50`,
    `10,${ported},,port-in,2025-01-15,"2,50"`,
    '11,,,port-in,2025-01-15,1',
    `12,${ported},,,2025-01-15,1`,
    `13,${ported},,port-in,15.01.2025,1`,
    '14,,12,port-in,2025-01-15,1',
  ].join('\r\n')
  const answer = await send('2025-01/17', csv)
  equal(answer.status, 200, answer.text)
  deepEqual(
    linesOf(answer).map(({ line, verdict, port, reason, problem }) => [
      line,
      verdict,
      port,
      reason ?? problem?.detail ?? null,
    ]),
    [
      [1, 'matched', ported, null],
      [2, 'matched', wide, null],
      [3, 'matched', wide, null],
      [4, 'matched', wide, null],
      [5, 'unmatched', null, 'no port had +15550129 within 7 days of 2025-03-01'],
      [6, 'unmatched', null, 'no port XX202501-CARR-99999'],
      [7, 'unmatched', null, `+15550199 is not of the port ${ported}`],
      [8, 'charged_twice', ported, 'charged on line 1 of the invoice 2025-01/17 too'],
      [9, 'matched', ported, null],
      [10, 'refused', null, 'amount must be a decimal with a point and no separators, such as 12.50 or -3'],
      [11, 'refused', null, 'a line needs a msgidentifier or a number'],
      [12, 'refused', null, 'kind is missing: what is charged'],
      [13, 'refused', null, 'date must be a day, as 2025-01-15'],
      [14, 'refused', null, 'number must be a number of Example (plan of the porting manager document)'],
    ],
  )
  const [invoice] = await items('/fees/invoices')
  deepEqual(
    [
      invoice?.invoice,
      invoice?.currency,
      invoice?.lines,
      invoice?.matched,
      invoice?.unmatched,
      invoice?.charged_twice,
      invoice?.total,
    ],
    ['2025-01/17', 'EUR', 9, 5, 3, 1, '9.508'],
  )
})

test('the same lines again change nothing; another content, or another currency, is refused', async () => {
  const again = await send(
    '2025-01/17',
    `line,reference,type,service_date,net\n1,${ported},port-in,2025-01-15,2.50\n8,${ported},port-in,2025-01-16,2.50`,
  )
  deepEqual(
    linesOf(again).map(({ verdict, is_repeated }) => [verdict, is_repeated]),
    [
      ['matched', true],
      ['charged_twice', true],
    ],
  )
  const other = await send('2025-01/17', `line,reference,type,net\n1,${ported},port-in,3.50\n`)
  deepEqual(
    linesOf(other).map(({ verdict, problem }) => [verdict, problem?.detail]),
    [['refused', 'line 1 of the invoice 2025-01/17 is known with another content']],
  )
  const dollars = await send('2025-01/17', `reference,type,net\n${ported},port-in,3.50\n`, 'currency=USD')
  deepEqual([dollars.status, dollars.json.detail], [409, 'the invoice 2025-01/17 is in EUR; USD is not its currency'])
  equal((await items('/fees/lines?invoice=2025-01/17&limit=200')).length, 9)
  const elsewhere = await send('2025-02/3', `reference,type,net\n${ported},Port-In,2.50\n`)
  match(linesOf(elsewhere)[0]?.reason ?? '', /^charged on line \d+ of the invoice 2025-01\/17 too$/)
})

test('a line that had no port is matched when it is sent again and there is one', async () => {
  const csv = 'number,kind,amount\n5550140,port-in,1\n'
  deepEqual(
    linesOf(await send('2025-03', csv)).map(({ verdict, reason }) => [verdict, reason]),
    [['unmatched', 'no port had +15550140 at any time']],
  )
  const { msgidentifier } = await native.create('5550140')
  deepEqual(
    linesOf(await send('2025-03', csv)).map(({ verdict, port }) => [verdict, port]),
    [['matched', msgidentifier]],
  )
})

test('what does not match is listed both ways, in pages', async () => {
  const first = (await native.ask('GET', '/fees/lines?verdict=unmatched&limit=2')).json as {
    items: { line: number }[]
    next: string
  }
  const rest = await items(`/fees/lines?verdict=unmatched&limit=2&cursor=${first.next}`)
  deepEqual(
    [...first.items, ...rest].map(({ line }) => line),
    [5, 6, 7],
  )
  const unbilled = await items('/fees/unbilled?from=2025-01-15&to=2025-01-15')
  deepEqual(
    unbilled.map(({ msgidentifier, direction }) => [msgidentifier, direction]),
    [[quiet, 'in']],
  )
  deepEqual(await items('/fees/unbilled?from=2025-01-16&to=2025-01-17'), [])
  const { json } = await native.ask('GET', '/audit?action=fees.imported')
  deepEqual((json.items as { subject: string }[]).map(({ subject }) => subject).at(-1), 'invoice 2025-01/17')
})

test('what is no invoice is refused with what would be right', async () => {
  const nameless = await send('1', 'a,b\n1,2\n')
  equal(nameless.status, 400)
  match(String(nameless.json.detail), /must name the columns kind, amount and one of msgidentifier and number/)
  equal((await send('1', 'number,kind,amount\n')).status, 400)
  match(String((await send('1', 'number,kind,amount\n"5550110,x,1\n')).json.detail), /line 2: a quote is never closed/)
  equal((await send('1', 'number,kind,amount\n5550110,x,1\n', '')).status, 400)
  equal((await native.ask('GET', '/fees/unbilled?from=2025-01-15')).status, 400)
})
