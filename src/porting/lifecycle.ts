import { type EventType, type LifecycleEvent, portInEvent } from '../events/event.ts'
import type { Market } from '../numbers/market.ts'
import type { Port } from './port.ts'
import { PORTING_STATES } from './port-in.machine.ts'

/** The event that `type` happened to a port-in, as the port stands now. */
export function lifecycleEvent(market: Market, type: EventType, port: Port): LifecycleEvent {
  const recipient = market.operator
  return portInEvent(type, port, { at: port.updatedAt, recipient, stateCode: PORTING_STATES[port.state] })
}
