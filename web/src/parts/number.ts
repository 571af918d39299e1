import type { Market } from '../api/market.ts'
import { counted } from './count.ts'

type Country = Pick<Market, 'country_code'>
/** E.164 with plus, both ends included. */
export type Range = { readonly first_number: string; readonly last_number: string }

/** E.164 as people write it: `+15550100` is `+1 555 0100` where the country code is 1. */
export function numberText(e164: string, { country_code }: Country): string {
  const digits = digitsOf(e164)
  if (country_code === '' || !digits.startsWith(country_code)) return `+${digits}`
  const local = digits.slice(country_code.length)
  const groups = local.slice(0, -4).match(/[0-9]{1,3}(?=(?:[0-9]{3})*$)/g) ?? []
  return [`+${country_code}`, ...groups, local.slice(-4)].join(' ')
}

/** `+1 555 0100` or `+1 555 0100 – 0199`: of the last number only what differs. */
export function rangeText({ first_number, last_number }: Range, country: Country): string {
  const first = numberText(first_number, country)
  const last = numberText(last_number, country)
  if (first === last) return first
  const differs = [...last].findIndex((letter, index) => first[index] !== letter)
  const from = last.lastIndexOf(' ', differs) + 1
  return `${first} – ${last.slice(from)}`
}

/** How many numbers two ends enclose; undefined while they are no range. */
export function countOf({ first_number, last_number }: Range): number | undefined {
  const [from, to] = [digitsOf(first_number), digitsOf(last_number)]
  if (from === '' || from.length !== to.length) return undefined
  const count = BigInt(to) - BigInt(from) + 1n
  return count > 0n && count <= 1_000_000n ? Number(count) : undefined
}

export function sizeText(range: Range): string {
  return counted(countOf(range) ?? 1, 'number')
}

/**
 * What somebody typed as a full number without plus, as the routing endpoints take it: the country code is put before a
 * local number (contract O-21); a number written with `+` is full already. What a trunk prefix is the server knows.
 */
export function fullDigits(text: string, { country_code }: Country): string {
  const digits = digitsOf(text)
  return text.trim().startsWith('+') ? digits : `${country_code}${digits}`
}

/** Digits alone: people write spaces, dashes and brackets, and the server takes them too. */
export function digitsOf(text: string): string {
  return text.replace(/[^0-9]/g, '')
}
