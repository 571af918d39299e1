import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { Refusal } from './client.ts'
import { happenedOf, Missing, reasonsByField } from './reason.ts'

const LABELS = { email: 'Email (Contact)', telephonenumberseriestart: 'First Number', AccountType: 'Account Type' }

// biome-ignore format: a table
const SHARED = [
  // status  Reason of the server                                                        beside which field                                                              reason
  [400, 'email is missing: it must be an address',                                       { email: 'Email (Contact) is missing: it must be an address' },                 'one field'],
  [400, 'email is missing: a, b. AccountType is not right: it must be Prepaid',          { email: 'Email (Contact) is missing: a, b.', AccountType: 'Account Type is not right: it must be Prepaid' }, 'a sentence for each'],
  [409, 'the range overlaps a live port, see telephonenumberseriestart',                 { telephonenumberseriestart: 'the range overlaps a live port, see First Number' }, 'named within the sentence'],
  [409, 'the numbers are already served by CARR',                                        { '': 'the numbers are already served by CARR' },                               'no field is to blame'],
  [500, 'email: internal error',                                                         { '': 'email: internal error' },                                                'a fault of the server is nobody’s field'],
] as const

for (const [status, said, shared, reason] of SHARED) {
  test(`"${said}" goes beside ${Object.keys(shared).join(' and ') || 'the form'}: ${reason}`, () => {
    deepEqual(reasonsByField(new Refusal(status, said), LABELS), shared)
  })
}

test('a sentence that names no field goes beside the one that the native API blames', () => {
  const refusal = new Refusal(409, '+15551000: the numbers are with DONOR, not with us', 'first_number')
  deepEqual(reasonsByField(refusal, { last_number: 'Last Number', first_number: 'First Number' }), {
    first_number: refusal.message,
  })
  deepEqual(reasonsByField(refusal, { reason: 'Reason' }), { '': refusal.message })
})

test('a name that is a plain word is a label at the beginning alone', () => {
  const refusal = new Refusal(400, 'until is over: it holds until it is lifted')
  deepEqual(reasonsByField(refusal, { until: 'Until' }), { until: 'Until is over: it holds until it is lifted' })
})

test('without an error there is nothing to say', () => deepEqual(reasonsByField(null, LABELS), {}))

test('what a form finds missing itself stands beside its fields as it is', () => {
  deepEqual(reasonsByField(new Missing({ email: 'Enter it.' }), LABELS), { email: 'Enter it.' })
})

// biome-ignore format: a table
const HAPPENED = [
  // status                                 in a few words
  [0,   'the server does not answer'],
  [401, 'the server does not take the key'],
  [403, 'not with this key'],
  [404, 'not found'],
  [409, 'the server refused'],
  [412, 'somebody else has changed it'],
  [422, 'the server refused'],
  [429, 'too many requests, or wrong keys'],
  [500, 'the server failed'],
  [503, 'the server failed'],
] as const
for (const [status, happened] of HAPPENED)
  test(`${status} is told as “${happened}”`, () => equal(happenedOf(new Refusal(status, 'why')), happened))
