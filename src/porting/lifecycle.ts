import { type EventType, isPortOutEvent, type LifecycleEvent, portInEvent, portOutEvent } from '../events/event.ts'
import type { Market } from '../numbers/market.ts'
import type { Machine } from '../shared/machine.ts'
import type { Action } from './command.ts'
import type { Heard, Port } from './port.ts'
import { PORT_IN, PORTING_STATES, type PortInTrigger, type PortingState } from './port-in.machine.ts'
import { PORT_IN_WORDS } from './port-in-words.ts'
import { PORT_OUT, type PortOutTrigger } from './port-out.machine.ts'
import { PORT_OUT_WORDS } from './port-out-words.ts'
import type { Words } from './words.ts'

export type Trigger = PortInTrigger | PortOutTrigger

/** All that differs between the two directions of a port when an edge is taken or a message heard. */
type Lifecycle = {
  readonly machine: Machine<PortingState, Trigger, Action>
  readonly words: Readonly<Partial<Record<Trigger, Words>>>
  /** The edge that a message asks for; what is not here is only news for the log. */
  readonly heard: Readonly<Partial<Record<Heard['kind'], Trigger>>>
  /** Who has the numbers once they are ported. */
  readonly gaining: (port: Port, self: string) => string
}

// biome-ignore format: a table
export const LIFECYCLES: Readonly<Record<Port['direction'], Lifecycle>> = {
  in: {
    machine: PORT_IN,
    words: PORT_IN_WORDS,
    heard: {
      authorised: 'pxs:authorised', rejected: 'pxs:rejected', instructed: 'pxs:instructed', instruction_refused: 'pxs:instruction_refused',
      request_refused: 'pxs:refused', changed: 'pxs:changed', ported: 'pxs:ported', timedout: 'pxs:timedout',
    },
    gaining: (_, self) => self,
  },
  out: {
    machine: PORT_OUT,
    words: PORT_OUT_WORDS,
    heard: {
      instruction: 'pxs:instruction', abort: 'pxs:aborted', ported: 'pxs:ported', timedout: 'pxs:timedout', answer_refused: 'pxs:answer_refused',
    },
    gaining: ({ counterparty }) => counterparty,
  },
}

export function wordsOf(port: Port, on: Trigger): Words {
  const words = LIFECYCLES[port.direction].words[on]
  if (!words) throw new Error(`a port-${port.direction} has no words for ${on}`)
  return words
}

/** The event that `type` happened to a port, as the port stands now. */
export function lifecycleEvent(market: Market, type: EventType, port: Port): LifecycleEvent {
  const moment = { at: port.updatedAt, self: market.operator, stateCode: PORTING_STATES[port.state] }
  return isPortOutEvent(type) ? portOutEvent(type, port, moment) : portInEvent(type, port, moment)
}
