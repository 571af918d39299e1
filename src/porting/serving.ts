import { heldRuns } from '../numbers/donor.ts'
import { type Market, operatorOf } from '../numbers/market.ts'
import type { NumberRange } from '../numbers/range.ts'
import type { Route } from '../routing/route.ts'
import type { Port } from './port.ts'

/** Neighbouring numbers with one answer; `route` is undefined for those that are back in their operator's own blocks. */
export type ServedRun = { readonly range: NumberRange; readonly route: Route | undefined }

/**
 * The routes of a range that an operator now serves, lowest number first. Numbers of that operator's own blocks need none: their block
 * answers for them (I9).
 */
export function routesTo(
  market: Market,
  operatorCode: string,
  { range, numberType }: Pick<Port, 'range' | 'numberType'>,
  routingNumber: string | undefined,
): readonly ServedRun[] {
  const operator = operatorOf(market, operatorCode)
  if (!operator) throw new Error(`operator ${operatorCode} is not in the market`)
  const route = { operator: operator.code, routingNumber: routingNumber ?? operator.routingNumber, numberType }
  return heldRuns(market, range, operatorCode).map((run) => ({
    range: run.range,
    route: run.isHeld ? undefined : route,
  }))
}
