import { deepEqual, equal, match } from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { after, afterEach, before } from 'node:test'
import { type Peer, startPeer } from '../../../test/support/peer.ts'
import type { E164 } from '../../numbers/e164.ts'
import { type HssAccess, hssClient } from './hss.client.ts'
import { readGeneric, readPyhss } from './hss.codec.ts'

const IMS = { ims_subscriber_id: 1, msisdn: '15550100', msisdn_list: '15550100,15550101', imsi: '001010000000001' }
const PACKET = { subscriber_id: 7, msisdn: '15550102', imsi: '001010000000002', enabled: true }
const number = (text: string) => text as E164 // literals of the right form

let peer: Peer
const access = (more: Partial<HssAccess> = {}): HssAccess => ({
  kind: 'pyhss',
  url: peer.url,
  path: '',
  header: 'Provisioning-Key',
  key: undefined,
  timeoutMilliseconds: 10_000,
  ...more,
})
before(async () => {
  peer = await startPeer('hss')
  await peer.tool('PUT', '/ims_subscriber/', { ...IMS, msisdn: '+15550100' })
  await peer.tool('PUT', '/subscriber/', PACKET)
})
afterEach(() => peer.fault({ kind: 'none' }))
after(() => peer.close())

test('PyHSS: the IMS subscription is handed on as it is; without one, the packet core’s', async () => {
  const ask = hssClient(access())
  deepEqual(await ask(number('+15550100')), { kind: 'found', record: IMS })
  deepEqual(await ask(number('+15550102')), { kind: 'found', record: PACKET })
})

test('PyHSS: null under 400 and under 200 is no subscription; a number of msisdn_list is not found as primary', async () => {
  const ask = hssClient(access())
  for (const unknown of ['+15550999', '+15550101']) {
    const answer = await ask(number(unknown))
    equal(answer.kind, 'none')
    match(answer.kind === 'none' ? answer.reason : '', /no subscription with the primary number/)
  }
  const log = (await peer.tool('GET', '/sim/log')) as { path: string }[]
  equal(
    log.some(({ path }) => path.includes('+')),
    false,
    'PyHSS is asked with bare digits',
  )
})

test('a generic HSS is asked at its template, and its subscription stands at the path', async () => {
  const ask = hssClient(access({ kind: 'generic-rest', url: `${peer.url}/generic/{msisdn}`, path: 'data.subscriber' }))
  deepEqual(await ask(number('+15550100')), { kind: 'found', record: IMS })
  equal((await ask(number('+15550999'))).kind, 'none')
})

// biome-ignore format: a table
const FAULTS: [fault: Record<string, unknown>, reason: RegExp, why: string][] = [
  [{ kind: 'down' },                                                   /did not answer/,             'cut off'],
  [{ kind: 'slow', milliseconds: 3000 },                               /nothing within 300 ms/,      'slow'],
  [{ kind: 'garbage' },                                                /no JSON/,                    'not an HSS'],
  [{ kind: 'refuse', error: 'database is locked' },                    /failed: database is locked/, 'it failed itself'],
]
for (const [fault, reason, why] of FAULTS) {
  test(`an HSS that is ${why} is an answer, in its own words`, async () => {
    await peer.fault(fault)
    const hurry = fault.kind === 'slow' ? { timeoutMilliseconds: 300 } : {}
    const answer = await hssClient(access(hurry))(number('+15550100'))
    equal(answer.kind, 'failed')
    match(answer.kind === 'failed' ? answer.reason : '', reason)
  })
}

test('an HSS that does not know us is told in its own words, and so is what stands before it', async (t) => {
  const server = createServer((request, response) => {
    const isPage = request.url?.startsWith('/ims_subscriber')
    response.writeHead(isPage ? 403 : 401).end(isPage ? '<h1>Not for\n you</h1>' : '{"error":"unknown client"}')
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // an IP server that listens has this shape
  const asked = (more: Partial<HssAccess>) => hssClient(access(more))(number('+15550100'))
  deepEqual(await asked({ kind: 'generic-rest', url: `${url}/{msisdn}` }), {
    kind: 'failed',
    reason: 'the HSS answered 401: {"error":"unknown client"}',
  })
  deepEqual(await asked({ url }), { kind: 'failed', reason: 'the HSS answered 403 and no JSON: <h1>Not for you</h1>' })
})

// biome-ignore format: a table
const PYHSS: [status: number, body: unknown, kind: string, why: string][] = [
  [200, null,                                                    'none',   'packet core, unknown'],
  [400, null,                                                    'none',   'IMS, unknown'],
  [404, null,                                                    'none',   'a proxy’s word for unknown'],
  [404, { Result: 'Not Found' },                                 'failed', 'an address that does not exist: our configuration'],
  [401, { Result: 'Unauthorized - Provisioning-Key Invalid' },   'failed', 'the key is wrong'],
  [200, { result: 'Failed', reason: 'database is locked' },      'failed', '1.0.2 says errors under 200'],
  [400, { result: 'Failed', reason: 'Subscriber not found' },    'none',   'said in words'],
  [500, { msisdn: '1' },                                         'failed', 'not a success'],
  [200, undefined,                                               'failed', 'not JSON'],
]
for (const [status, body, kind, why] of PYHSS) {
  test(`PyHSS' ${status} ${JSON.stringify(body)} is ${kind}: ${why}`, () => equal(readPyhss(status, body).kind, kind))
}

// biome-ignore format: a table
const GENERIC: [status: number, body: unknown, path: string, kind: string, why: string][] = [
  [200, { msisdn: '1' },           '',        'found',  'no path: the whole answer'],
  [200, { items: [{ a: 1 }] },     'items',   'found',  'the first of a list'],
  [200, { items: [] },             'items',   'none',   'an empty list'],
  [200, { other: 1 },              'items.x', 'none',   'nothing at the path'],
  [200, { items: 'text' },         'items',   'failed', 'no object at the path'],
  [204, undefined,                 '',        'none',   'no content'],
  [503, { error: 'down' },         '',        'failed', 'not a success'],
  [200, undefined,                 '',        'failed', 'not JSON'],
]
for (const [status, body, path, kind, why] of GENERIC) {
  test(`a generic ${status} ${JSON.stringify(body)} at ${path || 'the top'} is ${kind}: ${why}`, () =>
    equal(readGeneric(status, body, path).kind, kind))
}
