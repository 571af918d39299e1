import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Alert, Alerts } from '../../porting/alerts.ts'
import { MONITORS } from '../../porting/monitors.ts'
import { callerOf } from '../surface.ts'
import { Acknowledgement, AlertPage, AlertQuery, AlertView, Id, MessageView, Monitors } from './alerts.schema.ts'
import { DESK, USUAL_LIMIT } from './common.schema.ts'
import { cursorOf, placeOf } from './cursor.codec.ts'
import { problems } from './problems.schema.ts'
import { timeOrNull, timeText } from './time.codec.ts'

const TAGS = ['Alerts']

/** What is wrong now, who has seen to it, and the messages that nobody understood. */
export const alertsRoutes =
  ({ alerts }: { readonly alerts: Alerts }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/alerts',
      {
        config: { tiers: DESK, operation: 'listAlerts' },
        schema: {
          tags: TAGS,
          summary: 'What is wrong now, or was, newest first',
          querystring: AlertQuery,
          response: { 200: AlertPage, ...problems(400) },
        },
      },
      async ({ query }) => {
        const { cursor, limit = USUAL_LIMIT, state = 'open', acknowledged: isAcknowledged, ...filters } = query
        const question = `alerts ${JSON.stringify([state, isAcknowledged, filters])}`
        const place = placeOf(question, cursor, ['id'])
        const before = place?.[0]
        const found = await alerts.search({ ...filters, state, isAcknowledged, before, limit })
        const last = found.at(-1)
        return {
          items: found.map(alertView),
          next: last && found.length === limit ? cursorOf(question, [last.id]) : null,
        }
      },
    )

    app.get(
      '/alerts/:id',
      {
        config: { tiers: DESK, operation: 'getAlert' },
        schema: { tags: TAGS, summary: 'An alert', params: Id, response: { 200: AlertView, ...problems(400, 404) } },
      },
      async ({ params }) => alertView(await alerts.get(params.id)),
    )

    app.post(
      '/alerts/:id/acknowledgement',
      {
        config: { tiers: DESK, operation: 'acknowledgeAlert' },
        schema: {
          tags: TAGS,
          summary: 'Say that somebody sees to it; recorded in the audit',
          description: 'An alert about a message is over with that. Any other lasts until what it tells of is over.',
          params: Id,
          body: Acknowledgement,
          response: { 200: AlertView, ...problems(400, 404, 409, 422) },
        },
      },
      async (request) => {
        const note = request.body.note?.trim() || undefined
        return alertView(await alerts.acknowledge(request.params.id, callerOf(request).name, note))
      },
    )

    app.get(
      '/monitors',
      {
        config: { tiers: DESK, operation: 'listMonitors' },
        schema: {
          tags: TAGS,
          summary: 'What is watched, and how it stands',
          response: { 200: Monitors, ...problems() },
        },
      },
      async () => ({
        items: (await alerts.monitors()).map(({ lookedAt, problem = null, ...rest }) => ({
          ...rest,
          title: MONITORS[rest.name].title,
          about: MONITORS[rest.name].about,
          todo: MONITORS[rest.name].todo,
          looked_at: timeOrNull(lookedAt),
          problem,
        })),
      }),
    )

    app.get(
      '/messages/:id',
      {
        config: { tiers: DESK, operation: 'getMessage' },
        schema: {
          tags: TAGS,
          summary: 'A message of the clearinghouse with its bytes',
          params: Id,
          response: { 200: MessageView, ...problems(400, 404) },
        },
      },
      async ({ params }) => {
        const { body, bodyRemovedAt, contentType, lookedAt, lookedBy, direction, at, ...rest } = await alerts.message(
          params.id,
        )
        return {
          ...rest,
          direction,
          at: timeText(at),
          content_type: contentType,
          looked_at: timeOrNull(lookedAt),
          looked_by: lookedBy,
          bytes: body.length,
          body: bodyRemovedAt ? null : body.toString('utf8'),
        }
      },
    )
  }

function alertView(alert: Alert): AlertView {
  const { msgidentifier, messageId, acknowledgedAt, acknowledgedBy } = alert
  return {
    id: alert.id,
    monitor: alert.monitor,
    title: MONITORS[alert.monitor].title,
    severity: alert.severity,
    subject: alert.subject,
    what: alert.what,
    said: alert.said,
    todo: MONITORS[alert.monitor].todo,
    msgidentifier,
    message_id: messageId,
    links: {
      port: msgidentifier === null ? null : `/v1/ports/${encodeURIComponent(msgidentifier)}`,
      message: messageId === null ? null : `/v1/messages/${messageId}`,
    },
    since: timeText(alert.since),
    opened_at: timeText(alert.openedAt),
    seen_at: timeText(alert.seenAt),
    closed_at: timeOrNull(alert.closedAt),
    acknowledgement:
      acknowledgedAt && acknowledgedBy !== null
        ? { at: timeText(acknowledgedAt), by: acknowledgedBy, note: alert.note }
        : null,
  }
}
