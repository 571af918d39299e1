import type { ServerResponse } from 'node:http'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { EventFeed, FeedBatch } from '../../events/feed.ts'
import { counted } from '../../shared/count.ts'
import { Fault } from '../../shared/fault.ts'
import { callerOf } from '../surface.ts'
import { READERS, Sequence } from './common.schema.ts'
import { eventText } from './events.codec.ts'
import { problems } from './problems.schema.ts'

export type StreamLimits = {
  /** Streams at a time in this process. */
  readonly streams: number
  /** Of those with one key, so that no reader takes the places of all others. */
  readonly streamsOfKey: number
  /** Bytes that a reader may leave unread before it is let go; it comes back and goes on where it was. */
  readonly unreadBytes: number
  readonly heartbeatSeconds: number
  /** After so long a stream ends, so that a key that was revoked does not listen on. */
  readonly lifetimeSeconds: number
}

export const STREAM_LIMITS: StreamLimits = {
  streams: 200,
  streamsOfKey: 50,
  unreadBytes: 1024 * 1024,
  heartbeatSeconds: 15,
  lifetimeSeconds: 900,
}

const PAGE = 500

const EventsQuery = Type.Object({
  after: Type.Optional(
    Sequence({
      description: 'a sequence: events after it; the header Last-Event-ID says the same',
    }),
  ),
})

const EventsHeaders = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({ description: 'the `id` of the last event that was read: those after it come first' }),
  ),
})

const streams = (count: number) => counted(count, 'event stream is open', 'event streams are open')

/** `GET /v1/events`: what happens to ports, as server-sent events (HTML standard), from now on or from where a reader left. */
export const eventsRoutes =
  ({ feed, limits = STREAM_LIMITS }: { feed: EventFeed; limits?: StreamLimits }): FastifyPluginAsyncTypebox =>
  async (app) => {
    const open = new Map<() => void, string>()
    app.addHook('preClose', async () => {
      for (const end of open.keys()) end()
    })
    const refuseTooMany = (keyId: string) => {
      const ofKey = [...open.values()].filter((one) => one === keyId).length
      if (open.size >= limits.streams)
        throw new Fault('streams_exhausted', `${streams(limits.streams)}, which is the most here`)
      if (ofKey >= limits.streamsOfKey)
        throw new Fault('streams_exhausted', `${streams(ofKey)} with this key, which is the most for one`)
    }
    app.get(
      '/events',
      {
        config: { tiers: READERS, operation: 'followEvents' },
        handlerTimeout: limits.lifetimeSeconds * 2 * 1000,
        exposeHeadRoute: false, // its head alone would wait for the end of a stream, and take a place
        schema: {
          tags: ['Events'],
          summary: 'Follow what happens to ports, as server-sent events',
          description: `Each event has \`id\` (a place to go on from), \`event\` (its type, one of those that a webhook may ask for) and \`data\`: \`{ sequence, type, msgidentifier, state, at }\`. A reader that was cut off sends the last \`id\` as \`Last-Event-ID\` and misses nothing; an event may come twice, and its \`sequence\` tells. A comment comes every ${STREAM_LIMITS.heartbeatSeconds} seconds. A stream ends after ${STREAM_LIMITS.lifetimeSeconds / 60} minutes: connect again.`,
          querystring: EventsQuery,
          headers: EventsHeaders,
          response: {
            200: {
              description: 'The stream; it stays open',
              content: {
                'text/event-stream': {
                  schema: Type.String({
                    description: 'server-sent events',
                    examples: [
                      'id: 42\nevent: port_in.ported\ndata: {"sequence":42,"type":"port_in.ported","msgidentifier":"XX202501-CARR-00001","state":"Number_Ported","at":"2025-01-15T10:30:00.000Z"}\n\n',
                    ],
                  }),
                },
              },
            },
            ...problems(400, 503),
          },
        },
      },
      async (request, reply) => {
        const { keyId } = callerOf(request)
        // gone while its key was looked up: no `close` follows that would free its place
        if (reply.raw.destroyed) return reply.hijack()
        refuseTooMany(keyId)
        const from = request.query.after ?? lastEventId(request.headers['last-event-id'])
        reply.hijack()
        await stream(reply, { feed, from, limits, open, keyId })
      },
    )
  }

type Stream = {
  readonly feed: EventFeed
  readonly from: number | undefined
  readonly limits: StreamLimits
  /** How to end each open stream, and whose key it is. */
  readonly open: Map<() => void, string>
  readonly keyId: string
}

/** Writes to one reader until it leaves, is too slow, or has listened long enough. */
async function stream(reply: FastifyReply, { feed, from, limits, open, keyId }: Stream): Promise<void> {
  const { raw } = reply
  const atEnd: (() => void)[] = []
  const end = () => (raw.headersSent ? raw.end() : raw.destroy())
  open.set(end, keyId) // its place, from here on
  raw.on('error', () => raw.destroy()) // the reader went away while we wrote; `close` follows
  raw.on('close', () => {
    for (const undo of atEnd) undo()
    open.delete(end)
  })
  // before the head, so that nothing is missed that happens once the reader knows that it is open
  const isReady = await feed.ready()
  if (raw.destroyed) return
  if (!isReady) return void raw.destroy() // the database is away: the reader comes again
  let waiting: FeedBatch[] | undefined = []
  const sent = new Set<number>()
  const known = feed.settled()
  const write = ({ events, settled }: FeedBatch) => {
    const fresh = events.filter(({ sequence }) => !sent.has(sequence))
    const text = fresh.map((event) => eventText(event, settled)).join('')
    if (text !== '' && !raw.destroyed) raw.write(text)
  }
  const remember = (batch: FeedBatch) => {
    write(batch)
    // what was known before we followed does not come again
    for (const { sequence } of batch.events) if (sequence > known) sent.add(sequence)
  }
  const stopFollowing = feed.follow((batch) => {
    if (waiting) return void waiting.push(batch)
    write(batch)
    if (raw.writableLength > limits.unreadBytes) raw.destroy()
  })
  writeHead(reply)
  const heartbeat = setInterval(() => raw.write(': still here\n\n'), limits.heartbeatSeconds * 1000)
  const lifetime = setTimeout(end, limits.lifetimeSeconds * 1000)
  atEnd.push(
    () => clearInterval(heartbeat),
    () => clearTimeout(lifetime),
    stopFollowing,
  )
  try {
    if (from !== undefined) await catchUp(raw, { feed, from, write: remember })
    for (const batch of waiting) write(batch)
  } catch {
    raw.destroy() // the database is away: the reader comes again and goes on where it was
  } finally {
    waiting = undefined
    sent.clear()
  }
}

function writeHead(reply: FastifyReply): void {
  const { raw } = reply
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no', // nginx would hold the events back
  })
  raw.write('retry: 2000\n: open\n\n')
}

/** What happened while the reader was away. What comes meanwhile waits, and is not sent again. */
async function catchUp(
  raw: ServerResponse,
  { feed, from, write }: { feed: EventFeed; from: number; write: (batch: FeedBatch) => void },
): Promise<void> {
  for (let after = from; !raw.destroyed; ) {
    const batch = await feed.after(after, PAGE)
    write(batch)
    const last = batch.events.at(-1)
    if (!last || batch.events.length < PAGE) return
    after = last.sequence
    if (raw.writableNeedDrain && !raw.destroyed) await drained(raw)
  }
}

function drained(raw: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    raw.once('drain', resolve)
    raw.once('close', resolve)
  })
}

function lastEventId(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^[0-9]{1,15}$/.test(header) ? Number(header) : undefined
}
