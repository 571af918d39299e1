import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { RETAINED } from '../../numbers/retention.ts'
import type { Period } from '../../porting/retention.ts'
import { ADMIN, Nullable, Time } from './common.schema.ts'
import { problems } from './problems.schema.ts'
import { timeOrNull } from './time.codec.ts'

const Periods = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        name: Type.Enum([...RETAINED], { type: 'string', description: 'as PORTOLAN_RETENTION_DAYS names it' }),
        what: Type.String({ description: 'what is removed, and what stays of it' }),
        days: Nullable(Type.Integer({ description: 'how long it is kept after it is over; null: for ever' })),
        before: Nullable(Time('what was over before this is removed now')),
      }),
      { description: 'everything that has a period' },
    ),
  },
  {
    description: 'How long things are kept',
  },
)

/** How long things are kept. What was removed stands in the audit (`retention.removed`, `retention.audit_removed`). */
export const retentionRoutes =
  ({ periods }: { readonly periods: () => readonly Period[] }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/retention',
      {
        config: { tiers: ADMIN, operation: 'getRetention' },
        schema: { tags: ['Audit'], summary: 'How long things are kept', response: { 200: Periods, ...problems() } },
      },
      async () => ({
        items: periods().map(({ days = null, before, ...rest }) => ({ ...rest, days, before: timeOrNull(before) })),
      }),
    )
  }
