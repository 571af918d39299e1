import { Fault } from '../../shared/fault.ts'

export function timeText(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: 'millisecond' })
}

export function timeOrNull(at: Temporal.Instant | null | undefined): string | null {
  return at ? timeText(at) : null
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
  try {
    if (text.includes('T')) return Temporal.Instant.from(text)
    const day = Temporal.PlainDate.from(text)
    return (end === 'to' ? day.add({ days: 1 }) : day).toZonedDateTime(timeZone).toInstant()
  } catch {
    throw new Fault(
      'field_invalid',
      `${field} must be a day as 2025-01-15 or an instant as 2025-01-15T10:30:00Z`,
      field,
    )
  }
}
