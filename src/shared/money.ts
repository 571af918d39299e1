/** An amount in millionths of a currency's unit. */
export type Micros = bigint

/** A billion units: what is more is a mistake, and a sum of a million such lines still fits the database. */
const MOST = 1_000_000_000n * 1_000_000n

/**
 * Reads a decimal with a point: `12`, `12.5`, `-0.004`. Separators of thousands and a comma are refused, because they mean
 * different things in different countries.
 *
 * @returns undefined for anything else, for more than six decimals and for more than a billion
 */
export function parseMicros(text: string): Micros | undefined {
  const [, sign, whole = '', decimals = ''] = /^([+-]?)([0-9]{1,10})(?:\.([0-9]{1,6}))?$/.exec(text.trim()) ?? []
  if (whole === '') return undefined
  const size = BigInt(whole) * 1_000_000n + BigInt(decimals.padEnd(6, '0'))
  if (size > MOST) return undefined
  return sign === '-' ? -size : size
}

/** With at least two decimals, as people write money: `12.50`, `-0.004`. */
export function microsText(micros: Micros): string {
  const size = micros < 0n ? -micros : micros
  const decimals = (size % 1_000_000n)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,4}$/, '')
  return `${micros < 0n ? '-' : ''}${size / 1_000_000n}.${decimals}`
}
