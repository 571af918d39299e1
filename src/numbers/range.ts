import type { E164 } from './e164.ts'

/** A contiguous series of numbers of equal length, both ends included. Only `rangeOf` makes one. */
export type NumberRange = { readonly first: E164; readonly last: E164 }

export type RangeProblem = 'unequal_length' | 'reversed'

/** No range has more numbers: market.schema.ts lets no request have more. Bounds where a range around a number can begin. */
export const LONGEST_RANGE = 100_000

/** @returns the range, or which rule of O-36 (contract/np-api.md) the two ends break */
export function rangeOf(first: E164, last: E164): NumberRange | RangeProblem {
  if (first.length !== last.length) return 'unequal_length'
  return first <= last ? { first, last } : 'reversed'
}

/** How many numbers; a range of one has size 1. */
export function sizeOf({ first, last }: NumberRange): number {
  return Number(BigInt(last.slice(1)) - BigInt(first.slice(1))) + 1
}

/** Whether two ranges share a number. Numbers of different length never meet. */
export function overlaps(a: NumberRange, b: NumberRange): boolean {
  return a.first.length === b.first.length && a.first <= b.last && b.first <= a.last
}

/** Whether `number` lies in the range. */
export function includes(range: NumberRange, number: E164): boolean {
  return number.length === range.first.length && range.first <= number && number <= range.last
}

/** Whether every number of the range lies in one of the others. */
export function isCovered({ first, last }: NumberRange, others: readonly NumberRange[]): boolean {
  let open = BigInt(first.slice(1))
  const meeting = others.filter((other) => overlaps(other, { first, last }))
  for (const other of meeting.toSorted((a, b) => (a.first < b.first ? -1 : 1))) {
    if (BigInt(other.first.slice(1)) > open) return false
    const next = BigInt(other.last.slice(1)) + 1n
    if (next > open) open = next
  }
  return open > BigInt(last.slice(1))
}

/** What two ranges that overlap have in common. */
export function common(a: NumberRange, b: NumberRange): NumberRange {
  return { first: a.first > b.first ? a.first : b.first, last: a.last < b.last ? a.last : b.last }
}

/** Every number of the range, in order. */
export function* walk(range: NumberRange): Generator<E164> {
  const end = BigInt(range.last.slice(1))
  for (let digits = BigInt(range.first.slice(1)); digits <= end; digits += 1n) yield `+${digits}` as E164
}

/** The first, the middle and the last number, each once: where a whole range is judged by a few. */
export function samplesOf({ first, last }: NumberRange): E164[] {
  const middle = (BigInt(first.slice(1)) + BigInt(last.slice(1))) / 2n
  // between two numbers of one length there is only another of that length
  return [...new Set([first, `+${middle}` as E164, last])]
}

/** `+15550100..+15550199`, or the number alone: for logs, events and sentences. */
export function rangeText({ first, last }: NumberRange): string {
  return first === last ? first : `${first}..${last}`
}
