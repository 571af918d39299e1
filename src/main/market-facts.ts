import type { MarketFacts } from '../http/ui/market.schema.ts'
import type { Market } from '../numbers/market.ts'

/** What the web UI is told of the market. */
export function marketFacts(market: Market): MarketFacts {
  const { title, countryCode, trunkPrefix, timeZone, operator, operators, numbers, limits } = market
  return {
    title,
    countryCode,
    trunkPrefix,
    timeZone,
    operator,
    operators: operators.map(({ code, name }) => ({ code, name })),
    examples: { mobile: numbers.mobile.example, fixed: numbers.fixed.example },
    numbersPerRange: limits.numbersPerRange,
  }
}
