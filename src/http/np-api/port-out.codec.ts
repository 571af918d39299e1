import type { Port, PortEvent } from '../../porting/port.ts'
import { PORTING_STATES } from '../../porting/port-in.machine.ts'
import type { LocalNumbers } from './port-in.codec.ts'
import type { PortOutItem, PortOutRecord } from './port-out.schema.ts'
import { eventOfWire, rangesOfWire, withoutZone } from './record.codec.ts'

/** The record of contract 3.1.4, its keys in the printed order. */
export function portOutRecordOf(port: Port, events: readonly PortEvent[], numbers: LocalNumbers): PortOutRecord {
  return {
    ...portOutItemOf(port, numbers),
    events: events.map((event) => ({ porting_out_event_id: event.number, ...eventOfWire(event) })),
  }
}

/** The same without the log (contract O-60). */
export function portOutItemOf(port: Port, { localOf }: LocalNumbers): PortOutItem {
  return {
    port_out_id: port.publicId,
    msgidentifier: port.msgidentifier,
    PortingState: PORTING_STATES[port.state],
    PortingStateString: port.state,
    recipientnetworkoperator: port.counterparty,
    Type_of_Numbers: port.numberType,
    submission_timestamp: withoutZone(port.createdAt),
    update_timestamp: withoutZone(port.updatedAt),
    phone_number_ranges: rangesOfWire(port.range, localOf),
  }
}
