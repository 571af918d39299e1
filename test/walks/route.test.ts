import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type Answer, type TestPortolan, testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

/** No clearinghouse is needed: nothing is sent in these walks. */
const NOBODY = {
  PORTOLAN_PXS_URL: 'http://127.0.0.1:9',
  PORTOLAN_PXS_USERNAME: 'nobody',
  PORTOLAN_PXS_PASSWORD: 'nobody',
}

let portolan: TestPortolan
const keys: Record<string, string> = {}
before(async () => {
  portolan = await testPortolan(NOBODY)
  for (const tier of ['pxs', 'read_only'] as const) keys[tier] = await portolan.key(tier)
})
after(() => portolan.close())

/** What np_api's own schema has shaped. */
type RouteBody = {
  MatchedProfiles: string[]
  AlteredFields: string[]
  Tenant: string
  ID: string
  Event: Record<string, string>
  HSS?: object | null
  hss_error?: string
}
const route = async (msisdn: string, credentials?: string) => {
  const { status, body, text } = await portolan.api('GET', `/route/${msisdn}`, undefined, credentials)
  equal(status, 200, text)
  return body as RouteBody
}
const refusal = ({ status, body }: Answer) => ({ status, ...(body as { result: string; Reason: string }) })
const audits = async (subject: string) =>
  portolan.db.sql<{ actor: string; action: string; reason: string | null }>(
    'select actor, action, reason from audit where subject = $1 order by sequence',
    [subject],
  )

test('a number that is not ported is answered from its block: npdi, no rn (contract I9, O-42) [endpoint 12 success]', async () => {
  const answer = await route('15550300')
  deepEqual(answer.Event, {
    E164Address: '15550300',
    NAPTRAddress: 'sip:+15550300;npdi@ims.mnc002.mcc001.3gppnetwork.org;user=phone',
    NAPTROrder: '100',
    NAPTRPreference: '10',
  })
  deepEqual(answer.MatchedProfiles, ['cgrates.org:BLOCK_15550'])
  deepEqual(Object.keys(answer), [
    'MatchedProfiles',
    'AlteredFields',
    'Tenant',
    'ID',
    'Time',
    'Event',
    'APIOpts',
    'HSS',
  ])
  equal(answer.HSS, null, 'no HSS is configured')
})

test('a push is looked up at once, answered alike by the DNS, and audited with who and why (I10) [endpoint 13 success]', async () => {
  const { status, body } = await portolan.api('POST', '/route/15550301/carr/Mobile', undefined, undefined, {
    'x-audit-reason': 'first provisioning',
  })
  deepEqual(
    [status, body],
    [200, { result: 'success', msisdn: '15550301', message: '15550301 is now routed to CARR (+15559901)' }],
  )
  const { Event, MatchedProfiles } = await route('15550301')
  deepEqual(MatchedProfiles, ['cgrates.org:ATTR_ENUM_15550301'])
  match(Event.NAPTRAddress ?? '', /;npdi;rn=\+15559901@/)
  const regexp = await until('the DNS answers it', async () =>
    (await portolan.enum('15550301')).regexps.find((text) => text.includes('rn=')),
  )
  equal(regexp, `!^.*$!${Event.NAPTRAddress}!`, 'the same URI (contract I10)')
  deepEqual(await audits('+15550301'), [{ actor: 'admin', action: 'route.pushed', reason: 'first provisioning' }])
})

test('a removal gives the number back to its block; a second one finds nothing and says so (O-44) [endpoint 14 success]', async () => {
  await portolan.api('POST', '/route/15550302/CARR/mobile')
  const { body } = await portolan.api('DELETE', '/route/15550302')
  deepEqual(body, {
    result: 'success',
    msisdn: '15550302',
    message: '15550302 is answered from its block again, which DONOR holds',
  })
  ok(!(await route('15550302')).Event.NAPTRAddress?.includes('rn='))
  const again = refusal(await portolan.api('DELETE', '/route/15550302'))
  equal(again.status, 404)
  equal(again.result, 'Exception raised in deleteRoute')
  match(again.Reason, /no route of its own; it is answered from its block, which DONOR holds/)
})

test('a push to the holder of the number’s block is its way home: no rn in the answer (contract I9)', async () => {
  await portolan.api('POST', '/route/15550303/CARR/mobile')
  const { body } = await portolan.api('POST', '/route/15550303/DONOR/mobile')
  match((body as { message: string }).message, /in a block of DONOR and is answered from it/)
  ok(!(await route('15550303')).Event.NAPTRAddress?.includes('rn='))
})

test('a routing number of its own is normalised; a local one needs its context (RFC 4694 §4, contract O-05)', async () => {
  const pushed = await portolan.api('POST', '/route/15550304/THIRD/mobile?rn=d0-07;rn-context=%2B1')
  equal(pushed.status, 200)
  match((await route('15550304')).Event.NAPTRAddress ?? '', /;rn=D007;rn-context=\+1@ims\.mnc003/)
  const bare = refusal(await portolan.api('POST', '/route/15550304/THIRD/mobile?rn=D007'))
  deepEqual([bare.status, bare.result], [400, 'Exception raised in pushRoute'])
  match(bare.Reason, /^rn must be a global number .* or local digits with ;rn-context=/)
  equal((await portolan.api('POST', '/route/15550304/THIRD/mobile?rn=+15559977')).status, 200)
  match((await route('15550304')).Event.NAPTRAddress ?? '', /;rn=\+15559977@/)
})

// biome-ignore format: a table
const REFUSED: [method: string, path: string, status: number, reason: RegExp, why: string][] = [
  ['GET',    '/route/5550100',                 400, /full number with country code, such as 15550100/, 'a local number (O-21) [endpoint 12 400]'],
  ['GET',    '/route/442079460000',            400, /is no number of Example/,             'another country'],
  ['GET',    '/route/1555x100',                400, /full number without plus/,            'no number'],
  ['GET',    '/route/15559990',                404, /in no number block/,                  'in the plan, held by nobody, and never routed [endpoint 12 404]'],
  ['POST',   '/route/15550305/NOBODY/mobile',  400, /must be one of CARR, DONOR, THIRD/,   'no operator of the market [endpoint 13 400]'],
  ['POST',   '/route/15550305/CARR/fixed',     400, /is a mobile number/,                  'the type does not fit the plan'],
  ['POST',   '/route/15550305/CARR/satellite', 400, /mobile or fixed/,                     'no type'],
  ['DELETE', '/route/5550100',                 400, /full number with country code/,       'a local number [endpoint 14 400]'],
  ['DELETE', '/route/15550305',                404, /no route of its own/,                 'never routed [endpoint 14 404]'],
  ['GET',    '/route/hss_route/5550100',       400, /full number with country code/,       'a local number [endpoint 15 400]'],
  ['GET',    '/route/hss_route/15550300',      404, /no HSS is configured/,                'no HSS [endpoint 15 404]'],
]
for (const [method, path, status, reason, why] of REFUSED) {
  test(`${method} ${path} is refused with ${status}: ${why}`, async () => {
    const refused = refusal(await portolan.api(method, path))
    equal(refused.status, status)
    match(refused.Reason, reason)
  })
}

// biome-ignore format: a table
const TIERS: [method: string, path: string, tier: 'pxs' | 'read_only', isAllowed: boolean][] = [
  ['GET',    '/route/15550300',             'pxs',       true],
  ['GET',    '/route/15550300',             'read_only', true],
  ['GET',    '/route/hss_route/15550300',   'pxs',       true],
  ['GET',    '/route/hss_route/15550300',   'read_only', false],
  ['POST',   '/route/15550306/CARR/mobile', 'pxs',       true],
  ['POST',   '/route/15550306/CARR/mobile', 'read_only', false],
  ['DELETE', '/route/15550306',             'pxs',       true],
  ['DELETE', '/route/15550306',             'read_only', false],
]
for (const [method, path, tier, isAllowed] of TIERS) {
  test(`${tier} ${isAllowed ? 'may' : 'may not'} ${method} ${path} (contract O-12)`, async () => {
    const { status } = await portolan.api(method, path, undefined, keys[tier])
    equal(status === 403, !isAllowed)
  })
}

test('read_only sees the route without the HSS part (contract O-12)', async () => {
  const answer = await route('15550300', keys.read_only)
  deepEqual([Object.hasOwn(answer, 'HSS'), Object.hasOwn(answer, 'hss_error')], [false, false])
})

test('a route that a port holds is not pushed away, unless an admin says why (contract I7) [endpoint 13 409, endpoint 14 409]', async () => {
  await portolan.db.sql(
    `insert into route (e164, operator, routing_number, number_type, source, cause, generation, valid_from)
     values ('+15550307', 'CARR', '+15559901', 'mobile', 'port', 'XX202501-CARR-00077', 0, now())`,
  )
  for (const [method, path] of [
    ['POST', '/route/15550307/THIRD/mobile'],
    ['DELETE', '/route/15550307'],
  ] as const) {
    const reason = { 'x-audit-reason': 'emergency' }
    const plain = refusal(await portolan.api(method, path))
    deepEqual([plain.status, plain.Reason.includes('XX202501-CARR-00077')], [409, true])
    equal((await portolan.api(method, path, undefined, keys.pxs, reason)).status, 409, 'pxs may not')
  }
  equal(
    (await portolan.api('POST', '/route/15550307/CARR/mobile')).status,
    200,
    'the same operator is no contradiction',
  )
  const away = await portolan.api('POST', '/route/15550307/THIRD/mobile', undefined, keys.pxs)
  equal(away.status, 409, 'nor does it take the promise away')
  equal((await portolan.api('POST', '/route/15550307/CARR/mobile?rn=%2B15559902', undefined, keys.pxs)).status, 409)
  const moved = await portolan.api('POST', '/route/15550307/THIRD/mobile', undefined, undefined, {
    'x-audit-reason': 'emergency',
  })
  equal(moved.status, 200)
})

test('a push on a number in a live port is made, and says that the port will set it again', async () => {
  const id = await portolan.create('5550308')
  const { body } = await portolan.api('POST', '/route/15550308/CARR/mobile')
  match((body as { message: string }).message, new RegExp(`the live port ${id} sets it again`))
})
