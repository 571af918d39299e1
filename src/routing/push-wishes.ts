import { digitsOf, type E164 } from '../numbers/e164.ts'
import type { NumberType } from '../numbers/market.schema.ts'
import { blockOf, localOf, type Market, typeOf } from '../numbers/market.ts'
import { type NumberRange, rangeOf, sizeOf, walk } from '../numbers/range.ts'
import { Fault } from '../shared/fault.ts'
import { normalised, numberOf, operatorFor } from './desk.ts'
import type { Route } from './route.ts'

/** One entry of a push, in the caller's words. */
export type PushEntry = {
  readonly firstNumber: string
  /** The first when absent. */
  readonly lastNumber?: string | undefined
  readonly operator: string
  /** What the plan says when absent. */
  readonly numberType?: NumberType | undefined
  /** Any spelling of RFC 4694; absent: the operator's own, and none where the number is at home. */
  readonly routingNumber?: string | undefined
}

/** A push is one transaction and one generation; what is more is an import. */
const PUSH_NUMBERS_MAX = 100_000

/** What a number is to have. `operator` undefined: a removal, which needs something to remove. */
export type Wish = { readonly number: E164; readonly operator: string | undefined; readonly after: Route | undefined }
export type Wishes = {
  readonly ranges: readonly {
    readonly range: NumberRange
    readonly operator: string | undefined
    readonly routingNumber: string | undefined
  }[]
  /** In number order, each once. */
  readonly numbers: readonly Wish[]
}

/**
 * What the entries of a push come to, number by number.
 *
 * Faults, each naming the entry: number_invalid, number_outside_plan, range_reversed, range_unequal_length, range_too_large,
 * operator_unknown, routing_number_invalid, field_invalid for a number that two entries have.
 */
export function wishesOf(market: Market, entries: readonly PushEntry[]): Wishes {
  const numbers = new Map<E164, Wish>()
  const ranges = entries.map((entry, index) => {
    const field = `routes[${index}]`
    const range = rangeAt(market, entry, field)
    const operator = operatorFor(market, entry.operator, `${field}.operator`)
    const { routingNumber: given } = entry
    const stated = given === undefined ? undefined : normalised(given, `${field}.routing_number`)
    const routingNumber = stated ?? operator.routingNumber
    if (numbers.size + sizeOf(range) > PUSH_NUMBERS_MAX) throw tooMany(field)
    for (const number of walk(range)) {
      if (numbers.has(number)) {
        throw new Fault('field_invalid', `${field} has ${digitsOf(number)}, which an entry before it has too`, field)
      }
      const numberType = typeAt(market, number, entry.numberType, field)
      // at home in its own block a number has not moved, and an answer with rn would say that it has (contract I9)
      const isHome = stated === undefined && blockOf(market, number)?.holder === operator.code
      const after = isHome ? undefined : { operator: operator.code, routingNumber, numberType }
      numbers.set(number, { number, operator: operator.code, after })
    }
    return { range, operator: operator.code, routingNumber }
  })
  const inOrder = [...numbers.values()].sort((a, b) => Number(digitsOf(a.number)) - Number(digitsOf(b.number)))
  return { ranges, numbers: inOrder }
}

function rangeAt(market: Market, { firstNumber, lastNumber }: PushEntry, field: string): NumberRange {
  const first = numberOf(market, firstNumber, `${field}.first_number`)
  const last = lastNumber === undefined ? first : numberOf(market, lastNumber, `${field}.last_number`)
  const range = rangeOf(first, last)
  if (range === 'reversed')
    throw new Fault('range_reversed', `${field}.last_number is below first_number; give the lower number first`, field)
  if (range === 'unequal_length')
    throw new Fault('range_unequal_length', `${field}: the two ends must have equally many digits`, field)
  const { numbersPerRange } = market.limits
  if (sizeOf(range) > numbersPerRange)
    throw new Fault(
      'range_too_large',
      `${field} has ${sizeOf(range)} numbers; a range has at most ${numbersPerRange}`,
      field,
    )
  return range
}

function typeAt(market: Market, number: E164, said: NumberType | undefined, field: string): NumberType {
  const planned = typeOf(market, number)
  if (planned === undefined)
    throw new Fault('number_outside_plan', `${field}: ${digitsOf(number)} is no number of ${market.title}`, field)
  if (said === undefined || market.plan[said].test(localOf(market, number))) return said ?? planned
  throw new Fault(
    'number_outside_plan',
    `${field}: ${digitsOf(number)} is a ${planned} number, not ${said}`,
    `${field}.number_type`,
  )
}

function tooMany(field: string): Fault {
  return new Fault(
    'range_too_large',
    `from ${field} on there are more than ${PUSH_NUMBERS_MAX} numbers: send several pushes, or import a file`,
    field,
  )
}
