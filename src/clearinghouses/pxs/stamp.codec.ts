/** `yyyyMMddHHmmss` in an IANA zone. Parts are yyyy, MM, dd, HH, mm, ss; every other character stands for itself. */
export type StampFormat = { readonly format: string; readonly zone: string }

const PARTS = { yyyy: 'year', MM: 'month', dd: 'day', HH: 'hour', mm: 'minute', ss: 'second' } as const
const PART = /yyyy|MM|dd|HH|mm|ss/g

/** `20250115103000`; fractions of a second are cut off. */
export function stampOf(at: Temporal.Instant, { format, zone }: StampFormat): string {
  const local = at.toZonedDateTimeISO(zone)
  // The pattern matches nothing but the keys of PARTS.
  return format.replace(PART, (part) => String(local[PARTS[part as keyof typeof PARTS]]).padStart(part.length, '0'))
}

/** @returns undefined unless the text has exactly this form and names a moment that exists, in the years 1 to 9999 */
export function instantOf(text: string, { format, zone }: StampFormat): Temporal.Instant | undefined {
  const parts = format.match(PART) ?? []
  const literal = (other: string) => other.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  const pattern = format.split(PART).map(literal)
  const digits = parts.map((part) => `([0-9]{${part.length}})`)
  const found = new RegExp(`^${pattern.map((other, index) => other + (digits[index] ?? '')).join('')}$`).exec(text)
  if (!found) return undefined
  const fields = Object.fromEntries(
    parts.map((part, index) => [PARTS[part as keyof typeof PARTS], Number(found[index + 1])]),
  )
  try {
    const at = Temporal.PlainDateTime.from({ year: 1, month: 1, day: 1, ...fields }, { overflow: 'reject' })
      .toZonedDateTime(zone)
      .toInstant()
    const { year } = at.toZonedDateTimeISO('UTC') // others have no place in a database, nor in RFC 3339
    return year >= 1 && year <= 9999 ? at : undefined
  } catch {
    return undefined // 31 February, 25 o'clock
  }
}
