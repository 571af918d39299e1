import type { Answer } from '../api/client.ts'
import type { MarketFacts } from '../api/tables.gen.ts'

export type WireRange = Answer<'listPortIn'>[number]['phone_number_ranges'][number]

/** Local digits as people write them: `5550100` is `+1 555 0100` where the country code is 1. */
export function numberText(local: string, { countryCode }: Pick<MarketFacts, 'countryCode'>): string {
  const groups = local.slice(0, -4).match(/[0-9]{1,3}(?=(?:[0-9]{3})*$)/g) ?? []
  return [countryCode && `+${countryCode}`, ...groups, local.slice(-4)].filter(Boolean).join(' ')
}

/** `+1 555 0100` or `+1 555 0100 – 0199`: of the last number only what differs. */
export function rangeText(range: WireRange, market: Pick<MarketFacts, 'countryCode'>): string {
  const first = numberText(range.telephonenumberseriestart, market)
  const last = numberText(range.telephonenumberserieend, market)
  if (first === last) return first
  const differs = [...last].findIndex((letter, index) => first[index] !== letter)
  const from = last.lastIndexOf(' ', differs) + 1
  return `${first} – ${last.slice(from)}`
}

/** How many numbers two ends enclose; undefined while they are no range. */
export function countOf(first: string, last: string): number | undefined {
  const [from, to] = [digitsOf(first), digitsOf(last)]
  if (from === '' || from.length !== to.length) return undefined
  const count = BigInt(to) - BigInt(from) + 1n
  return count > 0n && count <= 1_000_000n ? Number(count) : undefined
}

export function sizeText(range: WireRange): string {
  const count = countOf(range.telephonenumberseriestart, range.telephonenumberserieend) ?? 1
  return count === 1 ? '1 number' : `${count.toLocaleString('en')} numbers`
}

/**
 * The full number without plus, as the routing endpoints take it: the country code is put before a local number (contract
 * O-21). A number written with `+` is full already.
 */
export function fullDigits(
  text: string,
  { countryCode, trunkPrefix }: Pick<MarketFacts, 'countryCode' | 'trunkPrefix'>,
) {
  const digits = digitsOf(text)
  if (text.trim().startsWith('+')) return digits
  const isDialled = trunkPrefix !== '' && digits.startsWith(trunkPrefix)
  return `${countryCode}${isDialled ? digits.slice(trunkPrefix.length) : digits}`
}

/** `15550100` for people: `+1 555 0100`. */
export function fullNumberText(digits: string, market: Pick<MarketFacts, 'countryCode'>): string {
  const isHere = market.countryCode !== '' && digits.startsWith(market.countryCode)
  return isHere ? numberText(digits.slice(market.countryCode.length), market) : `+${digits}`
}

/** Digits alone: people write spaces, dashes and brackets, and the server takes them too. */
export function digitsOf(text: string): string {
  return text.replace(/[^0-9]/g, '')
}
