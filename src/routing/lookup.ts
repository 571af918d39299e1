import { digitsOf, type E164, parseE164 } from '../numbers/e164.ts'
import { blockOf, type Market } from '../numbers/market.ts'

/** What the routes are read from: the memory that DNS answers from, or the database where there is none. */
export type RouteSource = {
  readonly name: 'memory' | 'database'
  routesOf(numbers: readonly E164[]): Promise<{
    readonly generation: number
    readonly routes: ReadonlyMap<E164, { readonly operator: string; readonly routingNumber: string | undefined }>
  }>
}

/** Whether a number moved, stayed, is answered by a zone from a file, is none that anybody here knows, or none at all. */
export const LOOKUP_VERDICTS = ['ported', 'not_ported', 'static', 'unknown', 'invalid'] as const

export type LookedUp = {
  /** As it was asked for. */
  readonly asked: string
  readonly number: E164 | undefined
  readonly verdict: (typeof LOOKUP_VERDICTS)[number]
  /** Who serves it. */
  readonly operator: string | undefined
  readonly routingNumber: string | undefined
  /** What an ENUM client would call. */
  readonly uri: string | undefined
}

export type Lookup = {
  readonly source: RouteSource['name']
  /** Of the routes that answered. */
  readonly generation: number
  /** One for each number that was asked for, in order. */
  readonly items: readonly LookedUp[]
}

export type LookupDeps = {
  readonly market: Market
  readonly source: RouteSource
  /** What DNS answers for a number with this route, and whether a zone from a file answers instead. */
  readonly answerFor: (
    number: E164,
    route: { readonly operator: string; readonly routingNumber: string | undefined } | undefined,
  ) => { readonly uri: string | undefined; readonly isFixed: boolean }
}

/** Numbers with country code, with the plus or without; what is none is an answer too. */
export type LookUpMany = (asked: readonly string[]) => Promise<Lookup>

export function lookUpMany({ market, source, answerFor }: LookupDeps): LookUpMany {
  return async (asked) => {
    const numbers = asked.map((text) => parseE164(text.startsWith('+') ? text : `+${text}`))
    const { generation, routes } = await source.routesOf(numbers.filter((number) => number !== undefined))
    const items = asked.map((text, index): LookedUp => {
      const number = numbers[index]
      const nothing = { operator: undefined, routingNumber: undefined, uri: undefined }
      if (!number) return { asked: text, number: undefined, verdict: 'invalid', ...nothing }
      const route = routes.get(number)
      const { uri, isFixed } = answerFor(number, route)
      if (isFixed) return { asked: text, number, verdict: 'static', ...nothing, uri }
      if (route) {
        const routingNumber =
          route.routingNumber ?? market.operators.find(({ code }) => code === route.operator)?.routingNumber
        return { asked: text, number, verdict: 'ported', operator: route.operator, routingNumber, uri }
      }
      const holder = uri === undefined ? undefined : holderOf(market, number)
      return { asked: text, number, verdict: holder ? 'not_ported' : 'unknown', ...nothing, operator: holder, uri }
    })
    return { source: source.name, generation, items }
  }
}

/** The market knows blocks of its own country code alone. */
function holderOf(market: Market, number: E164): string | undefined {
  return digitsOf(number).startsWith(market.countryCode) ? blockOf(market, number)?.holder : undefined
}
