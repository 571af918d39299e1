import Type, { type Static } from 'typebox'

/** What the screens need of the market to write numbers and times as its people do. Nothing in it is secret. */
export const MarketFacts = Type.Object({
  title: Type.String({ description: 'Jamaica' }),
  countryCode: Type.String({ description: 'digits without plus' }),
  trunkPrefix: Type.String({ description: 'dialled before a national number, empty when none' }),
  timeZone: Type.String({ description: 'IANA name' }),
  operator: Type.String({ description: 'operator code of this installation' }),
  operators: Type.Array(Type.Object({ code: Type.String(), name: Type.String() })),
  examples: Type.Object({ mobile: Type.String(), fixed: Type.String() }),
  numbersPerRange: Type.Integer(),
})
export type MarketFacts = Static<typeof MarketFacts>
