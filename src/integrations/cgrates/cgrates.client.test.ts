import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, afterEach, before } from 'node:test'
import { type Peer, startPeer } from '../../../test/support/peer.ts'
import type { E164 } from '../../numbers/e164.ts'
import { inParallel } from '../../shared/parallel.ts'
import { type CgratesClient, cgratesClient } from './cgrates.client.ts'
import { addressIn, profileIdOf } from './cgrates.codec.ts'

const NOW = Temporal.Instant.from('2025-01-15T10:30:00Z')
const NUMBER = '+15550100' as E164 // a literal of the right form
const ADDRESS = { address: 'sip:+15550100;npdi;rn=+15559901@ims.one.net;user=phone', order: 100, preference: 10 }

let peer: Peer
let client: CgratesClient
const clientOf = (more: { url?: string; username?: string; password?: string; timeoutMilliseconds?: number } = {}) =>
  cgratesClient({
    url: `${peer.url}/jsonrpc`,
    username: 'portolan',
    password: 'secret of the test',
    tenant: 'cgrates.org',
    timeoutMilliseconds: 10_000,
    connections: 16,
    ...more,
  })
before(async () => {
  peer = await startPeer('cgrates', { SIM_USERNAME: 'portolan', SIM_PASSWORD: 'secret of the test' })
  client = clientOf()
})
afterEach(() => peer.fault({ kind: 'none' }))
after(async () => {
  await client.close()
  await peer.close()
})

test('a route that is set is there once the caches are reloaded, and its semicolons are too', async () => {
  equal((await client.lookUp(NUMBER, NOW)).kind, 'not_found')
  equal((await client.setRoute(NUMBER, ADDRESS)).kind, 'ok')
  equal((await client.lookUp(NUMBER, NOW)).kind, 'not_found', 'the miss is remembered until a reload names it')
  equal((await client.reload([NUMBER])).kind, 'ok')
  const found = await client.lookUp(NUMBER, NOW)
  deepEqual(found.kind === 'found' && addressIn(found.event), ADDRESS)
})

test('the text form of APIerSv2 loses the semicolons: the trap that the rule objects avoid', async () => {
  const row = (value: string) => [{ Path: '*req.NAPTRAddress', Type: '*constant', Value: value }]
  const profile = (value: string) => ({
    Tenant: 'cgrates.org',
    ID: profileIdOf('+15550109' as E164), // a literal of the right form
    FilterIDs: ['*string:~*req.E164Address:15550109'],
    Attributes: row(value),
  })
  const stored = async () => {
    const found = await client.lookUp('+15550109' as E164, NOW) // a literal of the right form
    return found.kind === 'found' && addressIn(found.event)?.address
  }
  await client.call('APIerSv2.SetAttributeProfile', profile(ADDRESS.address))
  equal(await stored(), 'sip:+15550100npdirn=+15559901@ims.one.netuser=phone')
  await client.call('APIerSv2.SetAttributeProfile', profile(`\`${ADDRESS.address}\``))
  equal(await stored(), ADDRESS.address, 'backticks keep it whole')
})

for (const version of ['v0.10', 'v0.11', '1.0']) {
  test(`the answer of version ${version} is read as the flat form`, async () => {
    await peer.tool('POST', '/sim/version', { version })
    const found = await client.lookUp(NUMBER, NOW)
    await peer.tool('POST', '/sim/version', { version: 'v0.11' })
    ok(found.kind === 'found')
    const { ID, Time, APIOpts, AlteredFields, ...rest } = found.event
    match(ID, /^route-/)
    equal(Time, version === '1.0' ? null : '2025-01-15T10:30:00Z')
    deepEqual(APIOpts, version === 'v0.10' ? {} : { '*attrProcessRuns': 1 })
    deepEqual([...AlteredFields].sort(), ['*req.NAPTRAddress', '*req.NAPTROrder', '*req.NAPTRPreference'])
    deepEqual(rest, {
      MatchedProfiles: ['cgrates.org:ATTR_ENUM_15550100'],
      Tenant: 'cgrates.org',
      Event: { E164Address: '15550100', NAPTRAddress: ADDRESS.address, NAPTROrder: '100', NAPTRPreference: '10' },
    })
  })
}

test('a profile is removed once; the second time it is not found', async () => {
  const number = '+15550108' as E164 // a literal of the right form
  await client.setRoute(number, ADDRESS)
  equal((await client.removeRoute(number)).kind, 'ok')
  equal((await client.removeRoute(number)).kind, 'not_found')
})

test('an address that CGrateS would evaluate is not sent', async () => {
  for (const address of ['~*req.Account', 'sip:<~*req.X>@a', 'sip:{*e164}@a']) {
    equal((await client.setRoute(NUMBER, { ...ADDRESS, address })).kind, 'permanent')
  }
})

test('calls above CGrateS’ limit back off and come again until all are taken', async () => {
  await peer.fault({ kind: 'overload', limit: 6, milliseconds: 2 })
  const replies = await inParallel([...Array(60).keys()], 16, () => client.lookUp(NUMBER, NOW))
  deepEqual([...new Set(replies.map(({ kind }) => kind))], ['found'])
})

// biome-ignore format: a table
const FAULTS: [fault: Record<string, unknown>, kind: string, reason: RegExp, why: string][] = [
  [{ kind: 'down' },                                                   'retry',     /other side closed|socket|ECONNRESET/, 'the connection is cut'],
  [{ kind: 'slow', milliseconds: 5000 },                               'retry',     /no answer within 300 ms/,             'too slow'],
  [{ kind: 'garbage' },                                                'retry',     /JSON/,                                'not JSON-RPC'],
  [{ kind: 'refuse', error: 'SERVER_ERROR: REPLY_TIMEOUT' },           'retry',     /REPLY_TIMEOUT/,                       'its own back end is slow'],
  [{ kind: 'refuse', error: 'NO_DATABASE_CONNECTION' },                'retry',     /NO_DATABASE/,                         'its database is away'],
  [{ kind: 'refuse', error: 'SERVER_ERROR: BROKEN_REFERENCE' },        'permanent', /BROKEN_REFERENCE/,                    'it will never take this'],
  [{ kind: 'refuse', error: 'ATTRIBUTES_ERROR:NOT_FOUND' },            'not_found', /NOT_FOUND/,                           'prefixed by an agent'],
]
for (const [fault, kind, reason, why] of FAULTS) {
  test(`CGrateS fails (${JSON.stringify(fault)}): ${kind}, because ${why}`, async () => {
    const asking = clientOf(fault.kind === 'slow' ? { timeoutMilliseconds: 300 } : {})
    await peer.fault(fault)
    const reply = await asking.lookUp(NUMBER, NOW)
    await asking.close()
    equal(reply.kind, kind)
    match(reply.kind === 'found' ? '' : reply.reason, reason)
  })
}

test('wrong credentials are said with CGrateS’ own words, and come again: somebody has to mend the setting', async () => {
  const stranger = clientOf({ password: 'wrong' })
  const reply = await stranger.lookUp(NUMBER, NOW)
  await stranger.close()
  deepEqual(reply, { kind: 'retry', reason: 'HTTP 401: Not authorized', isOverload: false })
})
