import type { Static } from 'typebox'
import type { E164 } from '../../numbers/e164.ts'
import type { RangeText } from '../../numbers/market.ts'
import type { NumberRange } from '../../numbers/range.ts'
import type { Port, PortEvent } from '../../porting/port.ts'
import { PORTING_STATES, type PortingState, stateOfCode } from '../../porting/port-in.machine.ts'
import type { ListedPort, PortFilter } from '../../porting/port-in.ts'
import { Fault } from '../../shared/fault.ts'
import { STATES_LISTED } from '../said-once.ts'
import type { CreatePortIn, ListQuery, PortInItem, PortInRecord } from './port-in.schema.ts'
import { eventOfWire, rangesOfWire, withoutZone } from './record.codec.ts'

/** How the market writes its numbers. */
export type LocalNumbers = {
  /** Faults: number_invalid, number_outside_plan, range_unequal_length, range_reversed, range_too_large. */
  parseRange(text: RangeText): NumberRange
  /** The digits without country code and trunk prefix. */
  localOf(number: E164): string
}

/** The record of contract 3.1.3, its keys in the printed order. */
export function recordOf(port: Port, events: readonly PortEvent[], { localOf }: LocalNumbers): PortInRecord {
  return {
    ...commonOf(port, localOf),
    events: events.map((event) => ({ porting_in_event_id: event.number, ...eventOfWire(event) })),
  }
}

/** The same without the log; `superseded_by` is ours (contract O-31, O-60). */
export function itemOf(port: ListedPort, { localOf }: LocalNumbers): PortInItem {
  return { ...commonOf(port, localOf), superseded_by: port.supersededByMsgidentifier }
}

function commonOf(port: Port, localOf: LocalNumbers['localOf']): Omit<PortInRecord, 'events'> {
  return {
    port_in_id: port.publicId,
    msgidentifier: port.msgidentifier,
    PortingState: PORTING_STATES[port.state],
    PortingStateString: port.state,
    donornetworkoperator: port.counterparty,
    email: port.email,
    contacttelephonenumber: port.contactNumber,
    Type_of_Numbers: port.numberType,
    AccountType: port.accountType,
    overridecooloff: port.isCoolOffOverridden,
    submission_timestamp: withoutZone(port.createdAt),
    update_timestamp: withoutZone(port.updatedAt),
    failure_reason: port.failureReason,
    original_porting_request: port.originalMsgidentifier,
    phone_number_ranges: rangesOfWire(port.range, localOf),
  }
}

/** The range that two fields of the wire name. A fault names the field that is to blame. */
export function rangeOfWire(
  body: Pick<Static<typeof CreatePortIn>, 'telephonenumberseriestart' | 'telephonenumberserieend' | 'Type_of_Numbers'>,
  { parseRange }: LocalNumbers,
): NumberRange {
  return parseRange({
    first: body.telephonenumberseriestart,
    last: body.telephonenumberserieend,
    numberType: body.Type_of_Numbers,
    fields: { first: 'telephonenumberseriestart', last: 'telephonenumberserieend' },
  })
}

/** @returns undefined for absent, empty and Auto in any case: the donor is to be found from the range */
export function donorOfWire(text: string | undefined): string | undefined {
  return text === undefined || text === '' || text.toLowerCase() === 'auto' ? undefined : text
}

/** Digits alone, as the clearinghouse takes them: `+1-555-0100` is `15550100`. */
export function contactOfWire(text: string): string {
  return text.replace(/[^0-9]/g, '')
}

const STATE_OF_NAME = new Map<string, PortingState>([
  // names are the keys of the table; Object.keys only forgets their type
  ...Object.keys(PORTING_STATES).map((name) => [name.toLowerCase(), name as PortingState] as const),
  ['waiting_for_authorisation', 'NoPort'], // the document's unnumbered name (contract O-07)
])

/** A state by its name in any case, or by its number. Fault: field_invalid. */
export function stateOfWire(text: string, field: string): PortingState {
  const state = /^[0-9]{1,3}$/.test(text) ? stateOfCode(Number(text)) : STATE_OF_NAME.get(text.toLowerCase())
  if (state) return state
  throw new Fault('field_invalid', `${field} is no state: it must be one of ${STATES_LISTED}`, field)
}

/** A page as a list is asked for; without words it is the printed first 30 (contract O-24). */
export function filterOfWire(query: Static<typeof ListQuery>): PortFilter {
  const state = query.state?.trim()
  const q = query.q?.trim()
  return {
    page: query.page ?? 1,
    limit: query.limit ?? 30,
    ...(state ? { state: stateOfWire(state, 'state') } : {}),
    ...(q ? { q } : {}),
  }
}

/** A name that no port can have is refused before anything is asked. Fault: port_not_found. */
export function identifierOfWire(text: string): string {
  if (!/^[A-Za-z0-9-]{1,40}$/.test(text)) throw new Fault('port_not_found', `there is no port ${JSON.stringify(text)}`)
  return text
}
