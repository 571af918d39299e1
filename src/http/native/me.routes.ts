import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { type Market, operatorOf } from '../../numbers/market.ts'
import { callerOf } from '../surface.ts'
import { READERS } from './common.schema.ts'
import { problems } from './problems.schema.ts'

export type MeDeps = { readonly market: Market; readonly enumZones: readonly string[] }

const Me = Type.Object(
  {
    name: Type.String({ description: 'user name of the key' }),
    tier: Type.Enum(['admin', 'pxs', 'read_only'], { type: 'string', description: 'what the key may do' }),
  },
  { description: 'Whose key it is' },
)

const Operator = Type.Object({
  code: Type.String({ description: 'operator code at the clearinghouse' }),
  name: Type.String({ description: 'name for people' }),
})

const MarketView = Type.Object(
  {
    name: Type.String({ description: 'as the market file is named' }),
    title: Type.String({ description: 'name for people' }),
    time_zone: Type.String({ description: 'IANA name; response windows and days are counted in it' }),
    country_code: Type.String({ description: 'without the plus' }),
    operator: Type.Object(Operator.properties, { description: 'this deployment itself' }),
    operators: Type.Array(Operator, { description: 'all operators of the market' }),
    enum_zones: Type.Array(Type.String(), { description: 'ENUM apexes; the first is the one to show' }),
    number_examples: Type.Object(
      {
        mobile: Type.String({ description: 'national digits of a mobile number' }),
        fixed: Type.String({ description: 'national digits of a fixed number' }),
      },
      { description: 'what a number of each type looks like' },
    ),
    numbers_per_range: Type.Integer({ description: 'most numbers in one request' }),
  },
  {
    description: 'The market of this installation',
  },
)

/** Who asks, and where: what every screen begins with. */
export const meRoutes =
  ({ market, enumZones }: MeDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/me',
      {
        config: { tiers: READERS, operation: 'getMe' },
        schema: { tags: ['Start'], summary: 'Whose key this is', response: { 200: Me, ...problems() } },
      },
      async (request) => {
        const { name, tier } = callerOf(request)
        if (tier === 'clearinghouse') throw new Error('a clearinghouse is no reader here')
        return { name, tier }
      },
    )
    app.get(
      '/market',
      {
        config: { tiers: READERS, operation: 'getMarket' },
        schema: {
          tags: ['Start'],
          summary: 'The market of this installation',
          response: { 200: MarketView, ...problems() },
        },
      },
      async () => ({
        name: market.name,
        title: market.title,
        time_zone: market.timeZone,
        country_code: market.countryCode,
        operator: { code: market.operator, name: operatorOf(market, market.operator)?.name ?? market.operator },
        operators: market.operators.map(({ code, name }) => ({ code, name })),
        enum_zones: [...enumZones],
        number_examples: { mobile: market.numbers.mobile.example, fixed: market.numbers.fixed.example },
        numbers_per_range: market.limits.numbersPerRange,
      }),
    )
  }
