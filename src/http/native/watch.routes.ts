import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Market } from '../../numbers/market.ts'
import type { Watch } from '../../porting/outlook.ts'
import type { Watched } from '../../porting/watch.ts'
import { DESK, READERS, USUAL_LIMIT } from './common.schema.ts'
import { cursorOf, placeOf } from './cursor.codec.ts'
import { problems } from './problems.schema.ts'
import { boundOf, timeText } from './time.codec.ts'
import { causeRateView, expectedView, timelineView } from './watch.codec.ts'
import {
  DuePage,
  DueQuery,
  Rates,
  SinceQuery,
  TimelinePage,
  TimelineQuery,
  UnmappedPage,
  UnmappedQuery,
} from './watch.schema.ts'

const TAGS = ['Watch']

/** What should have happened by now, and how donors refuse. */
export const watchRoutes =
  ({ watch, market }: { readonly watch: Watch; readonly market: Market }): FastifyPluginAsyncTypebox =>
  async (app) => {
    const since = (from: string | undefined) => boundOf(from, { field: 'from', end: 'from', timeZone: market.timeZone })

    app.get(
      '/overdue',
      {
        config: { tiers: DESK, operation: 'listOverdue' },
        schema: {
          tags: TAGS,
          summary: 'Ports whose next event has not come in time; with `within_minutes` also those that come near it',
          querystring: DueQuery,
          response: { 200: DuePage, ...problems(400) },
        },
      },
      async ({ query }) => {
        const { within_minutes: withinMinutes = 0, limit = USUAL_LIMIT, cursor } = query
        const question = `overdue ${withinMinutes}`
        const place = placeOf(question, cursor, ['instant', 'id'])
        const after = place && { dueAt: place[0], id: place[1] }
        const found = await watch.due({ withinMinutes, after, limit })
        const last = found.at(-1)
        return {
          items: found.map(dueView),
          next: last && found.length === limit ? cursorOf(question, [last.dueAt.toString(), last.id]) : null,
        }
      },
    )

    app.get(
      '/timelines',
      {
        config: { tiers: DESK, operation: 'listTimelines' },
        schema: {
          tags: TAGS,
          summary:
            'Port-ins that have broken the longest time that the market allows, or will unless somebody is quick',
          description:
            'The forecast takes every window that is still to come in full, but our own instruction at once. Nothing is listed in a market without such a limit (`limits.portingTime`).',
          querystring: TimelineQuery,
          response: { 200: TimelinePage, ...problems(400) },
        },
      },
      async ({ query }) => {
        const { cursor, limit = USUAL_LIMIT } = query
        const begin = placeOf('timelines', cursor, ['number'])?.[0] ?? 0
        const all = await watch.endangered()
        const end = begin + limit
        return {
          items: all.slice(begin, end).map(({ port, timeline }) => ({
            msgidentifier: port.msgidentifier,
            state: port.state,
            counterparty: port.counterparty,
            first_number: port.range.first,
            last_number: port.range.last,
            timeline: timelineView(timeline),
            link: linkOf(port),
          })),
          next: end < all.length ? cursorOf('timelines', [end]) : null,
        }
      },
    )

    app.get(
      '/rejections/rates',
      {
        config: { tiers: READERS, operation: 'getRejectionRates' },
        schema: {
          tags: TAGS,
          summary: 'How each donor refuses, why, and how often asking again helped',
          querystring: SinceQuery,
          response: { 200: Rates, ...problems(400) },
        },
      },
      async ({ query }) => ({
        items: (await watch.rates(since(query.from))).map(({ rejectionRate, causes, ...rest }) => ({
          ...rest,
          rejection_rate: rejectionRate,
          causes: causes.map(causeRateView),
        })),
      }),
    )

    app.get(
      '/rejections/unmapped',
      {
        config: { tiers: DESK, operation: 'listUnmappedRejections' },
        schema: {
          tags: TAGS,
          summary: 'Words of donors that no row of the translator knows, to be mapped',
          querystring: UnmappedQuery,
          response: { 200: UnmappedPage, ...problems(400) },
        },
      },
      async ({ query }) => {
        const { from, cursor, limit = USUAL_LIMIT } = query
        const question = `unmapped ${from ?? ''}`
        const begin = placeOf(question, cursor, ['number'])?.[0] ?? 0
        const all = await watch.unmapped(since(from))
        const end = begin + limit
        return {
          items: all.slice(begin, end).map(({ lastAt, ...rest }) => ({ ...rest, last_at: timeText(lastAt) })),
          next: end < all.length ? cursorOf(question, [end]) : null,
        }
      },
    )
  }

function dueView(watched: Watched) {
  const { msgidentifier, direction, state, counterparty, range } = watched
  return {
    msgidentifier,
    direction,
    state,
    counterparty,
    first_number: range.first,
    last_number: range.last,
    expected: expectedView(watched),
    link: linkOf(watched),
  }
}

const linkOf = ({ msgidentifier }: { readonly msgidentifier: string }) =>
  `/v1/ports/${encodeURIComponent(msgidentifier)}`
