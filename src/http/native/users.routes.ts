import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { Keys } from '../../accounts/key.ts'
import type { UserRecord, Users } from '../../accounts/user.ts'
import { callerOf } from '../surface.ts'
import { ADMIN, IfMatch, Nullable, Time, Versioned } from './common.schema.ts'
import { nothing } from './faults.ts'
import { problems } from './problems.schema.ts'
import { timeOrNull, timeText } from './time.codec.ts'
import { etagOf, versionOf } from './version.codec.ts'

const FullName = Type.String({ maxLength: 200, description: 'name for people, at most 200 characters' })
const Email = Type.String({ maxLength: 254, pattern: '^[^\\s@<>]+@[^\\s@<>]+$', description: 'an e-mail address' })

const UserView = Type.Object(
  {
    username: Type.String({ description: 'as in Basic credentials' }),
    full_name: Nullable(FullName),
    email: Nullable(Email),
    created_at: Time('when it was made'),
    created_by: Type.String({ description: 'who made it' }),
    disabled_at: Nullable(Time('since when every key of the user is refused')),
    version: Type.Integer({ description: 'counts changes; the ETag says the same' }),
  },
  { description: 'A user' },
)
const Username = Type.Object({ username: Type.String({ maxLength: 64, description: 'of the user' }) })
const CreateUser = Type.Object({
  username: Type.String({ maxLength: 64, description: '1 to 64 letters, digits, dots, dashes or underscores' }),
  full_name: Type.Optional(Nullable(FullName)),
  email: Type.Optional(Nullable(Email)),
})
const ChangeUser = Type.Object({
  full_name: Type.Optional(Nullable(FullName)),
  email: Type.Optional(Nullable(Email)),
  is_disabled: Type.Optional(Type.Boolean({ description: 'true: every key of the user is refused' })),
})
const LockoutView = Type.Object({
  address: Type.String({ description: 'remote address' }),
  times: Type.Integer({ description: 'how often within the last day' }),
  locked_at: Time('when it had shown too many wrong keys'),
  locked_until: Time('until when it is not listened to'),
})
const Address = Type.Object({ address: Type.String({ maxLength: 64, description: 'remote address' }) })

const TAGS = ['Keys and users']

/** Users, and the addresses that guessed too often. An admin's alone. */
export const usersRoutes =
  ({ users, keys }: { readonly users: Users; readonly keys: Keys }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/users',
      {
        config: { tiers: ADMIN, operation: 'listUsers' },
        schema: {
          tags: TAGS,
          summary: 'All users by name',
          response: {
            200: Type.Object({ items: Type.Array(UserView, { description: 'by name' }) }, { description: 'Users' }),
            ...problems(),
          },
        },
      },
      async () => ({ items: (await users.list()).map(userView) }),
    )

    app.get(
      '/users/:username',
      {
        config: { tiers: ADMIN, operation: 'getUser' },
        schema: {
          tags: TAGS,
          summary: 'A user',
          params: Username,
          response: { 200: Versioned(UserView), ...problems(400, 404) },
        },
      },
      async ({ params }, reply) => {
        const user = await users.get(params.username)
        return reply.header('etag', etagOf(user.version)).send(userView(user))
      },
    )

    app.post(
      '/users',
      {
        config: { tiers: ADMIN, operation: 'createUser' },
        schema: {
          tags: TAGS,
          summary: 'Make a user, without a key yet',
          body: CreateUser,
          response: { 201: Versioned(UserView), ...problems(400, 409, 422) },
        },
      },
      async (request, reply) => {
        const { username, full_name: fullName, email } = request.body
        const user = await users.create(username, { fullName, email }, callerOf(request).name)
        return reply.code(201).header('etag', etagOf(user.version)).send(userView(user))
      },
    )

    app.patch(
      '/users/:username',
      {
        config: { tiers: ADMIN, operation: 'changeUser' },
        schema: {
          tags: TAGS,
          summary: 'Change a user, or disable it with all its keys',
          params: Username,
          headers: IfMatch,
          body: ChangeUser,
          response: { 200: Versioned(UserView), ...problems(400, 404, 409, 412, 422, 428) },
        },
      },
      async (request, reply) => {
        const { full_name: fullName, email, is_disabled: isDisabled } = request.body
        const version = versionOf(request.headers['if-match'])
        const change = { fullName, email, isDisabled }
        const user = await users.change(request.params.username, version, change, callerOf(request).name)
        return reply.header('etag', etagOf(user.version)).send(userView(user))
      },
    )

    app.get(
      '/lockouts',
      {
        config: { tiers: ADMIN, operation: 'listLockouts' },
        schema: {
          tags: TAGS,
          summary: 'Addresses that showed too many wrong keys and are not listened to now',
          response: {
            200: Type.Object(
              { items: Type.Array(LockoutView, { description: 'the longest locked first' }) },
              { description: 'Lockouts' },
            ),
            ...problems(),
          },
        },
      },
      async () => ({
        items: (await keys.lockouts()).map(({ address, times, lockedAt, lockedUntil }) => ({
          address,
          times,
          locked_at: timeText(lockedAt),
          locked_until: timeText(lockedUntil),
        })),
      }),
    )

    app.delete(
      '/lockouts/:address',
      {
        config: { tiers: ADMIN, operation: 'liftLockout' },
        schema: {
          tags: TAGS,
          summary: 'Listen to an address again',
          params: Address,
          response: { 204: Type.Null({ description: 'Lifted' }), ...problems(404, 409, 422) },
        },
      },
      async (request, reply) => {
        const { address } = request.params
        if (!(await keys.liftLockout(address, callerOf(request).name))) throw nothing('lockout of', address)
        return reply.code(204).send(null)
      },
    )
  }

function userView(user: UserRecord) {
  return {
    username: user.username,
    full_name: user.fullName,
    email: user.email,
    created_at: timeText(user.createdAt),
    created_by: user.createdBy,
    disabled_at: timeOrNull(user.disabledAt),
    version: user.version,
  }
}
