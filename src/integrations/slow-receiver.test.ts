import { deepEqual, equal } from 'node:assert/strict'
import test, { after } from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { LOOPBACK, startReceiver } from '../../test/support/receiver.ts'
import { until } from '../../test/support/until.ts'
import type { LifecycleEvent } from '../events/event.ts'
import { appendEvents } from '../events/outbox.store.ts'
import { SAMPLE_TIME, sampleEvent } from '../events/sample.testing.ts'
import { createWebhooks } from '../events/webhooks.ts'
import { createLog } from '../shared/log.ts'
import { createVault } from '../shared/vault.ts'
import { deliverer } from './deliver.job.ts'
import { createWebhookClient } from './webhook.client.ts'

const { db, close } = await testDatabase()
const [slow, quick] = await Promise.all([startReceiver(), startReceiver()])
const client = createWebhookClient({ reach: LOOPBACK, timeoutSeconds: 60 })
after(async () => {
  await client.close()
  await Promise.all([slow.close(), quick.close()])
  await close()
})

const now = () => SAMPLE_TIME
const webhooks = createWebhooks({ db, vault: createVault(Buffer.alloc(32)), now })
const WAITING = 40
/** As many as are tried at once. */
const BATCH = 16

test('a receiver that is slow keeps nobody else waiting, and the end no longer than for its batch', async () => {
  await webhooks.create({ name: 'slow', url: slow.url, types: ['port_in.requested'] }, 'test')
  await webhooks.create({ name: 'quick', url: quick.url, types: ['port_in.ported'] }, 'test')
  const held: (() => void)[] = []
  slow.behave((_received, response) => held.push(() => response.end()))
  const say = (events: LifecycleEvent[]) => db.tx((tx) => appendEvents(tx, events))
  const worker = deliverer({ db, client, now, log: createLog('silent') })
  const run = async () => worker.run(await webhooks.recipients())

  await say(Array.from({ length: WAITING }, (_, index) => sampleEvent('port_in.requested', `P${index}`)))
  await until('a batch is under way', async () => (await run()) > 0 && held.length === BATCH)
  await say([sampleEvent('port_in.ported', 'A')])
  await until('the other is told', async () => (await run()) > 0 && quick.received.length === 1)

  const stopped = worker.stop()
  for (const answer of held) answer()
  await stopped
  equal(held.length, BATCH, 'no other batch has begun')
  const rows = await db.sql<{ state: string; count: number }>(
    "select state, count(*) as count from delivery where subscription = 'slow' group by state order by state",
  )
  deepEqual(rows, [
    { state: 'delivered', count: BATCH },
    { state: 'queued', count: WAITING - BATCH },
  ])
})
