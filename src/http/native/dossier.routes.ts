import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { Market } from '../../numbers/market.ts'
import type { PortDesk } from '../../porting/desk.ts'
import type { Watch } from '../../porting/outlook.ts'
import { callerOf } from '../surface.ts'
import { DESK, MsgIdentifier } from './common.schema.ts'
import { dossierHtml, dossierOf } from './dossier.codec.ts'
import { problems } from './problems.schema.ts'

export type DossierDeps = {
  readonly market: Market
  readonly desk: PortDesk
  readonly watch: Watch
  readonly now: () => Temporal.Instant
}

/** Its own style, and nothing else: no script, no request. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

const Dossier = Type.Object(
  { port: Type.Object({}, { additionalProperties: true, description: 'as GET /v1/ports/{msgidentifier} shows it' }) },
  {
    additionalProperties: true,
    description:
      'made_at, made_by, operator, port; messages with their bodies; audit rows with their place in the chain',
  },
)

/** Everything about one port in one file. */
export const dossierRoutes =
  ({ market, desk, watch, now }: DossierDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/ports/:msgidentifier/dossier',
      {
        config: { tiers: DESK, operation: 'getDossier' },
        schema: {
          tags: ['Ports'],
          summary: 'Everything about one port in one file: JSON, or HTML to read, print and keep',
          params: MsgIdentifier,
          querystring: Type.Object({
            format: Type.Optional(
              Type.Enum(['json', 'html'], { type: 'string', default: 'json', description: 'json or html' }),
            ),
          }),
          response: {
            200: {
              description: 'The dossier',
              content: {
                'application/json': { schema: Dossier },
                'text/html': { schema: Type.String({ description: 'one page that needs nothing else' }) },
              },
            },
            ...problems(400, 404),
          },
        },
      },
      async (request, reply) => {
        const { msgidentifier } = request.params
        const history = await desk.history(msgidentifier, 'with bodies')
        const dossier = dossierOf(history, await watch.outlook(history.port), {
          at: now(),
          by: callerOf(request).name,
          operator: market.operator,
        })
        const isHtml = request.query.format === 'html'
        const type = isHtml ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8'
        const name = `${msgidentifier}.${isHtml ? 'html' : 'json'}`
        // written here, so that nothing of the dossier is left out by a schema
        return reply
          .type(type)
          .headers({ 'content-security-policy': PAGE_POLICY, 'content-disposition': `inline; filename="${name}"` })
          .serializer((text: unknown) => String(text))
          .send(isHtml ? dossierHtml(dossier) : JSON.stringify(dossier, null, 2))
      },
    )
  }
