import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { testDatabase } from '../../test/support/database.ts'
import { until } from '../../test/support/until.ts'
import { createLog } from '../shared/log.ts'
import { createEventFeed } from './feed.ts'
import { appendEvents } from './outbox.store.ts'
import { sampleEvent } from './sample.testing.ts'

const log = createLog('silent')

test('who comes after nobody has listened for long hears of what comes, and not of what nobody heard', async () => {
  const { db, close } = await testDatabase()
  let nowMs = 0
  const feed = createEventFeed({ db, log, monotonic: () => nowMs })
  const say = (name: string) => db.tx((tx) => appendEvents(tx, [sampleEvent('port_in.requested', name)]))
  try {
    equal(await feed.ready(), true)
    await say('unheard')
    nowMs += 60_000
    equal(await feed.ready(), true)
    const heard: string[] = []
    feed.follow(({ events }) => heard.push(...events.map(({ subject }) => subject)))
    await say('news')
    await until('the news', () => heard.length > 0)
    deepEqual(heard, ['news'])
  } finally {
    feed.close()
    await close()
  }
})

test('a log that cannot be read is said, also after it could be', async () => {
  const { db, close } = await testDatabase()
  const feed = createEventFeed({ db, log })
  equal(await feed.ready(), true)
  await close()
  equal(await feed.ready(), false)
  feed.close()
})
