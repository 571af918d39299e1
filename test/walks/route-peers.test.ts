import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, afterEach, before } from 'node:test'
import { type Peer, startPeer } from '../support/peer.ts'
import { ADMIN_KEY, type TestPortolan, testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

const SUBSCRIBER = {
  ims_subscriber_id: 1,
  msisdn: '15550100',
  imsi: '001010000000001',
  scscf: 'sip:scscf.one.net:6060',
}

let portolan: TestPortolan
let cgrates: Peer
let hss: Peer
before(async () => {
  cgrates = await startPeer('cgrates')
  hss = await startPeer('hss')
  await hss.tool('PUT', '/ims_subscriber/', SUBSCRIBER)
  portolan = await testPortolan({
    PORTOLAN_PXS_URL: 'http://127.0.0.1:9', // no clearinghouse is needed
    PORTOLAN_PXS_USERNAME: 'nobody',
    PORTOLAN_PXS_PASSWORD: 'nobody',
    PORTOLAN_CGRATES_URL: `${cgrates.url}/jsonrpc`,
    // long enough for an answer from a busy machine, and shorter than what is slow here
    PORTOLAN_CGRATES_TIMEOUT_MS: '2500',
    PORTOLAN_HSS_KIND: 'pyhss',
    PORTOLAN_HSS_URL: hss.url,
    PORTOLAN_HSS_TIMEOUT_MS: '2500',
  })
})
afterEach(async () => {
  await cgrates.fault({ kind: 'none' })
  await hss.fault({ kind: 'none' })
})
after(async () => {
  await portolan.close()
  await cgrates.close()
  await hss.close()
})

/** What np_api's own schema describes. */
type RouteBody = { Event: Record<string, string>; HSS?: object | null; hss_error?: string }
const look = async (msisdn: string) => {
  const answer = await fetch(`${portolan.url}/np_api/route/${msisdn}`, { headers: { 'x-api-key': ADMIN_KEY } })
  equal(answer.status, 200)
  return { source: answer.headers.get('portolan-route-source'), body: (await answer.json()) as RouteBody }
}
const mirrored = (msisdn: string) =>
  until(`${msisdn} is answered from CGrateS`, async () => {
    const seen = await look(msisdn)
    return seen.source === 'cgrates' && seen
  })

test('a pushed route is answered at once, by ourselves, and soon by CGrateS with the same words', async () => {
  await portolan.api('POST', '/route/15550100/CARR/mobile')
  const atOnce = await look('15550100')
  match(atOnce.body.Event.NAPTRAddress ?? '', /;npdi;rn=\+15559901@/)
  const later = await mirrored('15550100')
  deepEqual(later.body.Event, atOnce.body.Event)
  deepEqual(later.body.HSS, SUBSCRIBER)
})

test('a removal is never answered from CGrateS with the route that was', async () => {
  await portolan.api('POST', '/route/15550101/CARR/mobile')
  await mirrored('15550101')
  await portolan.api('DELETE', '/route/15550101')
  const { source, body } = await look('15550101')
  equal(source, 'portolan')
  ok(!body.Event.NAPTRAddress?.includes('rn='))
})

test('what CGrateS adds to the event is handed on untouched', async () => {
  const rule = (field: string, value: string) => ({
    Path: `*req.${field}`,
    Type: '*constant',
    Value: [{ Rules: value }],
  })
  const param = {
    Tenant: 'cgrates.org',
    ID: 'ATTR_OPERATORS_OWN',
    FilterIDs: ['*string:~*req.E164Address:15550399'],
    Attributes: [rule('NAPTRAddress', 'sip:own'), rule('NAPTRFlags', 'u')],
  }
  await cgrates.tool('POST', '/jsonrpc', { method: 'APIerSv1.SetAttributeProfile', params: [param], id: 1 })
  const { body } = await mirrored('15550399')
  deepEqual(body.Event, { E164Address: '15550399', NAPTRAddress: 'sip:own', NAPTRFlags: 'u' })
})

for (const fault of [{ kind: 'down' }, { kind: 'slow', milliseconds: 5000 }, { kind: 'garbage' }, { kind: 'refuse' }]) {
  test(`CGrateS that is ${fault.kind}: the route is answered from our own, and pushes are kept for it`, async () => {
    const number = `1555011${['down', 'slow', 'garbage', 'refuse'].indexOf(fault.kind)}`
    await cgrates.fault(fault)
    equal((await portolan.api('POST', `/route/${number}/CARR/mobile`)).status, 200)
    const { source, body } = await look('15550100')
    equal(source, 'portolan')
    match(body.Event.NAPTRAddress ?? '', /;rn=\+15559901@/)
    await cgrates.fault({ kind: 'none' })
    await mirrored(number)
  })
}

for (const fault of [{ kind: 'down' }, { kind: 'slow', milliseconds: 5000 }, { kind: 'garbage' }, { kind: 'refuse' }]) {
  test(`an HSS that is ${fault.kind} never fails a routing answer: it is said beside it [endpoint 15 500]`, async () => {
    await hss.fault(fault)
    const { body } = await look('15550100')
    match(body.Event.NAPTRAddress ?? '', /;npdi;rn=/)
    equal(body.HSS, null)
    match(body.hss_error ?? '', /^the HSS /)
    const alone = await portolan.api('GET', '/route/hss_route/15550100')
    equal(alone.status, 500)
    deepEqual(alone.body, { result: 'Exception raised in getHssRoute', Reason: body.hss_error })
  })
}

test('the HSS alone: the subscription as it is, and 404 for a number that it does not know [endpoint 15 success]', async () => {
  deepEqual((await portolan.api('GET', '/route/hss_route/15550100')).body, SUBSCRIBER)
  const unknown = await portolan.api('GET', '/route/hss_route/15550300')
  equal(unknown.status, 404)
  match((unknown.body as { Reason: string }).Reason, /no subscription with the primary number 15550300/)
  const { body } = await look('15550300')
  deepEqual([body.HSS, body.hss_error], [null, undefined], 'nobody is no failure')
})

test('the copy is watched: how far behind it is, and how many numbers it has wrong', async () => {
  await until('the copy is told to be whole', async () => {
    const text = await (await fetch(`${portolan.url}/metrics`)).text()
    return /^portolan_cgrates_generations_behind 0$/m.test(text) && /^portolan_cgrates_faults 0$/m.test(text)
  })
})
