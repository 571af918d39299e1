import { deepEqual, equal, match } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestNative, testNative } from '../../../test/support/native.ts'

let native: TestNative
before(async () => {
  native = await testNative()
})
after(() => native.close())

const INSTRUCTED: Parameters<TestNative['move']>[1][] = [
  ['pxs:acknowledged'],
  ['pxs:authorised'],
  ['operator:instruct'],
  ['pxs:instructed'],
]

async function instructed(first: string): Promise<string> {
  const { msgidentifier } = await native.create(first)
  await native.move(msgidentifier, ...INSTRUCTED)
  return msgidentifier
}

const change = (id: string, body: object) => native.ask('POST', `/ports/${id}/change`, { tier: 'pxs', body })

test('a change is asked of the clearinghouse with its date and words, and the port waits in 11 for the answer (O-08)', async () => {
  const id = await instructed('5550100')
  const wish = { requested_at: '2025-01-17T08:00:00Z', note: 'the customer is away' }
  const { status, json, text } = await change(id, wish)
  equal(status, 200, text)
  deepEqual([json.state, json.state_code], ['Waiting_for_Change_Response', 11])
  const next = json.next_expected as { event: string; who: string }
  deepEqual([next.event, next.who], ['change_response', 'clearinghouse'])
  const [sent] = await native.database.db.sql<{ body: Buffer }>(
    "select body from message where msgidentifier = $1 and msgtype = 'ChangeRequest'",
    [id],
  )
  match(sent?.body.toString() ?? '', /<requesteddatetime>20250117080000<.*<note>the customer is away</s)
  const events = json.events as { msgtype: string; log: string; said_by: string }[]
  const { msgtype, log, said_by } = events.at(-1) ?? {}
  deepEqual(
    [msgtype, log, said_by],
    ['ChangeRequest', 'Change requested, to 2025-01-17T08:00:00Z: the customer is away', 'pxs-user'],
  )
  const again = await change(id, wish)
  equal(again.status, 409)
  match(
    String(again.json.detail),
    /is in Waiting_for_Change_Response \(11\); change is possible only in Waiting_for_Ported_Response/,
  )
})

test('the date that the clearinghouse then names is in the log, and nothing is late before it', async () => {
  const id = await instructed('5550101')
  await change(id, { requested_at: '2025-01-17' })
  const scheduledAt = Temporal.Instant.from('2025-01-17T12:00:00Z')
  await native.move(id, ['pxs:changed', { scheduledAt, text: `scheduled for ${scheduledAt}` }])
  const { json } = await native.ask('GET', `/ports/${id}`)
  equal(json.state_code, 10)
  match((json.events as { log: string }[]).at(-1)?.log ?? '', /scheduled for 2025-01-17T12:00:00Z/)
  const next = json.next_expected as { event: string; due_at: string }
  equal(next.event, 'ported')
  equal(next.due_at > '2025-01-17T12:00', true, next.due_at)
})

// biome-ignore format: a table
const UNDATED: readonly [what: string, first: string, text: string | undefined][] = [
  ['refused',               '5550103', 'refused, code 99: General Rejection'],
  ['granted without a day', '5550104', undefined],
]
for (const [what, first, text] of UNDATED) {
  test(`a change that is ${what} leaves the day that was named before: nothing is late before it`, async () => {
    const { msgidentifier: id } = await native.create(first)
    const scheduledAt = Temporal.Instant.from('2025-01-24T12:00:00Z')
    await native.move(id, ...INSTRUCTED.slice(0, -1), ['pxs:instructed', { scheduledAt }])
    const due = async () => ((await native.ask('GET', `/ports/${id}`)).json.next_expected as { due_at: string }).due_at
    const before = await due()
    equal(before > '2025-01-24T12:00', true, before)
    await change(id, { note: 'sooner, if you can' })
    await native.move(id, ['pxs:changed', { text }])
    equal(await due(), before)
  })
}

test('a consent that holds until a day has our instruction due by then', async () => {
  const { msgidentifier: id } = await native.create('5550102')
  const validUntil = Temporal.Instant.from('2025-01-15T12:00:00Z')
  await native.move(id, ['pxs:acknowledged'], ['pxs:authorised', { validUntil }])
  const { json } = await native.ask('GET', `/ports/${id}`)
  const next = json.next_expected as { event: string; due_at: string; rule: string }
  deepEqual(
    [next.event, next.due_at, next.rule],
    ['our instruction', '2025-01-15T12:00:00.000Z', 'instruction as the other side says'],
  )
})

// biome-ignore format: a table
const REFUSED: readonly [what: string, id: string, body: object, status: number, detail: RegExp][] = [
  ['nothing to change',       'XX202501-CARR-00001',  {},                                     400, /give requested_at, note or both/],
  ['a time that is over',     'XX202501-CARR-00001',  { requested_at: '2025-01-14T08:00:00Z' }, 400, /requested_at 2025-01-14T08:00:00Z is over/],
  ['a time that is none',     'XX202501-CARR-00001',  { requested_at: '2025-02-31' },         400, /requested_at must be a day as/],
  ['a port that is none',     'XX202501-CARR-00099',  { note: 'sooner' },                     404, /no port XX202501-CARR-00099/],
]
for (const [what, id, body, status, detail] of REFUSED) {
  test(`refused to change: ${what}`, async () => {
    const answer = await change(id, body)
    equal(answer.status, status, answer.text)
    match(String(answer.json.detail), detail)
  })
}
