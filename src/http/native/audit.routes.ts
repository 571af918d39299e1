import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { AuditLog } from '../../events/audit-log.ts'
import type { Market } from '../../numbers/market.ts'
import { ADMIN, Nullable, Page, PageQuery, Sequence, Time, USUAL_LIMIT } from './common.schema.ts'
import { cursorOf, placeOf } from './cursor.codec.ts'
import { problems } from './problems.schema.ts'
import { boundOf, timeText } from './time.codec.ts'

const TAGS = ['Audit']

const Row = Type.Object({
  sequence: Type.Integer({ description: 'order of writing' }),
  at: Time('when it was done'),
  actor: Type.String({ description: 'user name of the key, or what of Portolan itself' }),
  surface: Type.String({ description: 'by which way it came' }),
  action: Type.String({ description: 'what was done, in the past' }),
  subject: Type.String({ description: 'what it was done to' }),
  reason: Nullable(Type.String({ description: 'why' })),
  detail: Type.Object({}, { additionalProperties: true, description: 'what must still be known in ten years' }),
  position: Nullable(Type.Integer({ description: 'place in the hash chain; null for the second before it is sealed' })),
  hash: Nullable(Type.String({ description: 'SHA-256 over the hash before and the row, in hexadecimal' })),
})

const Query = Type.Object({
  subject: Type.Optional(Type.String({ maxLength: 200, description: 'msgidentifier, key id, `webhook crm` ...' })),
  actor: Type.Optional(Type.String({ maxLength: 64, description: 'who did it' })),
  action: Type.Optional(Type.String({ maxLength: 64, description: 'what was done, such as key.created' })),
  from: Type.Optional(Type.String({ maxLength: 40, description: 'an instant or a day of the market: then or later' })),
  to: Type.Optional(
    Type.String({ maxLength: 40, description: 'an instant or a day of the market, which is included' }),
  ),
  ...PageQuery,
})

const Chain = Type.Object(
  {
    is_whole: Type.Boolean({ description: 'whether every row that was walked over is as it was sealed' }),
    rows: Nullable(Type.Integer({ description: 'how many they are; null when the chain is broken' })),
    next: Nullable(
      Type.Integer({ description: '`after` of the next part; null at the end of the chain, or where it is broken' }),
    ),
    head: Nullable(
      Type.String({
        description:
          'hash of the last row of them; of the last of all: kept elsewhere, it proves later that nothing was written anew',
      }),
    ),
    broken_at: Nullable(Type.Integer({ description: 'position of the first row that is not as it was sealed' })),
    problem: Nullable(Type.String({ description: 'what is wrong there' })),
  },
  { description: 'What the walk over the chain found' },
)

/** Rows of one walk: some seconds of work. */
const PART_ROWS = 100_000

const PartQuery = Type.Object({
  after: Type.Optional(
    Sequence({
      default: 0,
      description: 'the `next` of the part before; from the beginning when absent',
    }),
  ),
})

/** Who did what, and the proof that it was not changed since. An admin's alone (O-15: audit export). */
export const auditRoutes =
  ({ audit, market }: { readonly audit: AuditLog; readonly market: Market }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/audit',
      {
        config: { tiers: ADMIN, operation: 'searchAudit' },
        schema: {
          tags: TAGS,
          summary: 'Who did what to what, newest first',
          querystring: Query,
          response: { 200: Page(Row, 'Audit rows, newest first'), ...problems(400) },
        },
      },
      async ({ query }) => {
        const { cursor, limit = USUAL_LIMIT, from, to, ...filters } = query
        const question = `audit ${JSON.stringify([filters, from, to])}`
        const place = placeOf(question, cursor, ['number'])
        const { timeZone } = market
        const rows = await audit.search({
          ...filters,
          from: boundOf(from, { field: 'from', end: 'from', timeZone }),
          to: boundOf(to, { field: 'to', end: 'to', timeZone }),
          before: place?.[0],
          limit,
        })
        const last = rows.at(-1)
        return {
          items: rows.map((row) => ({ ...row, at: timeText(row.at), hash: row.hash?.toString('hex') ?? null })),
          next: last && rows.length === limit ? cursorOf(question, [last.sequence]) : null,
        }
      },
    )

    app.get(
      '/audit/verification',
      {
        config: { tiers: ADMIN, operation: 'verifyAudit' },
        schema: {
          tags: TAGS,
          summary: 'Walk the chain, and find the first row that was changed',
          description: `At most about ${PART_ROWS} rows at a time: as long as \`next\` is not null, ask on with it as \`after\`.`,
          querystring: PartQuery,
          response: { 200: Chain, ...problems(400) },
        },
      },
      async ({ query: { after = 0 } }) => {
        const found = await audit.verify({ after, most: PART_ROWS })
        if (found.kind === 'broken')
          return {
            is_whole: false,
            rows: null,
            next: null,
            head: null,
            broken_at: found.position,
            problem: found.problem,
          }
        const { rows, next = null, head = null } = found
        return { is_whole: true, rows, next, head, broken_at: null, problem: null }
      },
    )
  }
