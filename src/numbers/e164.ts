import type { Brand } from '../shared/brand.ts'

/** A telephone number as ITU-T E.164 writes it: `+`, then 3 to 15 digits, the first not 0. Text everywhere inside. */
export type E164 = Brand<string, 'E164'>

/** @returns undefined unless `text` is exactly `+` and 3 to 15 digits (ITU-T E.164 §6) */
export function parseE164(text: string): E164 | undefined {
  return /^\+[1-9][0-9]{2,14}$/.test(text) ? (text as E164) : undefined
}

/** The digits without the plus: `digitsOf('+15550100')` is `'15550100'`. */
export function digitsOf(number: E164): string {
  return number.slice(1)
}
