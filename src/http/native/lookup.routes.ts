import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { LOOKUP_VERDICTS, type LookedUp, type LookUpMany } from '../../routing/lookup.ts'
import { Fault } from '../../shared/fault.ts'
import { Nullable, READERS } from './common.schema.ts'
import { problems } from './problems.schema.ts'

const NUMBERS_MAX = 10_000
const MOST_BYTES = 1024 * 1024

const Item = {
  asked: Type.String({ description: 'as it was asked for' }),
  number: Nullable(Type.String({ description: 'E.164 with the plus; null where it is none' })),
  verdict: Type.Enum([...LOOKUP_VERDICTS], {
    type: 'string',
    description:
      'ported: it has a route of its own; not_ported: its block answers; static: a zone from a file answers; unknown: nothing does; invalid: no E.164 number',
  }),
  operator: Nullable(Type.String({ description: 'operator code of who serves it' })),
  routing_number: Nullable(Type.String({ description: 'rn of RFC 4694; null where it has not moved' })),
  uri: Nullable(Type.String({ description: 'what an ENUM client would call: rn and npdi are in it' })),
}
const ORIGIN = {
  source: Type.Enum(['memory', 'database'], {
    type: 'string',
    description: 'memory: the table that DNS answers from; database: this process does no DNS',
  }),
  generation: Type.Integer({ description: 'of the routes that answered' }),
}
const One = Type.Object({ ...Item, ...ORIGIN }, { description: 'Where a number is routed' })
const Many = Type.Object(
  { ...ORIGIN, items: Type.Array(Type.Object(Item), { description: 'one for each number, in order' }) },
  { description: 'A verdict for each number' },
)
const Body = Type.Object(
  {
    numbers: Type.Array(Type.String({ maxLength: 40, description: 'with country code: 15550100 or +15550100' }), {
      minItems: 1,
      maxItems: NUMBERS_MAX,
      description: `a list of 1 to ${NUMBERS_MAX} numbers`,
    }),
  },
  { additionalProperties: false },
)

const TAGS = ['Routes']

/** The answers of the DNS for those that cannot speak it. */
export const lookupRoutes =
  ({ lookUp }: { readonly lookUp: LookUpMany }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/lookup/:msisdn',
      {
        config: { tiers: READERS, operation: 'lookUpNumber' },
        schema: {
          tags: TAGS,
          summary: 'Where a number is routed, as DNS says it',
          params: Type.Object({
            msisdn: Type.String({ maxLength: 40, description: 'full number with country code: 15550100' }),
          }),
          response: { 200: One, ...problems(400) },
        },
      },
      async ({ params }) => {
        const { items, ...origin } = await lookUp([params.msisdn])
        const [item] = items
        if (!item?.number) {
          throw new Fault(
            'number_invalid',
            'msisdn must be a full number with country code, such as 15550100',
            'msisdn',
          )
        }
        return { ...itemView(item), ...origin }
      },
    )

    app.post(
      '/lookup',
      {
        config: { tiers: READERS, operation: 'lookUpNumbers', isQuestion: true },
        bodyLimit: MOST_BYTES,
        schema: {
          tags: TAGS,
          summary: `Where up to ${NUMBERS_MAX} numbers are routed, as DNS says it`,
          body: Body,
          response: { 200: Many, ...problems(400) },
        },
      },
      async ({ body }) => {
        const { items, ...origin } = await lookUp(body.numbers)
        return { ...origin, items: items.map(itemView) }
      },
    )
  }

function itemView({ asked, number, verdict, operator, routingNumber, uri }: LookedUp) {
  return {
    asked,
    number: number ?? null,
    verdict,
    operator: operator ?? null,
    routing_number: routingNumber ?? null,
    uri: uri ?? null,
  }
}
