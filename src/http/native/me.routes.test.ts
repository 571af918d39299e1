import { deepEqual, equal, match } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestNative, testNative } from '../../../test/support/native.ts'
import { askHttp, basic } from '../../../test/support/np-api.ts'

let native: TestNative
before(async () => {
  native = await testNative()
})
after(() => native.close())

test('GET /v1/me says whose key it is, by X-API-Key and by Basic', async () => {
  for (const tier of ['admin', 'pxs', 'read_only'] as const) {
    const answer = await native.ask('GET', '/me', { tier })
    deepEqual([answer.status, answer.json], [200, { name: `${tier}-user`, tier }])
    const byBasic = await askHttp(`${native.url}/v1/me`, { headers: basic(`${tier}-user`, native.key[tier]) })
    deepEqual(byBasic.json, answer.json)
  }
})

test('GET /v1/market says what a screen must know of the market', async () => {
  const { status, json } = await native.ask('GET', '/market', { tier: 'read_only' })
  equal(status, 200)
  deepEqual(json, {
    name: 'doc',
    title: 'Example (plan of the porting manager document)',
    time_zone: 'Etc/UTC',
    country_code: '1',
    operator: { code: 'CARR', name: 'Carrier' },
    operators: [
      { code: 'CARR', name: 'Carrier' },
      { code: 'DONOR', name: 'Donor Mobile' },
      { code: 'THIRD', name: 'Third Telecom' },
    ],
    enum_zones: ['e164enum.net', 'e164.arpa'],
    number_examples: { mobile: '5550100', fixed: '5560100' },
    numbers_per_range: 10_000,
  })
})

// biome-ignore format: a table
const REFUSED: [what: string, path: string, headers: Record<string, string>, status: number, type: string, detail: RegExp][] = [
  ['no credentials',          '/v1/me',      {},                                  401, 'unauthenticated',    /X-API-Key/],
  ['a wrong key',             '/v1/me',      { 'x-api-key': 'wrong' },            401, 'unauthenticated',    /not known/],
  ['a path that is none',     '/v1/nothing', {},                                  404, 'endpoint_not_found', /there is no GET \/v1\/nothing/],
]
for (const [what, path, headers, status, type, detail] of REFUSED) {
  test(`refused as a problem (RFC 9457): ${what}`, async () => {
    const answer = await askHttp(`${native.url}${path}`, { headers: { 'x-request-id': 'given-1', ...headers } })
    equal(answer.status, status)
    match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/)
    equal(answer.json.type, `about:portolan:${type}`)
    equal(answer.json.status, status)
    equal(answer.json.instance, 'given-1')
    match(String(answer.json.detail), detail)
    equal(answer.headers.has('www-authenticate'), status === 401)
  })
}

test('the clearinghouse’s key opens nothing here', async () => {
  const answer = await native.ask('GET', '/me', { tier: 'clearinghouse' })
  deepEqual([answer.status, answer.json.type], [403, 'about:portolan:tier_insufficient'])
})
