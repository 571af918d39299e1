import { deepEqual, equal, rejects } from 'node:assert/strict'
import test, { after, beforeEach } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { appendEvents, findToldAt } from './outbox.store.ts'
import { SAMPLE_TIME, sampleEvent, sampleWebhook } from './sample.testing.ts'
import { deleteWebhook, insertWebhook, type SealedWebhook } from './webhook.store.ts'

const { db, close } = await testDatabase()
after(close)
beforeEach(() => db.sql('delete from webhook'))

const subscribe = (...hooks: SealedWebhook[]) =>
  db.tx(async (tx) => {
    for (const hook of hooks) await insertWebhook(tx, hook)
  })

const deliveriesOf = (subject: string) =>
  db.sql<{ type: string; subscription: string }>(
    `select e.type, d.subscription
       from event e join delivery d on d.event_id = e.id
      where e.subject = $1
      order by e.sequence, d.subscription`,
    [subject],
  )

test('events keep their order and go to everyone who wants them', async () => {
  const events = (['port_in.requested', 'port_in.authorised', 'port_in.ported'] as const).map((type) =>
    sampleEvent(type, 'A'),
  )
  await subscribe(sampleWebhook('bss'), sampleWebhook('crm', ['port_in.ported']))
  await db.tx((tx) => appendEvents(tx, events))
  deepEqual(await deliveriesOf('A'), [
    { type: 'port_in.requested', subscription: 'bss' },
    { type: 'port_in.authorised', subscription: 'bss' },
    { type: 'port_in.ported', subscription: 'bss' },
    { type: 'port_in.ported', subscription: 'crm' },
  ])
  const saved = await db.sql<{ at: Temporal.Instant }>(
    'select id, type, subject, at, payload from event where subject = $1 order by sequence',
    ['A'],
  )
  deepEqual(
    saved.map((row) => ({ ...row, at: String(row.at) })),
    events.map(({ id, type, data }) => ({ id, type, subject: 'A', at: '2026-01-01T00:00:00Z', payload: data })),
  )
})

test('an event whose transaction fails was never said', async () => {
  await subscribe(sampleWebhook('bss'))
  const failing = db.tx(async (tx) => {
    await appendEvents(tx, [sampleEvent('port_in.ported', 'B')])
    throw new Error('the port could not be saved')
  })
  await rejects(failing, /could not be saved/)
  equal((await db.sql('select id from event where subject = $1', ['B'])).length, 0)
})

test('an event that nobody wants is kept for the history, without a delivery', async () => {
  await db.tx((tx) => appendEvents(tx, [sampleEvent('port_in.ported', 'C')]))
  equal((await db.sql('select id from event where subject = $1', ['C'])).length, 1)
  deepEqual(await deliveriesOf('C'), [])
})

test('no events are no work, and a thousand are one statement', async () => {
  await subscribe(sampleWebhook('bss'))
  await db.tx((tx) => appendEvents(tx, []))
  const many = Array.from({ length: 1000 }, (_, index) => sampleEvent('port_in.requested', `D${index}`))
  await db.tx((tx) => appendEvents(tx, many))
  const subjects = await db.sql<{ subject: string }>(
    "select subject from event where subject like 'D%' order by sequence",
  )
  deepEqual(
    subjects.map(({ subject }) => subject),
    many.map(({ data }) => data.msgidentifier),
  )
})

test('an event is told when everybody who still wants it has taken it; who was removed is not waited for', async () => {
  await subscribe(sampleWebhook('crm'), sampleWebhook('old'))
  await db.tx((tx) => appendEvents(tx, [sampleEvent('port_out.requested', 'E')]))
  const told = () => findToldAt(db, { subject: 'E', type: 'port_out.requested' })
  equal(await told(), undefined)
  const at = SAMPLE_TIME.add({ seconds: 5 })
  await db.sql("update delivery set state = 'delivered', settled_at = $1 where subscription = 'crm'", [at])
  equal(await told(), undefined, 'one has not taken it')
  await db.tx((tx) => deleteWebhook(tx, 'old', 1, at))
  equal(String(await told()), String(at))
  await db.tx((tx) => appendEvents(tx, [sampleEvent('port_out.requested', 'F')]))
  await db.tx((tx) => deleteWebhook(tx, 'crm', 1, at))
  equal(await findToldAt(db, { subject: 'F', type: 'port_out.requested' }), undefined, 'nobody has taken it')
})
