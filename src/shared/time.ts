/** `2025-01-15T10:30:00`: UTC without a zone, seconds, as np_api prints the times of a port (contract X-06). */
export function naiveUtc(instant: Temporal.Instant): string {
  return instant.toZonedDateTimeISO('UTC').toPlainDateTime().toString(WHOLE_SECONDS)
}

/** `2025-01-15T10:30:00Z`: UTC with its zone, seconds, as np_api prints the times of events. */
export function utcSeconds(instant: Temporal.Instant): string {
  return instant.toString(WHOLE_SECONDS)
}

/** `20250115103000`: fourteen digits, UTC, the `Stamp` of the PXS profile. */
export function stamp14(instant: Temporal.Instant): string {
  return naiveUtc(instant).replace(/[-T:]/g, '')
}

/** Fractions are cut off: a time that is printed has already been. */
const WHOLE_SECONDS = { smallestUnit: 'second', roundingMode: 'floor' } as const
