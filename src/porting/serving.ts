import { blockOf, type Market, operatorOf } from '../numbers/market.ts'
import type { Route } from '../routing/route.ts'
import type { Port } from './port.ts'

/** The route of a range that an operator now serves; undefined when its numbers are back in that operator's own blocks. */
export function routeTo(
  market: Market,
  operatorCode: string,
  { range, numberType }: Pick<Port, 'range' | 'numberType'>,
  routingNumber: string | undefined,
): Route | undefined {
  const isHome = [range.first, range.last].every((number) => blockOf(market, number)?.holder === operatorCode)
  const operator = operatorOf(market, operatorCode)
  if (!operator) throw new Error(`operator ${operatorCode} is not in the market`)
  return isHome
    ? undefined
    : { operator: operator.code, routingNumber: routingNumber ?? operator.routingNumber, numberType }
}
