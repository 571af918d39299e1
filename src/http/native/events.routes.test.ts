import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import test, { after, before } from 'node:test'
import { type EventStream, openEvents, type StreamEvent } from '../../../test/support/event-stream.ts'
import { type TestNative, testNative } from '../../../test/support/native.ts'
import { until } from '../../../test/support/until.ts'
import { findLastSequence } from '../../events/feed.store.ts'
import { appendEvents } from '../../events/outbox.store.ts'
import { sampleEvent } from '../../events/sample.testing.ts'

let native: TestNative
before(async () => {
  native = await testNative({ limits: { streams: 3, heartbeatSeconds: 0.05, unreadBytes: 64 * 1024 } })
})
after(() => native.close())

/** A stream, as soon as there is a place: one that was closed has its place until the server hears of it. */
const follow = (headers: Record<string, string> = {}, query = '') =>
  until('a place', async () => {
    const shown = { 'x-api-key': native.key.read_only, ...headers }
    const stream = await openEvents(`${native.url}/v1/events${query}`, shown)
    if (stream.status !== 503) return stream
    stream.close()
    return undefined
  })
const subjects = (events: readonly StreamEvent[]) => events.map(({ data }) => data.msgidentifier)
const say = (...names: string[]) =>
  native.porting.db.tx((tx) =>
    appendEvents(
      tx,
      names.map((name) => sampleEvent('port_in.requested', name)),
    ),
  )

async function withStream(stream: EventStream, use: () => Promise<void>): Promise<void> {
  try {
    await use()
  } finally {
    stream.close()
  }
}

test('what happens to a port is told soon after its commit', async () => {
  const stream = await follow()
  await withStream(stream, async () => {
    equal(stream.status, 200)
    match(stream.headers.get('content-type') ?? '', /^text\/event-stream/)
    equal(stream.headers.get('x-content-type-options'), 'nosniff')
    await until('the first heartbeat', () => stream.comments.length > 1)
    const port = await native.create('5550100', '5550199')
    await native.move(port.msgidentifier, ['pxs:acknowledged'], ['pxs:authorised'])
    const [requested, authorised] = await stream.count(2)
    deepEqual(requested?.data, {
      sequence: requested?.id,
      type: 'port_in.requested',
      msgidentifier: port.msgidentifier,
      state: 'NoPort',
      at: '2025-01-15T10:30:00.987Z',
    })
    deepEqual([authorised?.event, authorised?.data.state], ['port_in.authorised', 'Waiting_for_Instruction'])
  })
})

test('a stream is open only once the log was read, so that nothing after it is missed', async () => {
  const fresh = await testNative()
  try {
    const { db } = fresh.porting
    const isAsked = () => db.sql("select 1 from pg_locks where relation = 'event'::regclass and not granted")
    let isOpen = false
    const opening = await db.tx(async (tx) => {
      await tx.sql('lock table event in access exclusive mode')
      const stream = openEvents(`${fresh.url}/v1/events`, { 'x-api-key': fresh.key.read_only }).then((opened) => {
        isOpen = true
        return opened
      })
      await until('the log is asked for', async () => (await isAsked()).length > 0)
      equal(isOpen, false)
      return { stream }
    })
    const stream = await opening.stream
    await withStream(stream, async () => {
      await db.tx((tx) => appendEvents(tx, [sampleEvent('port_in.requested', 'right after')]))
      deepEqual(subjects(await stream.count(1)), ['right after'])
    })
  } finally {
    await fresh.close()
  }
})

test('a reader that was cut off goes on where it was, however much it missed', async () => {
  const first = await follow()
  await until('the stream', () => first.comments.length > 0)
  await say('seen')
  const [seen] = (await first.count(1)).slice(-1)
  first.close()
  const missed = Array.from({ length: 1_100 }, (_, index) => `missed-${index}`)
  await say(...missed)
  const again = await follow({ 'last-event-id': String(seen?.id) })
  await withStream(again, async () => {
    deepEqual(subjects(await again.count(missed.length)), missed)
    await say('live')
    deepEqual(subjects(await again.count(missed.length + 1)).at(-1), 'live')
  })
  const byQuery = await follow({}, `?after=${seen?.id}`)
  await withStream(byQuery, async () => {
    deepEqual(subjects(await byQuery.count(missed.length + 1)), [...missed, 'live'])
  })
})

test('an event that commits after a later one is told too, and no id passes it before', async () => {
  const stream = await follow()
  await withStream(stream, async () => {
    await until('the stream', () => stream.comments.length > 0)
    const { db } = native.porting
    const before = await findLastSequence(db)
    await db.tx(async (slow) => {
      await appendEvents(slow, [sampleEvent('port_in.requested', 'slow')])
      await say('fast')
      const [fast] = await stream.count(1)
      equal(fast?.data.msgidentifier, 'fast')
      equal(fast?.id, before, 'to go on from here finds the slow one')
    })
    const [, slow] = await stream.count(2)
    equal(slow?.data.msgidentifier, 'slow')
    await say('later')
    const events = await stream.count(3)
    equal(events[2]?.id, before + 3, 'the gap is closed')
  })
})

test('streams are bounded: one too many gets 503 and comes again later', async () => {
  const streams = await Promise.all([follow(), follow(), follow()])
  const refused = await native.ask('GET', '/events')
  equal(refused.status, 503)
  equal(refused.json.type, 'about:portolan:streams_exhausted')
  equal(refused.headers.get('retry-after'), '5')
  for (const stream of streams) stream.close()
  const again = await follow()
  again.close()
  equal(again.status, 200)
})

test('one key does not take the places of all others, and the head of a stream takes none', async () => {
  const own = await testNative({ limits: { streamsOfKey: 2 } })
  const open = (tier: 'admin' | 'read_only') => openEvents(`${own.url}/v1/events`, { 'x-api-key': own.key[tier] })
  const streams = await Promise.all([open('read_only'), open('read_only')])
  try {
    equal((await own.ask('HEAD', '/events', { tier: 'admin' })).status, 404)
    const refused = await own.ask('GET', '/events', { tier: 'read_only' })
    deepEqual([refused.status, refused.json.type], [503, 'about:portolan:streams_exhausted'])
    const other = await open('admin')
    streams.push(other)
    equal(other.status, 200)
  } finally {
    for (const stream of streams) stream.close()
    await own.close()
  }
})

test('a reader that leaves while its key is looked up takes no place', async () => {
  const own = await testNative({ limits: { streamsOfKey: 1 } })
  try {
    const { hostname, port } = new URL(own.url)
    const headers = { 'x-api-key': own.key.pxs }
    const socket = connect(Number(port), hostname)
    socket.write(`GET /v1/events HTTP/1.1\r\nhost: ${hostname}\r\nx-api-key: ${own.key.pxs}\r\n\r\n`, () =>
      socket.destroy(),
    )
    await once(socket, 'close')
    // the key was looked up for it by then
    equal((await fetch(`${own.url}/v1/me`, { headers })).status, 200)
    const next = await until('there is a place', async () => {
      const stream = await openEvents(`${own.url}/v1/events`, headers)
      if (stream.status === 200) return stream
      stream.close()
      return undefined
    })
    next.close()
  } finally {
    await own.close()
  }
})

test('a reader that leaves while it waits behind another of its connection frees both places', async () => {
  const own = await testNative({ limits: { streamsOfKey: 2 } })
  try {
    const { hostname, port } = new URL(own.url)
    const socket = connect(Number(port), hostname)
    const request = `GET /v1/events HTTP/1.1\r\nhost: ${hostname}\r\nx-api-key: ${own.key.pxs}\r\n\r\n`
    socket.write(request + request)
    const shown = { 'x-api-key': own.key.pxs }
    const tries = async () => {
      const stream = await openEvents(`${own.url}/v1/events`, shown)
      stream.close()
      return stream.status
    }
    await until('both have their places', async () => (await tries()) === 503)
    socket.destroy()
    const both = await until('both places are free', async () => {
      const streams = [await openEvents(`${own.url}/v1/events`, shown), await openEvents(`${own.url}/v1/events`, shown)]
      if (streams.every(({ status }) => status === 200)) return streams
      for (const stream of streams) stream.close()
      return undefined
    })
    for (const stream of both) stream.close()
  } finally {
    await own.close()
  }
})

test('a reader that does not read is let go, and its place is free again', async () => {
  const own = await testNative({ limits: { streams: 1, unreadBytes: 64 * 1024 } })
  const { hostname, port } = new URL(own.url)
  const socket = connect(Number(port), hostname)
  try {
    socket.on('error', () => {}) // a reset is one way to be let go
    socket.write(`GET /v1/events HTTP/1.1\r\nHost: x\r\nX-API-Key: ${own.key.pxs}\r\n\r\n`)
    await new Promise((resolve) => socket.once('data', resolve))
    socket.pause()
    equal((await own.ask('GET', '/events')).status, 503)
    const flood = Array.from({ length: 500 }, () => sampleEvent('port_in.requested', 'x'.repeat(4_000)))
    await until('the slow reader let go', async () => {
      const again = flood.map((event) => ({ ...event, id: randomUUIDv7() }))
      await own.porting.db.tx((tx) => appendEvents(tx, again))
      const stream = await openEvents(`${own.url}/v1/events`, { 'x-api-key': own.key.pxs })
      stream.close()
      return stream.status === 200
    })
  } finally {
    socket.destroy()
    await own.close()
  }
})

test('the end of the server ends its streams at once', async () => {
  const own = await testNative()
  const stream = await openEvents(`${own.url}/v1/events`, { 'x-api-key': own.key.admin })
  await until('the stream', () => stream.comments.length > 0)
  const since = performance.now()
  await own.server.close()
  ok(performance.now() - since < 9_000, 'what is left after ten seconds would be cut')
  await until('the end of the stream', stream.isEnded)
  await own.close()
})
