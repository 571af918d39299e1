import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { auditChain } from '../../src/events/audit-chain.ts'
import { saveFindings } from '../../src/porting/alert.store.ts'
import { removeOld } from '../../src/porting/retention.ts'
import { type TestNative, testNative } from '../support/native.ts'

const PERIODS = { messages: 730, events: 365, personal: 365, audit: 900, alerts: 90 }

let native: TestNative
before(async () => {
  native = await testNative()
})
after(() => native.close())

const sealAll = async () => {
  const chain = auditChain(native.database.db)
  let sealed = 0
  for (let more = await chain.seal(); more > 0; more = await chain.seal()) sealed += more
  return sealed
}
const removeAll = async (limit?: number) => {
  let rounds = 0
  while ((await removeOld(native.porting, PERIODS, limit)) > 0) rounds += 1
  return rounds
}
const detail = async (id: string) => (await native.ask('GET', `/ports/${id}`)).json
const dossier = async (id: string) =>
  (await native.ask('GET', `/ports/${id}/dossier`)).json as {
    messages: { body: string | null }[]
    audit: { position: number }[]
  }

test('what is over is removed after its time, in batches; a port under way keeps everything, and the audit chain verifies', async () => {
  const { db } = native.database
  await native.webhooks.create({ name: 'crm', url: 'http://127.0.0.1:1/', types: null, secret: undefined }, 'test')
  const ended = (await native.create('5550110')).msgidentifier
  await native.move(ended, ['pxs:acknowledged'], ['pxs:rejected', { code: 33 }])
  const live = (await native.create('5550111')).msgidentifier
  await native.move(live, ['pxs:acknowledged'])
  const late = (await native.create('5550112')).msgidentifier
  await native.move(late, ['pxs:acknowledged'])
  await db.sql("update outbound set state = 'acknowledged'")
  await db.sql("update delivery set state = 'delivered'")
  const at = native.now()
  await db.tx((tx) => saveFindings(tx, 'jobs', [{ subject: 'a', severity: 'warning', what: 'b', since: at }], at))
  await db.tx((tx) => saveFindings(tx, 'jobs', [], at))
  await sealAll()
  const whole = await detail(ended)

  equal(await removeAll(), 0, 'nothing is old yet')
  equal(((await native.ask('GET', '/alerts?state=closed&monitor=jobs')).json.items as object[]).length, 1)
  native.advance({ hours: 24 * 100 })
  await native.move(late, ['pxs:rejected', { code: 33 }])
  await db.sql("update delivery set state = 'delivered'")
  await removeAll()
  deepEqual((await native.ask('GET', '/alerts?state=closed&monitor=jobs')).json.items, [])

  native.advance({ hours: 24 * 270 })
  await removeAll()
  const poorer = await detail(ended)
  deepEqual([whole.email, whole.contact_number], ['ops@example.com', '5550110'])
  deepEqual([poorer.email, poorer.contact_number, poorer.first_number], [null, null, whole.first_number])
  equal((whole.deliveries as object[]).length > 0, true)
  deepEqual(poorer.deliveries, [])
  equal(
    (await dossier(ended)).messages.every(({ body }) => body?.includes('<message')),
    true,
    'messages are kept longer',
  )
  equal((await detail(late)).email, 'ops@example.com', 'its end was a hundred days later')

  native.advance({ hours: 24 * 365 })
  await removeAll()
  deepEqual(
    (await dossier(ended)).messages.map(({ body }) => body),
    [null],
  )
  deepEqual((poorer.events as object[]).length, (whole.events as object[]).length, 'its log stays')

  await sealAll()
  native.advance({ hours: 24 * 200 })
  ok((await removeAll(2)) > 1, 'in more than one batch')
  await sealAll()
  equal((await dossier(ended)).audit.length, 0)
  const after = await dossier(live)
  deepEqual([after.messages.length, after.audit.length], [1, 2], 'a port under way keeps its messages and its audit')
  match(after.messages[0]?.body ?? '', /<message/)
  equal((await detail(live)).email, 'ops@example.com')
  ok(((await detail(live)).deliveries as object[]).length > 0)
  const verified = await auditChain(db).verify()
  equal(verified.kind, 'whole')
  const { items } = (await native.ask('GET', '/audit?action=retention.audit_removed')).json as {
    items: { detail: { position: number } }[]
  }
  ok((items[0]?.detail.position ?? 0) >= 3)
})

test('a chain whose beginning is gone without a row that says so is broken', async () => {
  const { db } = native.database
  await db.sql('delete from audit where position = (select min(position) from audit)')
  const broken = (await native.ask('GET', '/audit/verification')).json
  equal(broken.is_whole, false)
  match(String(broken.problem), /is missing/)
  const [start] = await db.sql<{ position: number; hash: Buffer }>(
    'select position, hash from audit where position is not null order by position limit 1',
  )
  await db.sql('delete from audit where position <= $1', [start?.position])
  await db.sql('insert into audit_start (position, hash, removed_at) values ($1, $2, $3)', [
    start?.position,
    start?.hash,
    native.now(),
  ])
  const forged = (await native.ask('GET', '/audit/verification')).json
  match(String(forged.problem), /no row of the audit says that their time was over/)
})

test('the periods are told; what nobody has named is kept for ever', async () => {
  const { items } = (await native.ask('GET', '/retention')).json as { items: { name: string; days: number | null }[] }
  deepEqual(
    items.map(({ name, days }) => [name, days]),
    [
      ['messages', 730],
      ['events', null],
      ['personal', null],
      ['audit', null],
      ['alerts', null],
    ],
  )
  equal(await removeOld(native.porting, {}), 0)
})
