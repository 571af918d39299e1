import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { EVENT_TYPES } from '../../events/event.ts'
import type { WebhookRecord, Webhooks } from '../../events/webhooks.ts'
import { callerOf } from '../surface.ts'
import { ADMIN, IfMatch, Nullable, Page, PageQuery, Time, USUAL_LIMIT, Versioned } from './common.schema.ts'
import { cursorOf, placeOf } from './cursor.codec.ts'
import { problems } from './problems.schema.ts'
import { timeOrNull, timeText } from './time.codec.ts'
import { etagOf, versionOf } from './version.codec.ts'

const USUAL_OVERLAP_SECONDS = 86_400
const TAGS = ['Webhooks']

const Url = Type.String({ maxLength: 2_000, description: 'where events are posted, https:// or http://' })
const Types = Nullable(
  Type.Array(Type.String(), {
    maxItems: 100,
    description: `types of events that are sent; null: all. ${EVENT_TYPES.join(', ')}`,
  }),
)
const Secret = Type.Optional(
  Type.String({
    minLength: 32,
    maxLength: 200,
    description: '32 to 200 characters; absent: one is made and shown once',
  }),
)

const HOOK = {
  name: Type.String({ description: 'stands in the delivery log' }),
  url: Url,
  types: Types,
  is_paused: Type.Boolean({ description: 'events are kept, none is sent' }),
  previous_until: Nullable(Time('until when the previous secret signs beside the new one')),
  created_at: Time('when it was made'),
  created_by: Type.String({ description: 'who made it' }),
  updated_at: Time('when it last changed'),
  version: Type.Integer({ description: 'counts changes; the ETag says the same' }),
}
const HookView = Type.Object(HOOK, { description: 'A webhook without its secret' })
const WithSecret = Type.Object(
  { ...HOOK, secret: Type.String({ description: 'signs what is sent: shown now and never again' }) },
  { description: 'A webhook with its new secret' },
)
const Name = Type.Object({ name: Type.String({ maxLength: 64, description: 'of the webhook' }) })
const DeliveryView = Type.Object({
  event_id: Type.String({ description: 'of the event' }),
  type: Type.String({ description: 'of the event' }),
  subject: Type.String({ description: 'msgidentifier, or what else it is about' }),
  at: Time('when it happened'),
  state: Type.Enum(['queued', 'delivered', 'dead'], { type: 'string', description: 'dead: given up' }),
  attempts: Type.Integer({ description: 'how often it was tried' }),
  next_attempt_at: Nullable(Time('when it is tried next; null when it is over')),
  last_status: Nullable(Type.Integer({ description: 'HTTP status of the last answer' })),
  last_error: Nullable(Type.String({ description: 'why the last attempt failed' })),
  settled_at: Nullable(Time('when it was over')),
})

/** Webhooks: who is told of events, how that goes, and telling once more. An admin's alone. */
export const webhooksRoutes =
  ({ webhooks }: { readonly webhooks: Webhooks }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/webhooks',
      {
        config: { tiers: ADMIN, operation: 'listWebhooks' },
        schema: {
          tags: TAGS,
          summary: 'All webhooks by name',
          response: {
            200: Type.Object({ items: Type.Array(HookView, { description: 'by name' }) }, { description: 'Webhooks' }),
            ...problems(),
          },
        },
      },
      async () => ({ items: (await webhooks.list()).map(hookView) }),
    )

    app.post(
      '/webhooks',
      {
        config: { tiers: ADMIN, operation: 'createWebhook' },
        schema: {
          tags: TAGS,
          summary: 'Make a webhook; its secret is shown once',
          body: Type.Object({
            name: Type.String({ maxLength: 64, description: '1 to 64 letters, digits, dots, dashes or underscores' }),
            url: Url,
            types: Type.Optional(Types),
            secret: Secret,
          }),
          response: { 201: Versioned(WithSecret), ...problems(400, 409, 422) },
        },
      },
      async (request, reply) => {
        const { name, url, types = null, secret } = request.body
        const made = await webhooks.create({ name, url, types, secret }, callerOf(request).name)
        return reply
          .code(201)
          .header('etag', etagOf(made.webhook.version))
          .send({ ...hookView(made.webhook), secret: made.secret })
      },
    )

    app.get(
      '/webhooks/:name',
      {
        config: { tiers: ADMIN, operation: 'getWebhook' },
        schema: {
          tags: TAGS,
          summary: 'A webhook',
          params: Name,
          response: { 200: Versioned(HookView), ...problems(400, 404) },
        },
      },
      async ({ params }, reply) => {
        const hook = await webhooks.get(params.name)
        return reply.header('etag', etagOf(hook.version)).send(hookView(hook))
      },
    )

    app.patch(
      '/webhooks/:name',
      {
        config: { tiers: ADMIN, operation: 'changeWebhook' },
        schema: {
          tags: TAGS,
          summary: 'Change where a webhook goes and what it is told, or pause it',
          params: Name,
          headers: IfMatch,
          body: Type.Object({
            url: Type.Optional(Url),
            types: Type.Optional(Types),
            is_paused: Type.Optional(Type.Boolean({ description: 'true: keep events, send none' })),
          }),
          response: { 200: Versioned(HookView), ...problems(400, 404, 409, 412, 422, 428) },
        },
      },
      async (request, reply) => {
        const { url, types, is_paused: isPaused } = request.body
        const version = versionOf(request.headers['if-match'])
        const { name } = request.params
        const hook = await webhooks.change(name, version, { url, types, isPaused }, callerOf(request).name)
        return reply.header('etag', etagOf(hook.version)).send(hookView(hook))
      },
    )

    app.delete(
      '/webhooks/:name',
      {
        config: { tiers: ADMIN, operation: 'removeWebhook' },
        schema: {
          tags: TAGS,
          summary: 'Remove a webhook; what still waits for it is given up',
          params: Name,
          headers: IfMatch,
          response: { 204: Type.Null({ description: 'Removed' }), ...problems(400, 404, 409, 412, 422, 428) },
        },
      },
      async (request, reply) => {
        await webhooks.remove(request.params.name, versionOf(request.headers['if-match']), callerOf(request).name)
        return reply.code(204).send(null)
      },
    )

    app.post(
      '/webhooks/:name/rotate-secret',
      {
        config: { tiers: ADMIN, operation: 'rotateWebhookSecret' },
        schema: {
          tags: TAGS,
          summary: 'A new secret; the old one signs beside it for a while',
          params: Name,
          headers: IfMatch,
          body: Type.Object({
            secret: Secret,
            overlap_seconds: Type.Optional(
              Type.Integer({
                minimum: 0,
                maximum: 90 * 86_400,
                description: 'how long the old secret signs too: 0 to 90 days in seconds, a day when absent',
              }),
            ),
          }),
          response: { 200: Versioned(WithSecret), ...problems(400, 404, 409, 412, 422, 428) },
        },
      },
      async (request, reply) => {
        const version = versionOf(request.headers['if-match'])
        const { secret, overlap_seconds: overlapSeconds = USUAL_OVERLAP_SECONDS } = request.body
        const wanted = { secret, overlapSeconds }
        const made = await webhooks.rotateSecret(request.params.name, version, wanted, callerOf(request).name)
        return reply
          .header('etag', etagOf(made.webhook.version))
          .send({ ...hookView(made.webhook), secret: made.secret })
      },
    )

    app.post(
      '/webhooks/:name/test',
      {
        config: { tiers: ADMIN, operation: 'testWebhook' },
        schema: {
          tags: TAGS,
          summary: 'Send a test event; the delivery log says how it went',
          params: Name,
          response: {
            202: Type.Object(
              { event_id: Type.String({ description: 'of the test event' }) },
              { description: 'On its way' },
            ),
            ...problems(400, 404, 409, 422),
          },
        },
      },
      async (request, reply) =>
        reply.code(202).send({ event_id: await webhooks.test(request.params.name, callerOf(request).name) }),
    )

    await app.register(deliveriesRoutes({ webhooks }))
  }

/** The delivery log of a webhook. */
const deliveriesRoutes =
  ({ webhooks }: { readonly webhooks: Webhooks }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/webhooks/:name/deliveries',
      {
        config: { tiers: ADMIN, operation: 'listDeliveries' },
        schema: {
          tags: TAGS,
          summary: 'What the webhook was told, newest first',
          params: Name,
          querystring: Type.Object({
            state: Type.Optional(
              Type.Enum(['queued', 'delivered', 'dead'], { type: 'string', description: 'queued, delivered or dead' }),
            ),
            ...PageQuery,
          }),
          response: { 200: Page(DeliveryView, 'Deliveries, newest first'), ...problems(400, 404) },
        },
      },
      async ({ params, query }) => {
        const { state, limit = USUAL_LIMIT } = query
        const question = `deliveries ${params.name} ${state ?? ''}`
        const place = placeOf(question, query.cursor, ['id'])
        const lines = await webhooks.deliveries(params.name, { state, before: place?.[0], limit })
        const last = lines.at(-1)
        return {
          items: lines.map((line) => ({
            event_id: line.eventId,
            type: line.type,
            subject: line.subject,
            at: timeText(line.at),
            state: line.state,
            attempts: line.attempts,
            next_attempt_at: line.state === 'queued' ? timeText(line.nextAttemptAt) : null,
            last_status: line.lastStatus,
            last_error: line.lastError,
            settled_at: timeOrNull(line.settledAt),
          })),
          next: last && lines.length === limit ? cursorOf(question, [last.eventId]) : null,
        }
      },
    )

    app.post(
      '/webhooks/:name/deliveries/:event_id/redeliver',
      {
        config: { tiers: ADMIN, operation: 'redeliver' },
        schema: {
          tags: TAGS,
          summary: 'Send an event once more, whatever came of it',
          params: Type.Object({
            ...Name.properties,
            event_id: Type.String({ format: 'uuid', description: 'of the event' }),
          }),
          response: {
            202: Type.Object(
              { queued: Type.Integer({ description: 'how many deliveries wait again' }) },
              { description: 'On its way' },
            ),
            ...problems(400, 404, 409, 422),
          },
        },
      },
      async (request, reply) => {
        const { name, event_id } = request.params
        await webhooks.redeliver(name, event_id, callerOf(request).name)
        return reply.code(202).send({ queued: 1 })
      },
    )

    app.post(
      '/webhooks/:name/redeliver-dead',
      {
        config: { tiers: ADMIN, operation: 'redeliverDead' },
        schema: {
          tags: TAGS,
          summary: 'Send everything that was given up once more',
          params: Name,
          response: {
            202: Type.Object(
              { queued: Type.Integer({ description: 'how many deliveries wait again' }) },
              { description: 'On their way' },
            ),
            ...problems(400, 404, 409, 422),
          },
        },
      },
      async (request, reply) =>
        reply.code(202).send({ queued: await webhooks.redeliverDead(request.params.name, callerOf(request).name) }),
    )
  }

function hookView(hook: WebhookRecord) {
  return {
    name: hook.name,
    url: hook.url,
    types: hook.types === null ? null : [...hook.types],
    is_paused: hook.pausedAt !== null,
    previous_until: timeOrNull(hook.previousUntil),
    created_at: timeText(hook.createdAt),
    created_by: hook.createdBy,
    updated_at: timeText(hook.updatedAt),
    version: hook.version,
  }
}
