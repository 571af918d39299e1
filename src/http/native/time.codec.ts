import { Fault } from '../../shared/fault.ts'

export function timeText(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: 'millisecond' })
}

export function timeOrNull(at: Temporal.Instant | null | undefined): string | null {
  return at ? timeText(at) : null
}

const FIRST = Temporal.Instant.from('0001-01-01T00:00:00Z')
const LAST = Temporal.Instant.from('9999-12-31T23:59:59Z')

/** @returns undefined for text that is no instant, or one in a year without four digits, which no record of ours has */
export function keptInstant(text: string): Temporal.Instant | undefined {
  try {
    const at = Temporal.Instant.from(text)
    return Temporal.Instant.compare(FIRST, at) <= 0 && Temporal.Instant.compare(at, LAST) <= 0 ? at : undefined
  } catch {
    return undefined // the caller says what would be right
  }
}

/** @returns undefined for text that is no day */
export function dayOf(text: string): Temporal.PlainDate | undefined {
  try {
    return /^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) ? Temporal.PlainDate.from(text) : undefined
  } catch {
    return undefined // the caller says what would be right
  }
}

/**
 * A bound of a range of times: an instant, or a day of the market's zone, which as an upper bound is included.
 *
 * Fault: field_invalid.
 */
export function boundOf(
  text: string | undefined,
  { field, end, timeZone }: { field: string; end: 'from' | 'to'; timeZone: string },
): Temporal.Instant | undefined {
  if (text === undefined || text === '') return undefined
  const bound = text.includes('T') ? keptInstant(text) : boundOfDay(text, end, timeZone)
  if (bound) return bound
  throw new Fault('field_invalid', `${field} must be a day as 2025-01-15 or an instant as 2025-01-15T10:30:00Z`, field)
}

function boundOfDay(text: string, end: 'from' | 'to', timeZone: string): Temporal.Instant | undefined {
  const day = dayOf(text)
  if (!day) return undefined
  const at = (end === 'to' ? day.add({ days: 1 }) : day).toZonedDateTime(timeZone).toInstant()
  return keptInstant(at.toString())
}
