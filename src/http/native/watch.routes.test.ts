import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestNative, testNative } from '../../../test/support/native.ts'

let native: TestNative
before(async () => {
  native = await testNative()
})
after(() => native.close())

type Expected = { event: string; who: string; who_name: string; due_at: string; is_overdue: boolean }
type Due = { msgidentifier: string; expected: Expected; link: string }
type Rejection = {
  cause: string
  mend: string
  field: string
  again: string
  automatic_fix: { times: number } | null
  read_from: string
  at_donor: { rejected: number; asked_again: number; cured: number; success_rate: number | null }
}

test('a live port states its next expected event and the latest time for it; past that it is in the list, the longest overdue first', async () => {
  const first = await native.create('5550110')
  const { json } = await native.ask('GET', `/ports/${first.msgidentifier}`)
  const expected = json.next_expected as Expected
  deepEqual(
    [expected.event, expected.who, expected.due_at, expected.is_overdue, json.rejection],
    ['the acknowledgement of the request', 'clearinghouse', '2025-01-15T10:45:00.987Z', false, null],
  )
  native.advance({ minutes: 1 })
  const second = await native.create('5550111')
  native.advance({ minutes: 1 })
  const third = await native.create('5550112')
  const due = async (query: string) =>
    (await native.ask('GET', `/overdue?${query}`)).json as { items: Due[]; next: string | null }
  deepEqual((await due('')).items, [])
  deepEqual(
    (await due('within_minutes=13')).items.map((one) => one.msgidentifier),
    [first.msgidentifier],
  )
  equal((await due('within_minutes=60')).items.length, 3)
  native.advance({ minutes: 14 })
  const one = await due('limit=1')
  deepEqual(one.items[0]?.link, `/v1/ports/${first.msgidentifier}`)
  const two = await due(`limit=1&cursor=${one.next}`)
  equal(two.items[0]?.msgidentifier, second.msgidentifier)
  deepEqual((await due(`limit=1&cursor=${two.next}`)).items, [])
  native.advance({ minutes: 1 })
  equal((await due('')).items.at(-1)?.msgidentifier, third.msgidentifier)
  await native.move(first.msgidentifier, ['pxs:acknowledged'])
  const then = (await native.ask('GET', `/ports/${first.msgidentifier}`)).json.next_expected as Expected
  deepEqual([then.event, then.who, then.who_name], ['authorisation_response', 'counterparty', 'DONOR'])
  equal((await native.ask('GET', '/overdue?within_minutes=-1')).status, 400)
  equal((await native.ask('GET', '/overdue?cursor=nonsense')).status, 400)
})

test('a refusal says its cause, what to mend, which field, and how often asking again helped at this donor', async () => {
  const refuse = async (number: string, code: 33 | 35, text?: string) => {
    const { msgidentifier } = await native.create(number)
    await native.move(msgidentifier, ['pxs:acknowledged'], ['pxs:rejected', { code, ...(text && { text }) }])
    return msgidentifier
  }
  const unpaid = await refuse('5550120', 33)
  await refuse('5550121', 33)
  const again = await native.create('5550121')
  await native.move(again.msgidentifier, ['pxs:acknowledged'], ['pxs:authorised'])
  const { rejection, next_expected } = (await native.ask('GET', `/ports/${unpaid}`)).json as {
    rejection: Rejection
    next_expected: null
  }
  equal(next_expected, null)
  deepEqual(
    [rejection.cause, rejection.again, rejection.field, rejection.automatic_fix, rejection.read_from],
    ['bill', 'later', null, null, 'code'],
  )
  match(rejection.mend, /^The customer pays the donor/)
  deepEqual(rejection.at_donor, { cause: 'bill', rejected: 2, asked_again: 1, cured: 1, success_rate: 1 })
  const type = (await native.ask('GET', `/ports/${await refuse('5550122', 35)}`)).json.rejection as Rejection
  deepEqual([type.cause, type.field, type.automatic_fix?.times], ['account_type', 'AccountType', 1])

  const rates = (await native.ask('GET', '/rejections/rates', { tier: 'read_only' })).json.items as {
    donor: string
    causes: { cause: string }[]
  }[]
  deepEqual(
    rates.map(({ donor, causes }) => [donor, causes.map(({ cause }) => cause)]),
    [['DONOR', ['bill', 'account_type']]],
  )
  deepEqual((await native.ask('GET', '/rejections/rates?from=2025-01-16')).json.items, [])
  equal((await native.ask('GET', '/rejections/rates?from=soon')).status, 400)

  const page = (await native.ask('GET', `/ports/${unpaid}/dossier?format=html`)).text
  ok(page.includes('Why it was refused') && page.includes('The customer pays the donor'), 'the dossier says so too')
})

test('words that nobody knows are listed for mapping, in pages', async () => {
  for (const [number, text] of [
    ['5550130', 'code 77: see circular 12'],
    ['5550131', 'code 78: see circular 13'],
  ] as const) {
    const { msgidentifier } = await native.create(number)
    native.advance({ seconds: 1 })
    await native.move(msgidentifier, ['pxs:acknowledged'], ['pxs:rejected', { code: 0, text }])
  }
  const first = (await native.ask('GET', '/rejections/unmapped?limit=1')).json as {
    items: { text: string }[]
    next: string
  }
  const second = (await native.ask('GET', `/rejections/unmapped?limit=1&cursor=${first.next}`)).json as typeof first
  deepEqual(
    [...first.items, ...second.items].map(({ text }) => text),
    ['code 78: see circular 13', 'code 77: see circular 12'],
  )
  equal(second.next, null)
})
