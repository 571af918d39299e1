import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { ENUM_PROFILES } from '../../../src/dns/enum-profile.ts'
import { ask, world } from '../world.ts'

for (const profile of ENUM_PROFILES) {
  const { state } = world({ profile })
  const naptrs = (ask(state, '0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR').packet.answers ?? []).flatMap((record) =>
    record.type === 'NAPTR' ? [record] : [],
  )

  test(`${profile}, §3.4.1: the only flag is "u", and the rule is terminal`, () => {
    ok(naptrs.length > 0)
    for (const { data } of naptrs) equal(data.flags, 'u')
  })

  test(`${profile}, §3.4.2: NAPTRs with identical ORDER and PREFERENCE values SHOULD NOT be in one set`, () => {
    const pairs = naptrs.map(({ data }) => `${data.order} ${data.preference}`)
    equal(new Set(pairs).size, pairs.length)
  })

  test(`${profile}, §3.4.3: services are "E2U" and one or more "+" enumservice`, () => {
    for (const { data } of naptrs) ok(/^E2U(\+[a-z0-9]+(:[a-z0-9-]+)?)+$/.test(data.services), data.services)
  })

  test(`${profile}, §3.2: the replacement is empty beside a regexp (RFC 3403 §4.1), and every record is of class IN with a TTL`, () => {
    for (const { data, ttl, class: cls } of naptrs) deepEqual([data.replacement, ttl, cls], ['.', 60, 'IN'])
  })
}
