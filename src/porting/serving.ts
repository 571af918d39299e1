import { isHeldBy } from '../numbers/donor.ts'
import { type Market, operatorOf } from '../numbers/market.ts'
import type { Route } from '../routing/route.ts'
import type { Port } from './port.ts'

/**
 * The route of a range that an operator now serves; undefined when all its numbers are back in that operator's own blocks. Where only
 * some are, the whole range has the route: what it says is true of those at home, too.
 */
export function routeTo(
  market: Market,
  operatorCode: string,
  { range, numberType }: Pick<Port, 'range' | 'numberType'>,
  routingNumber: string | undefined,
): Route | undefined {
  const operator = operatorOf(market, operatorCode)
  if (!operator) throw new Error(`operator ${operatorCode} is not in the market`)
  return isHeldBy(market, range, operatorCode)
    ? undefined
    : { operator: operator.code, routingNumber: routingNumber ?? operator.routingNumber, numberType }
}
