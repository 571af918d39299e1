import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import type { E164 } from '../numbers/e164.ts'
import { ENUM_PROFILES } from './enum-profile.ts'
import { naptrAddresses } from './naptr-address.ts'

const ZONE = {
  operators: [
    { code: 'CARR', imsDomain: 'ims.one.net', routingNumber: '+15559901' },
    { code: 'DONOR', imsDomain: 'ims.two.net', routingNumber: '+15559902' },
  ],
  blocks: [{ prefix: '15550', operator: 'DONOR', lengths: [8] }],
}
const NUMBER = '+15550100' as E164 // a literal of the right form
const PORTED = { operator: 'CARR', routingNumber: 'D003;rn-context=+1' }

// biome-ignore format: a table
const ADDRESSES: [profile: (typeof ENUM_PROFILES)[number], route: typeof PORTED | undefined, address: string, order: number, reason: string][] = [
  ['interoperable', PORTED,    'sip:+15550100;npdi;rn=D003;rn-context=+1@ims.one.net;user=phone', 100, 'ported: the routing number of the route'],
  ['interoperable', undefined, 'sip:+15550100;npdi@ims.two.net;user=phone',                       100, 'not ported: npdi alone (contract I9)'],
  ['compact',       undefined, 'sip:+15550100;npdi@ims.two.net;user=phone',                       100, 'one record, the same URI'],
  ['document',      PORTED,    'sip:+15550100;npdi;rn=D003;rn-context=+1@ims.one.net',            10,  'the back-reference is resolved'],
]
for (const [profile, route, address, order, reason] of ADDRESSES) {
  test(`the address of a number in the profile ${profile}, ${reason}`, () => {
    deepEqual(naptrAddresses({ ...ZONE, profile })(NUMBER, route), { address, order, preference: 10 })
  })
}

test('a number in no block has no address, whatever the profile', () => {
  for (const profile of ENUM_PROFILES) {
    equal(naptrAddresses({ ...ZONE, profile })('+15559901' as E164, undefined), undefined) // a literal of the right form
  }
})
