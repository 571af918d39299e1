import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Market } from '../../numbers/market.ts'
import type { PortDesk } from '../../porting/desk.ts'
import type { Watch } from '../../porting/outlook.ts'
import { DESK, MsgIdentifier } from './common.schema.ts'
import { detailView, nextOf, portView, searchOf } from './ports.codec.ts'
import { PortDetail, PortPage, PortQuery } from './ports.schema.ts'
import { problems } from './problems.schema.ts'

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
  }
