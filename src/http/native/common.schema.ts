import Type, { type Static, type TSchema } from 'typebox'
import type { Tiers } from '../surface.ts'

/** Who may do what here (contract/domain.md 4.7): all who read, the porting desk, and the administrator alone (O-15). */
export const READERS: Tiers = ['admin', 'pxs', 'read_only']
export const DESK: Tiers = ['admin', 'pxs']
export const ADMIN: Tiers = ['admin']

export const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])

/** An instant as RFC 3339 writes it, in UTC. */
export const Time = (description: string) => Type.String({ format: 'date-time', description })

/** A place in a sequence that the database counts: JSON has no larger one that is exact. */
export const Sequence = (more: {
  readonly description: string
  readonly minimum?: number
  readonly default?: number
}) => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, ...more })

/** Items of a page when nobody says how many. */
export const USUAL_LIMIT = 50

export const PageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 200,
      default: USUAL_LIMIT,
      description: `a whole number from 1 to 200: how many items a page has, ${USUAL_LIMIT} when absent`,
    }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 500, description: 'the `next` of the page before; it is for the same question only' }),
  ),
}

/** A page of a list; `next` asks for the one after it. */
export const Page = <Schema extends TSchema>(item: Schema, description: string) =>
  Type.Object(
    {
      items: Type.Array(item, { description: 'in the order that was asked for' }),
      next: Nullable(Type.String({ description: 'cursor of the next page; null at the end' })),
    },
    { description },
  )

export const MsgIdentifier = Type.Object({
  msgidentifier: Type.String({
    pattern: '^[A-Za-z0-9-]{1,40}$',
    description: 'identifier of the port, such as XX202501-CARR-00001',
  }),
})

export const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'the ETag of what was read: it is changed only as long as it is that' }),
  ),
})
export type IfMatch = Static<typeof IfMatch>

/** An answer with the ETag that a change of it wants back. */
export const Versioned = <Schema extends TSchema>(schema: Schema) => ({
  ...schema,
  headers: { ETag: Type.String({ description: 'version of what is shown, such as "3": for If-Match of its change' }) },
})
