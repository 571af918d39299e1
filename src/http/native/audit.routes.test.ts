import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestNative, testNative } from '../../../test/support/native.ts'
import { auditChain } from '../../events/audit-chain.ts'

let native: TestNative
let id: string
before(async () => {
  native = await testNative()
  id = (await native.create('5550100', '5550199')).msgidentifier
  await native.move(
    id,
    ['pxs:acknowledged'],
    ['pxs:rejected', { code: 31, text: '<script>alert("x")</script> & more' }],
  )
})
after(() => native.close())

test('the audit is searched by subject, actor, action and time, in pages', async () => {
  const bySubject = await native.ask('GET', `/audit?subject=${id}`)
  const rows = bySubject.json.items as { action: string; position: number | null }[]
  deepEqual(
    rows.map(({ action }) => action),
    ['port_in.moved', 'port_in.moved', 'port_in.submitted'],
  )
  const all = (await native.ask('GET', '/audit?limit=200')).json.items as object[]
  const first = (await native.ask('GET', '/audit?limit=2')).json as { items: object[]; next: string }
  const second = (await native.ask('GET', `/audit?limit=2&cursor=${first.next}`)).json as { items: object[] }
  deepEqual([...first.items, ...second.items], all.slice(0, 4))
  for (const query of ['actor=nobody', 'action=key.exploded', 'from=2025-01-16', 'to=2025-01-14']) {
    deepEqual((await native.ask('GET', `/audit?${query}`)).json.items, [], query)
  }
  equal((await native.ask('GET', '/audit?from=soon')).status, 400)
})

test('the chain is verified, and a row that was changed is found', async () => {
  const { db } = native.database
  while ((await auditChain(db).seal()) > 0) equal(true, true)
  const whole = (await native.ask('GET', '/audit/verification')).json
  equal(whole.is_whole, true)
  match(String(whole.head), /^[0-9a-f]{64}$/)
  equal(whole.next, null)
  equal((await native.ask('GET', '/audit/verification?after=1')).json.rows, Number(whole.rows) - 1)
  equal((await native.ask('GET', '/audit/verification?after=1000000')).status, 400)
  await db.sql("update audit set actor = 'somebody' where position = 3")
  const broken = (await native.ask('GET', '/audit/verification')).json
  deepEqual([broken.is_whole, broken.broken_at], [false, 3])
})

test('the dossier has every message, decision and time, as JSON and as one page without a script', async () => {
  const json = await native.ask('GET', `/ports/${id}/dossier`, { tier: 'pxs' })
  equal(json.status, 200, json.text)
  const { port, messages, audit, made_by } = json.json as {
    port: { events: object[] }
    messages: { body: string }[]
    audit: object[]
    made_by: string
  }
  deepEqual([port.events.length, messages.length, audit.length, made_by], [3, 1, 3, 'pxs-user'])
  match(messages[0]?.body ?? '', /<message/)
  const page = await native.ask('GET', `/ports/${id}/dossier?format=html`, { tier: 'pxs' })
  match(page.headers.get('content-type') ?? '', /^text\/html/)
  match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'/)
  ok(!/<script|src=|href=|@import|url\(/i.test(page.text), 'nothing is loaded and nothing runs')
  for (const piece of [
    id,
    'Waiting_for_Authorisation_Response',
    'authorisation 2 working hours',
    '&lt;script&gt;',
    '&lt;message',
    'port_in.submitted',
  ]) {
    ok(page.text.includes(piece), piece)
  }
  equal((await native.ask('GET', '/ports/XX202501-CARR-99999/dossier')).status, 404)
})
