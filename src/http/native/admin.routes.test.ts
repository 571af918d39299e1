import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestNative, testNative } from '../../../test/support/native.ts'
import { type Answer, askHttp } from '../../../test/support/np-api.ts'
import { answering, LOOPBACK, type Receiver, startReceiver } from '../../../test/support/receiver.ts'
import { deliverer } from '../../integrations/deliver.job.ts'
import { createWebhookClient } from '../../integrations/webhook.client.ts'
import { signatureOf } from '../../integrations/webhook.ts'
import { createLog } from '../../shared/log.ts'

let native: TestNative
let receiver: Receiver
const client = createWebhookClient({ reach: LOOPBACK, timeoutSeconds: 30 })
before(async () => {
  native = await testNative()
  receiver = await startReceiver()
})
after(async () => {
  await client.close()
  await receiver.close()
  await native.close()
})

const me = (key: string) => askHttp(`${native.url}/v1/me`, { headers: { 'x-api-key': key } })
const deliver = async () =>
  deliverer({ db: native.database.db, client, now: native.now, log: createLog('silent') }, 60_000).run(
    await native.webhooks.recipients(),
  )
const problem = ({ status, json }: Answer) => [status, String(json.type).split(':').at(-1)]
const audited = async (action: string) =>
  (await native.database.db.sql<{ actor: string }>('select actor from audit where action = $1', [action])).length

test('a key is made, shown once, works, is rotated with overlap, given an end, and revoked; all of it audited', async () => {
  const made = await native.ask('POST', '/keys', { body: { username: 'desk', tier: 'pxs', label: 'the desk' } })
  equal(made.status, 201, made.text)
  const { id, key } = made.json as { id: string; key: string }
  match(key, /^ptl_[0-9A-Za-z]{22}$/)
  deepEqual((await me(key)).json, { name: 'desk', tier: 'pxs' })
  const list = await native.ask('GET', '/keys')
  equal(list.text.includes(key), false, 'never shown again')
  const rotated = await native.ask('POST', `/keys/${id}/rotate`, { body: { overlap_seconds: 3600 } })
  equal(rotated.status, 201, rotated.text)
  const next = rotated.json as { id: string; key: string; username: string; label: string }
  deepEqual([next.username, next.label], ['desk', 'the desk'])
  deepEqual([(await me(key)).status, (await me(next.key)).status], [200, 200], 'both work for an hour')
  native.advance({ hours: 1 })
  deepEqual([(await me(key)).status, (await me(next.key)).status], [401, 200])
  const ended = await native.ask('PUT', `/keys/${next.id}/expiry`, { body: { expires_at: '2025-01-15T11:40:00Z' } })
  equal(ended.json.expires_at, '2025-01-15T11:40:00.000Z')
  native.advance({ minutes: 10 })
  equal((await me(next.key)).status, 401)
  const third = (await native.ask('POST', '/keys', { body: { username: 'desk', tier: 'pxs' } })).json as {
    id: string
    key: string
  }
  equal((await me(third.key)).status, 200)
  equal((await native.ask('DELETE', `/keys/${third.id}?reason=lost`)).status, 204)
  equal((await me(third.key)).status, 401)
  deepEqual(problem(await native.ask('DELETE', `/keys/${third.id}`)), [404, 'resource_not_found'])
  for (const action of ['key.rotated', 'key.expiry_set', 'key.revoked']) equal(await audited(action), 1, action)
})

test('a key made under an Idempotency-Key is shown again to the same request, and kept sealed', async () => {
  const ask = () =>
    native.ask('POST', '/keys', { body: { username: 'twice', tier: 'pxs' }, headers: { 'idempotency-key': 'k1' } })
  const [first, second] = [await ask(), await ask()]
  deepEqual([first.status, second.status, second.json], [201, 201, first.json])
  const rows = await native.database.db.sql<{ answer: Buffer }>('select answer from answered_request')
  equal(
    rows.some(({ answer }) => answer.includes('ptl_')),
    false,
  )
})

test('the last admin key can be neither revoked nor ended', async () => {
  const list = (await native.ask('GET', '/keys')).json.items as { id: string; tier: string }[]
  const admin = list.find(({ tier }) => tier === 'admin')
  deepEqual(problem(await native.ask('DELETE', `/keys/${admin?.id}`)), [409, 'last_admin'])
  const expiry = { body: { expires_at: '2026-01-01T00:00:00Z' } }
  deepEqual(problem(await native.ask('PUT', `/keys/${admin?.id}/expiry`, expiry)), [409, 'last_admin'])
  const etag = (await native.ask('GET', '/users/admin-user')).headers.get('etag') ?? ''
  const disable = { body: { is_disabled: true }, headers: { 'if-match': etag } }
  deepEqual(problem(await native.ask('PATCH', '/users/admin-user', disable)), [409, 'last_admin'])
})

test('a user is disabled with all its keys, by whoever read the newest version', async () => {
  const { key } = (await native.ask('POST', '/keys', { body: { username: 'leaver', tier: 'pxs' } })).json as {
    key: string
  }
  const read = await native.ask('GET', '/users/leaver')
  equal(read.headers.get('etag'), '"1"')
  deepEqual(problem(await native.ask('PATCH', '/users/leaver', { body: { email: 'a@b.c' } })), [428, 'version_missing'])
  const change = (etag: string, body: object) =>
    native.ask('PATCH', '/users/leaver', { body, headers: { 'if-match': etag } })
  const named = await change('"1"', { full_name: 'L. Eaver' })
  deepEqual([named.status, named.headers.get('etag'), named.json.full_name], [200, '"2"', 'L. Eaver'])
  deepEqual(problem(await change('"1"', { is_disabled: true })), [412, 'version_conflict'])
  deepEqual(problem(await change('three', { is_disabled: true })), [400, 'field_invalid'])
  equal((await me(key)).status, 200)
  equal((await change('"2"', { is_disabled: true })).status, 200)
  equal((await me(key)).status, 401)
  equal((await change('"3"', { is_disabled: false })).json.disabled_at, null)
  equal((await me(key)).status, 200)
  const created = await native.ask('POST', '/users', { body: { username: 'new.one', email: 'n@example.com' } })
  equal(created.status, 201)
  deepEqual(problem(await native.ask('POST', '/users', { body: { username: 'new.one' } })), [409, 'resource_exists'])
  deepEqual(problem(await native.ask('POST', '/users', { body: { username: 'a b' } })), [400, 'field_invalid'])
})

test('null is no word for nothing, none or no time: it is nothing where a field may be empty, and refused elsewhere', async () => {
  const made = (await native.ask('POST', '/keys', { body: { username: 'nobody', tier: 'pxs' } })).json as {
    id: string
    key: string
  }
  const rotate = { body: { overlap_seconds: null } }
  deepEqual(problem(await native.ask('POST', `/keys/${made.id}/rotate`, rotate)), [400, 'field_invalid'])
  const change = (version: number, body: object) =>
    native.ask('PATCH', '/users/nobody', { body, headers: { 'if-match': `"${version}"` } })
  equal((await change(1, { full_name: 'N. Obody', email: 'n@example.com' })).status, 200)
  const emptied = await change(2, { full_name: null, email: null })
  deepEqual([emptied.json.full_name, emptied.json.email], [null, null])
  equal((await change(3, { is_disabled: true })).status, 200)
  deepEqual(problem(await change(4, { is_disabled: null })), [400, 'field_invalid'])
  equal((await me(made.key)).status, 401, 'the user is disabled still')
})

test('an address that guesses is locked out, longer each time, and an admin lifts it', async () => {
  const own = await testNative()
  try {
    const guess = (key: string) => askHttp(`${own.url}/v1/me`, { headers: { 'x-api-key': key } })
    equal((await own.ask('GET', '/me')).status, 200, 'the admin’s key is believed from here on')
    for (const minutes of [1, 2]) {
      for (let n = 0; n < 20; n++) equal((await guess(`guess ${minutes} ${n}`)).status, 401)
      const refused = await guess(`one more ${minutes}`)
      deepEqual([refused.status, refused.headers.get('retry-after')], [429, '60'])
      const [lockout] = (await own.ask('GET', '/lockouts')).json.items as {
        address: string
        times: number
        locked_at: string
        locked_until: string
      }[]
      ok(lockout)
      equal(lockout.times, minutes)
      const length = Temporal.Instant.from(lockout.locked_at).until(lockout.locked_until)
      equal(length.total('minutes'), minutes)
      equal((await own.ask('DELETE', `/lockouts/${lockout.address}`)).status, 204)
      equal((await guess(own.key.pxs)).status, 200)
    }
  } finally {
    await own.close()
  }
})

test('a webhook is told of what it wants, signed; its secret is sealed, rotated with overlap, and never shown again', async () => {
  const body = { name: 'crm', url: receiver.url, types: ['port_in.requested'] }
  const made = await native.ask('POST', '/webhooks', { body })
  equal(made.status, 201, made.text)
  const secret = String(made.json.secret)
  await native.create('5550100')
  await deliver()
  const [told] = receiver.received.slice(-1)
  equal(JSON.parse(told?.body ?? '{}').type, 'port_in.requested')
  const signed = (header: unknown, key: string, text: string) => {
    const t = Number(/t=([0-9]+)/.exec(String(header))?.[1])
    return String(header).includes(`v1=${signatureOf(key, t, text)}`)
  }
  ok(signed(told?.headers['portolan-signature'], secret, told?.body ?? ''))
  const [row] = await native.database.db.sql<{ secret: Buffer }>("select secret from webhook where name = 'crm'")
  equal(row?.secret.includes(secret), false, 'sealed')
  equal((await native.ask('GET', '/webhooks')).text.includes(secret), false)
  const rotated = await native.ask('POST', '/webhooks/crm/rotate-secret', {
    body: { overlap_seconds: 60 },
    headers: { 'if-match': '"1"' },
  })
  equal(rotated.status, 200, rotated.text)
  for (const [seconds, isOldGood] of [
    [0, true],
    [61, false],
  ] as const) {
    native.advance({ seconds })
    const { event_id } = (await native.ask('POST', '/webhooks/crm/test')).json
    await deliver()
    const [test] = receiver.received.slice(-1)
    equal(test?.headers['portolan-event'], 'webhook.test')
    equal(test?.headers['portolan-event-id'], event_id)
    ok(signed(test?.headers['portolan-signature'], String(rotated.json.secret), test?.body ?? ''))
    equal(signed(test?.headers['portolan-signature'], secret, test?.body ?? ''), isOldGood)
  }
})

test('the delivery log says how it went; one delivery is sent again by hand; what was given up, all at once', async () => {
  await native.ask('POST', '/webhooks', { body: { name: 'bss', url: receiver.url } })
  receiver.behave(answering(500, 'out of order'))
  await native.create('5550110')
  await deliver()
  const log = async (query = '') => (await native.ask('GET', `/webhooks/bss/deliveries${query}`)).json
  const [line] = (await log()).items as {
    event_id: string
    state: string
    last_status: number
    last_error: string
    attempts: number
  }[]
  deepEqual([line?.state, line?.last_status, line?.last_error, line?.attempts], ['queued', 500, 'out of order', 1])
  deepEqual(problem(await native.ask('POST', `/webhooks/bss/deliveries/${line?.event_id}/redeliver`)), [
    404,
    'resource_not_found',
  ])
  await native.database.db.sql("update delivery set state = 'dead' where subscription = 'bss'")
  receiver.behave(answering(200))
  equal((await native.ask('POST', '/webhooks/bss/redeliver-dead')).json.queued, 1)
  await deliver()
  deepEqual(((await log('?state=delivered')).items as object[]).length, 1)
  const before = receiver.received.length
  equal((await native.ask('POST', `/webhooks/bss/deliveries/${line?.event_id}/redeliver`)).status, 202)
  await deliver()
  equal(receiver.received.length, before + 1)
  const page = (await log('?limit=1')) as { next: string }
  ok(page.next)
  deepEqual((await log(`?limit=1&cursor=${page.next}`)).items, [])
})

test('a webhook is paused, changed and removed only by whoever read the newest version', async () => {
  const made = await native.ask('POST', '/webhooks', { body: { name: 'erp', url: receiver.url } })
  const etag = made.headers.get('etag') ?? ''
  const paused = await native.ask('PATCH', '/webhooks/erp', {
    body: { is_paused: true },
    headers: { 'if-match': etag },
  })
  equal(paused.json.is_paused, true, paused.text)
  ok(!(await native.webhooks.recipients()).some(({ name }) => name === 'erp'))
  await native.create('5550120')
  deepEqual(problem(await native.ask('DELETE', '/webhooks/erp', { headers: { 'if-match': etag } })), [
    412,
    'version_conflict',
  ])
  equal((await native.ask('DELETE', '/webhooks/erp', { headers: { 'if-match': '"2"' } })).status, 204)
  const [row] = await native.database.db.sql<{ state: string; last_error: string }>(
    "select state, last_error from delivery where subscription = 'erp'",
  )
  deepEqual([row?.state, row?.last_error], ['dead', 'the webhook was removed'])
})

test('the webhook of the configuration becomes a row, and follows the configuration', async () => {
  const wanted = { name: 'configured', url: receiver.url, secret: 's'.repeat(32) }
  await native.webhooks.adopt(wanted)
  await native.webhooks.adopt(wanted)
  equal((await native.webhooks.get('configured')).version, 1)
  await native.webhooks.adopt({ ...wanted, secret: 't'.repeat(32), previousSecret: wanted.secret })
  const found = (await native.webhooks.recipients()).find(({ name }) => name === 'configured')
  deepEqual([found?.secret, found?.previousSecret], ['t'.repeat(32), wanted.secret])
})

test('of processes that start together each adopts the webhook of the configuration, as if it were alone', async () => {
  const adopt = (secret: string, previousSecret?: string) =>
    Promise.all(
      Array.from({ length: 4 }, () =>
        native.webhooks.adopt({ name: 'together', url: receiver.url, secret: secret.repeat(32), previousSecret }),
      ),
    )
  await adopt('s')
  equal((await native.webhooks.get('together')).version, 1)
  await adopt('t', 's'.repeat(32))
  equal((await native.webhooks.get('together')).version, 2)
})

// biome-ignore format: a table
const REFUSED: [what: string, method: string, path: string, body: unknown, status: number, field: string][] = [
  ['a webhook without an address',  'POST', '/webhooks', { name: 'x' },                                             400, 'url'],
  ['an address of another kind',    'POST', '/webhooks', { name: 'x', url: 'ftp://example.com' },                   400, 'url'],
  ['an address with a password',    'POST', '/webhooks', { name: 'x', url: 'https://a:b@example.com' },             400, 'url'],
  ['a type that is none',           'POST', '/webhooks', { name: 'x', url: 'https://example.com', types: ['nope'] }, 400, 'types'],
  ['a short secret',                'POST', '/webhooks', { name: 'x', url: 'https://example.com', secret: 'short' }, 400, 'secret'],
  ['an odd name',                   'POST', '/webhooks', { name: 'a/b', url: 'https://example.com' },               400, 'name'],
  ['a tier that is none',           'POST', '/keys',     { username: 'x', tier: 'root' },                           400, 'tier'],
  ['a user name that is none',      'POST', '/keys',     { username: 'a b', tier: 'pxs' },                          400, 'username'],
]
for (const [what, method, path, body, status, field] of REFUSED) {
  test(`refused: ${what}`, async () => {
    const answer = await native.ask(method, path, { body })
    deepEqual([answer.status, answer.json.field], [status, field], answer.text)
  })
}
