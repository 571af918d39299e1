import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { type KeyRecord, type Keys, TIERS } from '../../accounts/key.ts'
import { callerOf } from '../surface.ts'
import { ADMIN, Nullable, Time } from './common.schema.ts'
import { nothing } from './faults.ts'
import { problems } from './problems.schema.ts'
import { boundOf, timeOrNull, timeText } from './time.codec.ts'

const USUAL_OVERLAP_SECONDS = 86_400

const KEY = {
  id: Type.String({ description: 'of the key; not the key' }),
  username: Type.String({ description: 'whose key it is' }),
  tier: Type.Enum([...TIERS], { type: 'string', description: 'what it may do' }),
  label: Nullable(Type.String({ description: 'what it is for' })),
  state: Type.Enum(['active', 'expired', 'revoked', 'disabled'], {
    type: 'string',
    description: 'whether it works; disabled with its user',
  }),
  created_at: Time('when it was made'),
  created_by: Type.String({ description: 'who made it' }),
  expires_at: Nullable(Time('when it ends; null: never')),
  revoked_at: Nullable(Time('when it was revoked')),
  last_used_at: Nullable(Time('to the minute; null: never')),
  replaced_by: Nullable(Type.String({ description: 'id of the key that a rotation made in its place' })),
}
const KeyView = Type.Object(KEY, { description: 'A key without its text' })
const NewKeyView = Type.Object(
  { ...KEY, key: Type.String({ description: 'the key itself: shown now and never again' }) },
  { description: 'A new key' },
)
const KeyId = Type.Object({ id: Type.String({ format: 'uuid', description: 'the id of the key, not the key itself' }) })

const CreateKey = Type.Object({
  username: Type.String({ maxLength: 64, description: '1 to 64 letters, digits, dots, dashes or underscores' }),
  tier: Type.Enum([...TIERS], { type: 'string', description: `what it may do: ${TIERS.join(', ')}` }),
  label: Type.Optional(Type.String({ maxLength: 200, description: 'what it is for, at most 200 characters' })),
  expires_at: Type.Optional(
    Type.String({ format: 'date-time', description: 'when it ends, as 2025-12-31T00:00:00Z; absent: never' }),
  ),
})
const RotateKey = Type.Object({
  overlap_seconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 90 * 86_400,
      description: 'how long the old key works on: 0 to 90 days in seconds, a day when absent',
    }),
  ),
})
const Expiry = Type.Object({
  expires_at: Nullable(Type.String({ format: 'date-time', description: 'when it ends; null: never' })),
})
const Reason = Type.Object({ reason: Type.Optional(Type.String({ maxLength: 500, description: 'for the audit' })) })

/** API keys: made, rotated, given an end, revoked. An admin's alone. */
export const keysRoutes =
  ({ keys, now }: { readonly keys: Keys; readonly now: () => Temporal.Instant }): FastifyPluginAsyncTypebox =>
  async (app) => {
    const view = (record: KeyRecord) => keyView(record, now())

    app.get(
      '/keys',
      {
        config: { tiers: ADMIN, operation: 'listKeys' },
        schema: {
          tags: ['Keys and users'],
          summary: 'All keys, oldest first, without their text',
          response: {
            200: Type.Object({ items: Type.Array(KeyView, { description: 'oldest first' }) }, { description: 'Keys' }),
            ...problems(),
          },
        },
      },
      async () => ({ items: (await keys.listKeys()).map(view) }),
    )

    app.post(
      '/keys',
      {
        config: { tiers: ADMIN, operation: 'createKey' },
        schema: {
          tags: ['Keys and users'],
          summary: 'Make a key; its text is shown once',
          body: CreateKey,
          response: { 201: NewKeyView, ...problems(400, 409, 422) },
        },
      },
      async (request, reply) => {
        const { username, tier, label, expires_at } = request.body
        const expiresAt = boundOf(expires_at, { field: 'expires_at', end: 'from', timeZone: 'UTC' })
        const { key, record } = await keys.createKey({ username, tier, label, expiresAt, by: callerOf(request).name })
        return reply.code(201).send({ ...view(record), key })
      },
    )

    app.post(
      '/keys/:id/rotate',
      {
        config: { tiers: ADMIN, operation: 'rotateKey' },
        schema: {
          tags: ['Keys and users'],
          summary: 'Make a new key for the same user, and let the old one end',
          params: KeyId,
          body: Nullable(RotateKey),
          response: { 201: NewKeyView, ...problems(400, 404, 409, 422) },
        },
      },
      async (request, reply) => {
        const seconds = request.body?.overlap_seconds ?? USUAL_OVERLAP_SECONDS
        const made = await keys.rotateKey(request.params.id, callerOf(request).name, now().add({ seconds }))
        return reply.code(201).send({ ...view(made.record), key: made.key })
      },
    )

    app.put(
      '/keys/:id/expiry',
      {
        config: { tiers: ADMIN, operation: 'setKeyExpiry' },
        schema: {
          tags: ['Keys and users'],
          summary: 'Say when a key ends',
          params: KeyId,
          body: Expiry,
          response: { 200: KeyView, ...problems(400, 404, 409, 422) },
        },
      },
      async (request) => {
        const { expires_at } = request.body
        const expiresAt = boundOf(expires_at ?? undefined, { field: 'expires_at', end: 'from', timeZone: 'UTC' })
        return view(await keys.setExpiry(request.params.id, expiresAt, callerOf(request).name))
      },
    )

    app.delete(
      '/keys/:id',
      {
        config: { tiers: ADMIN, operation: 'revokeKey' },
        schema: {
          tags: ['Keys and users'],
          summary: 'Revoke a key: it works no longer here at once, in other processes within a minute',
          params: KeyId,
          querystring: Reason,
          response: { 204: Type.Null({ description: 'Revoked' }), ...problems(400, 404, 409, 422) },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const isRevoked = await keys.revokeKey(id, callerOf(request).name, request.query.reason ?? 'revoked by hand')
        if (!isRevoked) throw nothing('key to revoke', id)
        return reply.code(204).send(null)
      },
    )
  }

function keyView(record: KeyRecord, now: Temporal.Instant) {
  const hasEnded = record.expiresAt !== undefined && Temporal.Instant.compare(record.expiresAt, now) <= 0
  const state = record.revokedAt ? 'revoked' : hasEnded ? 'expired' : record.isUserDisabled ? 'disabled' : 'active'
  return {
    id: record.id,
    username: record.username,
    tier: record.tier,
    label: record.label ?? null,
    state: state as 'revoked' | 'expired' | 'disabled' | 'active', // one of the four words above
    created_at: timeText(record.createdAt),
    created_by: record.createdBy,
    expires_at: timeOrNull(record.expiresAt),
    revoked_at: timeOrNull(record.revokedAt),
    last_used_at: timeOrNull(record.lastUsedAt),
    replaced_by: record.replacedBy ?? null,
  }
}
