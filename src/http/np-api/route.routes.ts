import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Tier } from '../../accounts/key.ts'
import { digitsOf } from '../../numbers/e164.ts'
import type { Changed, RoutingDesk, Subscription } from '../../routing/desk.ts'
import { Fault } from '../../shared/fault.ts'
import { AuditReason, personOf } from '../audit-reason.ts'
import { callerOf } from '../surface.ts'
import { refusals } from './refusals.schema.ts'
import { HssRecord, Msisdn, PushPath, PushQuery, RouteAnswer, RouteChanged } from './route.schema.ts'

type Deps = { readonly routing: RoutingDesk }

const DESK: readonly Tier[] = ['admin', 'pxs']
/** The page that read_only is promised asks this one (contract O-12). */
const READERS: readonly Tier[] = ['admin', 'pxs', 'read_only']

/** `/np_api/route`: who serves a number, by hand and by eye. */
export const routeRoutes =
  ({ routing }: Deps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/route/:msisdn',
      {
        config: { tiers: READERS, operation: 'getRoute' },
        schema: {
          tags: ['route'],
          summary: 'Look up where a number is routed, and its HSS subscription',
          description:
            'From CGrateS where one is configured and has the newest change, else from our own routes in the same shape; the header Portolan-Route-Source says which. A number that is not ported is answered from its block. Without the HSS part for read_only.',
          params: Msisdn,
          response: { 200: RouteAnswer, ...refusals('getRoute', 400, 403, 404) },
        },
        serializerCompiler: untouched,
      },
      async (request, reply) => {
        const { msisdn } = request.params
        const withHss = callerOf(request).tier !== 'read_only'
        const [{ event, source }, subscription] = await Promise.all([
          routing.lookUp(msisdn),
          withHss ? routing.subscription(msisdn) : undefined,
        ])
        reply.header('portolan-route-source', source)
        return { ...event, ...(subscription && hssPart(subscription)) } as never // the schema describes; CGrateS decides
      },
    )

    app.get(
      '/route/hss_route/:msisdn',
      {
        config: { tiers: DESK, operation: 'getHssRoute' },
        schema: {
          tags: ['route'],
          summary: 'Look up the HSS subscription of a number alone',
          params: Msisdn,
          response: { 200: HssRecord, ...refusals('getHssRoute', 400, 403, 404) },
        },
        serializerCompiler: untouched,
      },
      async ({ params }) => {
        const subscription = await routing.subscription(params.msisdn)
        if (subscription.kind === 'none') throw new Fault('subscription_not_found', subscription.reason, 'msisdn')
        if (subscription.kind === 'failed') throw new Fault('hss_unavailable', subscription.reason)
        return subscription.record
      },
    )

    app.post(
      '/route/:msisdn/:operator/:type',
      {
        config: { tiers: DESK, operation: 'pushRoute' },
        schema: {
          tags: ['route'],
          summary: 'Route a number to an operator by hand',
          description:
            'For corrections and first provisioning. The header X-Audit-Reason says why, for the audit; with it an admin may set aside a route that a port holds. `rn` is an addition of this implementation.',
          params: PushPath,
          headers: AuditReason,
          querystring: PushQuery,
          response: {
            200: RouteChanged,
            ...refusals('pushRoute', 400, 403, 409),
          },
        },
        preValidation: async (request) => {
          // any case of the two words (contract O-34)
          const params = request.params as { type: string } // the path has it
          params.type = params.type.toLowerCase()
        },
      },
      async (request) => {
        const { msisdn, operator, type } = request.params
        // a plus that was not escaped has become a blank
        const routingNumber = request.query.rn?.replace(/^ /, '+').replace('rn-context= ', 'rn-context=+')
        const by = personOf(callerOf(request), request.headers)
        return done(await routing.push({ msisdn, operator, numberType: type, routingNumber, by }))
      },
    )

    app.delete(
      '/route/:msisdn',
      {
        config: { tiers: DESK, operation: 'deleteRoute' },
        schema: {
          tags: ['route'],
          summary: 'Remove the route of a number; its block answers again',
          description:
            'The header X-Audit-Reason says why, for the audit; with it an admin may set aside a route that a port holds.',
          params: Msisdn,
          headers: AuditReason,
          response: {
            200: RouteChanged,
            ...refusals('deleteRoute', 400, 403, 404, 409),
          },
        },
      },
      async (request) =>
        done(await routing.remove(request.params.msisdn, personOf(callerOf(request), request.headers))),
    )
  }

/** What CGrateS and the HSS say is handed on as it came: their schemas describe it and take nothing out. */
const untouched = () => (answer: unknown) => JSON.stringify(answer)

function hssPart(subscription: Subscription) {
  if (subscription.kind === 'found') return { HSS: subscription.record }
  return { HSS: null, ...(subscription.kind === 'failed' && { hss_error: subscription.reason }) }
}

/** Contract O-58: as the create of a port-in answers, with the number in place of the identifier. */
function done({ number, sentence }: Changed) {
  return { result: 'success', msisdn: digitsOf(number), message: sentence } as const
}
