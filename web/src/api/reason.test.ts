import { deepEqual } from 'node:assert/strict'
import test from 'node:test'
import { Refusal } from './client.ts'
import { reasonsByField } from './reason.ts'

const FIELDS = ['email', 'telephonenumberseriestart', 'AccountType']

// biome-ignore format: a table
const SHARED = [
  // status  Reason of the server                                                        beside which field                                                              reason
  [400, 'email is missing: it must be an address',                                       { email: 'email is missing: it must be an address' },                           'one field'],
  [400, 'email is missing: a, b. AccountType is not right: it must be Prepaid',          { email: 'email is missing: a, b.', AccountType: 'AccountType is not right: it must be Prepaid' }, 'a sentence for each'],
  [409, 'the range overlaps a live port, see telephonenumberseriestart',                 { telephonenumberseriestart: 'the range overlaps a live port, see telephonenumberseriestart' }, 'named within the sentence'],
  [409, 'the numbers are already served by CARR',                                        { '': 'the numbers are already served by CARR' },                               'no field is to blame'],
  [500, 'email: internal error',                                                         { '': 'email: internal error' },                                                'a fault of the server is nobody’s field'],
] as const

for (const [status, said, shared, reason] of SHARED) {
  test(`"${said}" goes beside ${Object.keys(shared).join(' and ') || 'the form'}: ${reason}`, () => {
    deepEqual(reasonsByField(new Refusal(status, said), FIELDS), shared)
  })
}

test('a sentence that names no field goes beside the one that the native API blames', () => {
  const refusal = new Refusal(409, '+15551000: the numbers are with DONOR, not with us', 'first_number')
  deepEqual(reasonsByField(refusal, ['last_number', 'first_number']), { first_number: refusal.message })
  deepEqual(reasonsByField(refusal, ['reason']), { '': refusal.message })
})

test('without an error there is nothing to say', () => deepEqual(reasonsByField(null, FIELDS), {}))
