import { deepEqual, equal } from 'node:assert/strict'
import test, { after, afterEach, beforeEach } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { answering, type Behaviour, LOOPBACK, startReceiver } from '../../test/support/receiver.ts'
import { until } from '../../test/support/until.ts'
import type { EventType } from '../events/event.ts'
import { appendEvents } from '../events/outbox.store.ts'
import { SAMPLE_TIME, sampleEvent, sampleWebhook } from '../events/sample.testing.ts'
import { insertWebhook } from '../events/webhook.store.ts'
import { createLog } from '../shared/log.ts'
import { deliverer } from './deliver.job.ts'
import { claimDue, countOpenDeliveries, settle } from './delivery.store.ts'
import { MAX_ATTEMPTS } from './retry.ts'
import { createWebhookClient } from './webhook.client.ts'
import { type Subscription, signatureOf } from './webhook.ts'

const { db, close } = await testDatabase()
const receiver = await startReceiver()
const client = createWebhookClient({ reach: LOOPBACK, timeoutSeconds: 3 })
const log = createLog('silent')
after(async () => {
  await client.close()
  await receiver.close()
  await close()
})

const SECRET = 'the-secret-of-the-bss'
let bss: Subscription
let now: Temporal.Instant
let seen: number

/** Each test is a subscription of its own, so that none finds what another has left. */
let count = 0
beforeEach(async () => {
  bss = { name: `bss-${count++}`, url: receiver.url, secret: SECRET }
  now = SAMPLE_TIME
  seen = receiver.received.length
  await db.sql('delete from webhook')
  await subscribe(bss.name)
})
afterEach(() => receiver.behave(answering(200)))

const subscribe = (name: string) => db.tx((tx) => insertWebhook(tx, sampleWebhook(name)))

const say = (...events: [type: EventType, subject: string][]) =>
  db.tx((tx) =>
    appendEvents(
      tx,
      events.map(([type, subject]) => sampleEvent(type, `${bss.name} ${subject}`)),
    ),
  )

/** Until all that is due has been tried, however slow the machine. */
const deliver = (subscriptions: readonly Subscription[] = [bss]) =>
  deliverer({ db, client, now: () => now, log }, 60_000).run(subscriptions)

const pass = (duration: Temporal.DurationLike) => {
  now = now.add(duration)
}

/** What has arrived since the test began: `port_in.ported A`. */
const arrived = () =>
  receiver.received.slice(seen).map(({ body }) => {
    const { type, data } = JSON.parse(body)
    return `${type} ${data.msgidentifier.split(' ').at(-1)}`
  })

type LogLine = {
  state: string
  attempts: number
  last_status: number | null
  last_error: string | null
  is_settled: boolean
}
const deliveryLog = () =>
  db.sql<LogLine>(
    `select d.state, d.attempts, d.last_status, d.last_error, d.settled_at is not null as is_settled
       from delivery d join event e on e.id = d.event_id
      where d.subscription = $1
      order by e.sequence`,
    [bss.name],
  )

/** Does as it is told for a port, and takes what concerns any other. */
const onlyFor =
  (subject: string, behaviour: Behaviour): Behaviour =>
  (received, response) =>
    (received.body.includes(`${subject}"`) ? behaviour : answering(200))(received, response)

test('what is due is sent once, signed, and the log says so', async () => {
  await say(['port_in.requested', 'A'])
  equal(await deliver(), 1)
  equal(await deliver(), 0)
  deepEqual(arrived(), ['port_in.requested A'])
  const sent = receiver.received.at(-1)
  const body = sent?.body ?? ''
  const t = SAMPLE_TIME.epochMilliseconds / 1000
  equal(sent?.headers['portolan-signature'], `t=${t},v1=${signatureOf(SECRET, t, body)}`)
  equal(sent?.headers['portolan-event-id'], JSON.parse(body).id)
  deepEqual(await deliveryLog(), [
    { state: 'delivered', attempts: 1, last_status: 200, last_error: null, is_settled: true },
  ])
})

// biome-ignore format: a table
const FAILURES: [what: string, behaviour: Behaviour, status: number | null, error: string | null][] = [
  // what            behaviour                       last_status  last_error
  ['a 500',          answering(500, 'out of order'), 500,         'out of order'],
  ['no text',        answering(500, '\0out\0'),      500,         'out'],
  ['a 404',          answering(404),                 404,         null],
  ['no answer',      () => {},                       null,        'no answer within 3 s'],
]
for (const [what, behaviour, status, error] of FAILURES) {
  test(`after ${what} it comes again, later and signed anew`, async () => {
    await say(['port_in.requested', 'A'])
    receiver.behave(behaviour)
    equal(await deliver(), 0)
    deepEqual(await deliveryLog(), [
      { state: 'queued', attempts: 1, last_status: status, last_error: error, is_settled: false },
    ])

    receiver.behave(answering(200))
    pass({ seconds: 3 })
    equal(await deliver(), 0)
    pass({ seconds: 3 })
    equal(await deliver(), 1)
    const [first, second] = receiver.received.slice(seen)
    equal(second?.body, first?.body)
    equal(second?.headers['portolan-attempt'], '2')
    equal(first?.headers['portolan-signature'] === second?.headers['portolan-signature'], false)
    deepEqual(await deliveryLog(), [
      { state: 'delivered', attempts: 2, last_status: 200, last_error: null, is_settled: true },
    ])
  })
}

test('the events of a port come in order, and a port that is refused holds up no other', async () => {
  await say(
    ['port_in.requested', 'A'],
    ['port_in.requested', 'B'],
    ['port_in.authorised', 'A'],
    ['port_in.authorised', 'B'],
  )
  receiver.behave(onlyFor('A', answering(503)))
  equal(await deliver(), 2)
  deepEqual(arrived().toSorted(), ['port_in.authorised B', 'port_in.requested A', 'port_in.requested B'])

  await say(['port_in.ported', 'A'])
  receiver.behave(answering(200))
  pass({ seconds: 6 })
  equal(await deliver(), 3)
  deepEqual(arrived().slice(3), ['port_in.requested A', 'port_in.authorised A', 'port_in.ported A'])
})

test('a delivery is given up after its last attempt, stays visible, and lets the next one through', async () => {
  await say(['port_in.requested', 'A'], ['port_in.authorised', 'A'])
  receiver.behave(answering(500, 'never'))
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    await deliver()
    pass({ hours: 8 })
  }
  deepEqual(arrived(), Array(MAX_ATTEMPTS).fill('port_in.requested A'))
  deepEqual((await deliveryLog())[0], {
    state: 'dead',
    attempts: MAX_ATTEMPTS,
    last_status: 500,
    last_error: 'never',
    is_settled: true,
  })

  const before = await countOpenDeliveries(db)
  equal(before.dead, 1)

  receiver.behave(answering(200))
  equal(await deliver(), 1)
  deepEqual(arrived().at(-1), 'port_in.authorised A')
  deepEqual(await countOpenDeliveries(db), { queued: before.queued - 1, dead: 1 })
})

const claim = () => claimDue(db, { subscription: bss.name, now, lockedUntil: now.add({ seconds: 60 }), limit: 16 })

test('what a lost worker held is made again after its lease, and what it says too late counts for nothing', async () => {
  await say(['port_in.requested', 'A'], ['port_in.authorised', 'A'])
  const [held] = await claim()
  equal(held?.attempts, 1)
  equal(await deliver(), 0)
  deepEqual(arrived(), [])

  pass({ seconds: 61 })
  equal(await deliver(), 2)
  deepEqual(arrived(), ['port_in.requested A', 'port_in.authorised A'])

  const late = { id: held?.id ?? '', subject: held?.subject ?? '', attempts: 1, status: 500, detail: 'late' }
  await settle(db, bss.name, [{ ...late, outcome: 'dead' }], now)
  deepEqual((await deliveryLog())[0], {
    state: 'delivered',
    attempts: 2,
    last_status: 200,
    last_error: null,
    is_settled: true,
  })
})

test('two workers at once deliver everything, and nothing twice', async () => {
  await say(...Array.from({ length: 60 }, (_, index): [EventType, string] => ['port_in.requested', `P${index}`]))
  const made = await Promise.all([deliver(), deliver(), deliver()])
  equal(
    made.reduce((sum, each) => sum + each),
    60,
  )
  equal(new Set(arrived()).size, 60)
  equal(arrived().length, 60)
})

test('a receiver that is down gets one batch and then peace, while another is served', async () => {
  const down = await startReceiver()
  await down.close()
  const dead: Subscription = { name: `${bss.name}-down`, url: down.url, secret: SECRET }
  const events = Array.from({ length: 40 }, (_, index) => sampleEvent('port_in.requested', `${bss.name} P${index}`))
  await subscribe(dead.name)
  await db.tx((tx) => appendEvents(tx, events))
  equal(await deliver([dead, bss]), 40)
  const tried = await db.sql('select event_id from delivery where subscription = $1 and attempts > 0', [dead.name])
  equal(tried.length, 16)
})

test('an event of which the transaction is still open is not sent', async () => {
  let isAppended = false
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const open = db.tx(async (tx) => {
    await appendEvents(tx, [sampleEvent('port_in.ported', `${bss.name} A`)])
    isAppended = true
    await released
  })
  await until('the event is appended', () => isAppended)
  equal(await deliver(), 0)
  release()
  await open
  equal(await deliver(), 1)
})
