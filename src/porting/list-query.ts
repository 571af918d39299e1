import type { E164 } from '../numbers/e164.ts'
import { type Market, operatorOf, parseNumber } from '../numbers/market.ts'

/** What the `q` of a list can mean. Each is found by an index of its own, so a list costs the same however many ports there are. */
export type ListQuery =
  | { readonly kind: 'operator'; readonly code: string }
  | { readonly kind: 'number'; readonly number: E164 }
  /** Five digits: the end of a msgidentifier, or a number of the plan where there are such short ones. */
  | { readonly kind: 'sequence'; readonly digits: string; readonly number: E164 | undefined }
  /** A msgidentifier, or its end from any letter on: its last five digits have an index. */
  | { readonly kind: 'end'; readonly text: string }
  | { readonly kind: 'beginning'; readonly text: string }

export function meaningOf(market: Market, q: string): ListQuery {
  const operator = operatorOf(market, q)
  if (operator) return { kind: 'operator', code: operator.code }
  const number = parseNumber(market, q)
  if (/^[0-9]{5}$/.test(q)) return { kind: 'sequence', digits: q, number }
  if (number) return { kind: 'number', number }
  return { kind: /-[0-9]{5}$/.test(q) ? 'end' : 'beginning', text: q.toUpperCase() }
}
