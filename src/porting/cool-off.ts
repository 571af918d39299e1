import { blockOf, type Market } from '../numbers/market.ts'

/** The last time that a number changed its operator by a port. */
export type Move = {
  /** undefined: back to the operator of its block. */
  readonly to: string | undefined
  readonly from: string | undefined
  readonly number: Parameters<typeof blockOf>[1]
  readonly at: Temporal.Instant
}

/**
 * What the market says of moving a number again. `locked`: not before `until`. `return`: it goes back where it came from, within
 * the return window. `waived`: the customer has waived the rule, and the market lets him.
 */
export type CoolOff =
  | { readonly kind: 'none' }
  | { readonly kind: 'locked' | 'return' | 'waived'; readonly until: Temporal.Instant }

type Wish = { readonly to: string; readonly isWaived: boolean; readonly at: Temporal.Instant }

/** @param move - undefined: the number has not been ported within the lock */
export function coolOffOf(market: Market, move: Move | undefined, { to, isWaived, at }: Wish): CoolOff {
  const { lockDays, returnWindowDays, isOverrideAllowed } = market.coolOff
  if (!move || lockDays === 0) return { kind: 'none' }
  const until = daysAfter(market, move.at, lockDays)
  if (Temporal.Instant.compare(at, until) >= 0) return { kind: 'none' }
  const cameFrom = move.from ?? blockOf(market, move.number)?.holder
  const isInWindow = Temporal.Instant.compare(at, daysAfter(market, move.at, returnWindowDays)) < 0
  if (cameFrom === to && isInWindow) return { kind: 'return', until }
  return { kind: isWaived && isOverrideAllowed ? 'waived' : 'locked', until }
}

/** A day of the market, not of UTC: across a change of the clocks it ends at the same time of the day. */
function daysAfter({ timeZone }: Market, at: Temporal.Instant, days: number): Temporal.Instant {
  return at.toZonedDateTimeISO(timeZone).add({ days }).toInstant()
}

/** `cool-off until 2026-03-01`: the day in the market's zone on which the number may move again. */
export function coolOffText({ timeZone }: Market, until: Temporal.Instant): string {
  return `cool-off until ${until.toZonedDateTimeISO(timeZone).toPlainDate()}`
}
