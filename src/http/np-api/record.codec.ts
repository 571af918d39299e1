import type { NumberRange } from '../../numbers/range.ts'
import type { PortEvent } from '../../porting/port.ts'
import type { LocalNumbers } from './port-in.codec.ts'

/** Contract O-25: a record's time is UTC and says no zone, an event's says `Z`. */
export function withoutZone(at: Temporal.Instant): string {
  return withZone(at).replace(/Z$/, '')
}

export function withZone(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: 'second' })
}

/** The one range of a port, as the list that the document has. */
export function rangesOfWire({ first, last }: NumberRange, localOf: LocalNumbers['localOf']) {
  return [{ telephonenumberseriestart: localOf(first), telephonenumberserieend: localOf(last) }]
}

/** An event without its number, whose key differs by direction of the port (contract O-28). */
export function eventOfWire({ msgtype, direction, log, at }: PortEvent) {
  return {
    msgtype,
    direction: direction === 'sent' ? 0 : 1,
    eventlog: log,
    submission_timestamp: withZone(at),
  }
}
