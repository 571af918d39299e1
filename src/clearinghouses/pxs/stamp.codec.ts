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
  const { parts, pattern } = readerOf(format)
  const found = pattern.exec(text)
  if (!found) return undefined
  const fields = Object.fromEntries(parts.map((part, index) => [part, Number(found[index + 1])]))
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

type Reader = { readonly parts: readonly (typeof PARTS)[keyof typeof PARTS][]; readonly pattern: RegExp }

/** Made once a format: every message has stamps, and all have the same. */
const readers = new Map<string, Reader>()

function readerOf(format: string): Reader {
  const known = readers.get(format)
  if (known) return known
  const parts = format.match(PART) ?? []
  const literal = (other: string) => other.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  const others = format.split(PART).map(literal)
  const digits = parts.map((part) => `([0-9]{${part.length}})`)
  const reader = {
    parts: parts.map((part) => PARTS[part as keyof typeof PARTS]), // the pattern matches nothing but the keys of PARTS
    pattern: new RegExp(`^${others.map((other, index) => other + (digits[index] ?? '')).join('')}$`),
  }
  readers.set(format, reader)
  return reader
}
