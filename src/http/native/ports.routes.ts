import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Market } from '../../numbers/market.ts'
import type { PortDesk } from '../../porting/desk.ts'
import type { Watch } from '../../porting/outlook.ts'
import { callerOf } from '../surface.ts'
import { DESK, MsgIdentifier } from './common.schema.ts'
import { detailView, nextOf, portView, searchOf } from './ports.codec.ts'
import { ChangeWish, PortDetail, PortPage, PortQuery } from './ports.schema.ts'
import { problems } from './problems.schema.ts'
import { boundOf } from './time.codec.ts'

export type PortsDeps = { readonly market: Market; readonly desk: PortDesk; readonly watch: Watch }

/** Ports of both directions: found by anything, and shown whole. */
export const portsRoutes =
  ({ market, desk, watch }: PortsDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/ports',
      {
        config: { tiers: DESK, operation: 'searchPorts' },
        schema: {
          tags: ['Ports'],
          summary: 'Search ports of both directions',
          querystring: PortQuery,
          response: { 200: PortPage, ...problems(400) },
        },
      },
      async ({ query }) => {
        const search = searchOf(query, market)
        const ports = await desk.search(search)
        return {
          items: ports.map((port) => portView(port, desk.actionsOf(port))),
          next: nextOf(query, search, ports),
        }
      },
    )

    app.get(
      '/ports/:msgidentifier',
      {
        config: { tiers: DESK, operation: 'getPort' },
        schema: {
          tags: ['Ports'],
          summary: 'A port with its log, its deadlines, its messages and what was told of it',
          description: 'Exactly this port, also when another replaced it: `superseded_by` and `chain` lead there.',
          params: MsgIdentifier,
          response: { 200: PortDetail, ...problems(400, 404) },
        },
      },
      async ({ params }) => {
        const history = await desk.history(params.msgidentifier, 'without bodies')
        return detailView(history, await watch.outlook(history.port))
      },
    )

    app.post(
      '/ports/:msgidentifier/change',
      {
        config: { tiers: DESK, operation: 'changePort' },
        schema: {
          tags: ['Ports'],
          summary: 'Ask for a change of a port-in under way: another date, or something in words',
          description:
            'Possible in Waiting_for_Ported_Response (10). The port is then in Waiting_for_Change_Response (11) until the clearinghouse answers, and goes on in 10 whatever the answer is: its text, with the date that now holds, stands in the log.',
          params: MsgIdentifier,
          body: ChangeWish,
          response: { 200: PortDetail, ...problems(400, 404, 409, 422) },
        },
      },
      async (request) => {
        const { msgidentifier } = request.params
        const { requested_at, note } = request.body
        const when = { field: 'requested_at', end: 'from', timeZone: market.timeZone } as const
        const wish = { requestedAt: boundOf(requested_at, when), note }
        await desk.change(msgidentifier, wish, callerOf(request).name)
        const history = await desk.history(msgidentifier, 'without bodies')
        return detailView(history, await watch.outlook(history.port))
      },
    )
  }
