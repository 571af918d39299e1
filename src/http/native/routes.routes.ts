import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { AskNodes } from '../../dns/ask-nodes.ts'
import type { NumberAnswers } from '../../dns/number-answer.ts'
import type { Market } from '../../numbers/market.ts'
import type { RouteBook } from '../../routing/book.ts'
import type { RoutePusher } from '../../routing/push.ts'
import { AuditReason, personOf } from '../audit-reason.ts'
import { callerOf } from '../surface.ts'
import { DESK, READERS } from './common.schema.ts'
import { problems } from './problems.schema.ts'
import { inspectionView, listOf, pushOf, pushView, routePage } from './routes.codec.ts'
import {
  PastQuery,
  PushAnswer,
  PushBody,
  PushQuery,
  RouteInspection,
  RoutePage,
  RoutePath,
  RouteQuery,
} from './routes.schema.ts'

export type RoutesDeps = {
  readonly market: Market
  readonly routes: RouteBook & RoutePusher
  /** The DNS of this installation, to be asked as anybody asks it. */
  readonly askNodes: AskNodes
  readonly numbers: Pick<NumberAnswers, 'recordsOf' | 'fixedApexOf'>
}

const TAGS = ['Routes']
const USUAL_PAST = 20
const BY_HAND =
  'The header X-Audit-Reason says why, for the audit; with it an admin may set aside a route that a port holds.'

/** Why a number is routed so, which routes there are, and changes of them that say beforehand what they do. */
export const routesRoutes =
  ({ market, routes, numbers, askNodes }: RoutesDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/routes',
      {
        config: { tiers: READERS, operation: 'listRoutes' },
        schema: {
          tags: TAGS,
          summary: 'The numbers that have a route of their own',
          querystring: RouteQuery,
          response: { 200: RoutePage, ...problems(400) },
        },
      },
      async ({ query }) => {
        const { filter, page } = listOf(query, market)
        return routePage(query, await routes.list(filter, page), page.limit)
      },
    )

    app.get(
      '/routes/:msisdn',
      {
        config: { tiers: READERS, operation: 'inspectRoute' },
        schema: {
          tags: TAGS,
          summary: 'Why a number is routed so',
          description:
            'The route and where it comes from, its history, and what every DNS node answers now: asked over DNS, under every apex.',
          params: RoutePath,
          querystring: PastQuery,
          response: { 200: RouteInspection, ...problems(400) },
        },
      },
      async ({ params, query }) => {
        const { history_limit: limit = USUAL_PAST, history_before: before } = query
        const found = await routes.inspect(params.msisdn, { before, limit })
        return inspectionView(found, numbers, await askNodes(found.number, found.route?.route))
      },
    )

    app.post(
      '/routes',
      {
        config: { tiers: DESK, operation: 'pushRoutes' },
        schema: {
          tags: TAGS,
          summary: 'Route numbers to an operator by hand; or only ask what would change',
          description: `All of it is done, or nothing. More than 100 numbers need \`confirmed_count\`, which a dry run tells. ${BY_HAND}`,
          querystring: PushQuery,
          headers: AuditReason,
          body: PushBody,
          response: { 200: PushAnswer, ...problems(400, 409, 422) },
        },
      },
      async (request) => {
        const isDryRun = request.query.dry_run ?? false
        const push = pushOf(request.body, personOf(callerOf(request), request.headers))
        return pushView(await routes.push(push, isDryRun ? 'dry run' : 'for real'), isDryRun, numbers)
      },
    )

    app.delete(
      '/routes/:msisdn',
      {
        config: { tiers: DESK, operation: 'removeRoute' },
        schema: {
          tags: TAGS,
          summary: 'Take the route of a number away: its block answers again',
          description: BY_HAND,
          params: RoutePath,
          querystring: PushQuery,
          headers: AuditReason,
          response: { 200: PushAnswer, ...problems(400, 404, 409, 422) },
        },
      },
      async (request) => {
        const isDryRun = request.query.dry_run ?? false
        const by = personOf(callerOf(request), request.headers)
        const report = await routes.remove(request.params.msisdn, by, isDryRun ? 'dry run' : 'for real')
        return pushView(report, isDryRun, numbers)
      },
    )
  }
