import { digitsOf } from '../numbers/e164.ts'
import { type NumberRange, walk } from '../numbers/range.ts'

/** Who serves a number that is not answered from its block, as far as an answer needs it. */
export type RouteValue = {
  readonly operator: string
  /** Normalised (RFC 4694); undefined: the operator's own (zone-config.ts). */
  readonly routingNumber: string | undefined
}

/** The number table: the routes of single numbers. Blocks are not in it, so an absent number is not an error. */
export type RouteTable = {
  /** Gives every number of the range one route, or takes it away (`undefined`: the block answers again). */
  set(range: NumberRange, value: RouteValue | undefined): void
  /** @param digits - a number without its plus */
  lookup(digits: string): RouteValue | undefined
  /** Whether a longer number that begins with `digits` has a route: then its name is an empty non-terminal. */
  hasBelow(digits: string): boolean
  clear(): void
  /** How many numbers have a route. */
  readonly size: number
  /** The generation of the routes that is held whole; the SOA serial follows it. */
  readonly generation: number
  setGeneration(generation: number): void
}

export function routeTable(): RouteTable {
  const routes = new Map<string, RouteValue>()
  const below = new Map<string, number>()
  let generation = 0
  const count = (digits: string, by: 1 | -1): void => {
    for (let length = 1; length < digits.length; length++) {
      const prefix = digits.slice(0, length)
      const numbers = (below.get(prefix) ?? 0) + by
      if (numbers === 0) below.delete(prefix)
      else below.set(prefix, numbers)
    }
  }
  return {
    set(range, value) {
      for (const number of walk(range)) {
        const digits = digitsOf(number)
        if (routes.has(digits) !== (value !== undefined)) count(digits, value === undefined ? -1 : 1)
        if (value === undefined) routes.delete(digits)
        else routes.set(digits, value)
      }
    },
    lookup: (digits) => routes.get(digits),
    hasBelow: (digits) => below.has(digits),
    clear() {
      routes.clear()
      below.clear()
    },
    get size() {
      return routes.size
    },
    get generation() {
      return generation
    },
    setGeneration(value) {
      generation = value
    },
  }
}
