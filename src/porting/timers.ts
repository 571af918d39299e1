import { deadlineOf } from '../numbers/deadline.ts'
import type { Window } from '../numbers/market.schema.ts'
import type { Market } from '../numbers/market.ts'
import type { NumberType } from './port.ts'
import type { PortInTrigger, PortingState } from './port-in.machine.ts'
import type { PortOutTrigger } from './port-out.machine.ts'

export type TimerKind =
  | 'acknowledgement'
  | 'authorisation'
  | 'instruction'
  | 'instruction_response'
  | 'porting'
  | 'change'
  | 'checks'
  | 'abort'

/**
 * The window that opens on entering a state, and what its end says; for the donor the first is our own time to answer. `overdue` changes nothing but raises the alarm:
 * after an instruction the number may already have moved, so silence there is never taken for an answer. An abort has ended the port
 * here, and is over when the clearinghouse has taken it.
 */
// biome-ignore format: a table
const WINDOWS: Partial<Record<PortingState, { readonly kind: TimerKind; readonly end: 'donor_silence' | 'overdue' }>> = {
  NoPort:                             { kind: 'acknowledgement',      end: 'overdue' },
  Waiting_for_Authorisation_Response: { kind: 'authorisation',        end: 'donor_silence' },
  Waiting_for_Instruction:            { kind: 'instruction',          end: 'overdue' },
  Waiting_for_Instruction_Response:   { kind: 'instruction_response', end: 'overdue' },
  Waiting_for_Ported_Response:        { kind: 'porting',              end: 'overdue' },
  Waiting_for_Change_Response:        { kind: 'change',               end: 'overdue' },
  Number_Ported:                      { kind: 'checks',               end: 'overdue' },
  Aborted:                            { kind: 'abort',                end: 'overdue' },
}

/** Windows that are ours and no market's: machines answer in them, or somebody must look. */
const OUR_WINDOWS = {
  acknowledgement: { value: 15, unit: 'minutes' },
  checks: { value: 15, unit: 'minutes' },
  abort: { value: 15, unit: 'minutes' },
} as const satisfies Partial<Record<TimerKind, Window>>

const SILENCE = { timeout: 'clock:timeout', progress: 'clock:progress' } as const satisfies Record<
  string,
  PortInTrigger & PortOutTrigger
>

export type Deadline = { readonly kind: TimerKind; readonly dueAt: Temporal.Instant; readonly rule: string }

/** The deadline of a state that is entered now: an instant, computed once (NANC 385). Undefined where nothing is awaited. */
export function deadlineIn(
  market: Market,
  state: PortingState,
  numberType: NumberType,
  now: Temporal.Instant,
): Deadline | undefined {
  const window = WINDOWS[state]
  if (!window) return undefined
  const { calendar, timeZone } = market
  const timers = { ...market.timers, ...OUR_WINDOWS }
  const length = window.kind === 'authorisation' ? timers.authorisation[numberType] : timers[window.kind]
  const { dueAt, rule } = deadlineOf({ from: now, window: length, calendar, timeZone })
  return { kind: window.kind, dueAt, rule: `${window.kind.replaceAll('_', ' ')} ${rule}` }
}

/** What the end of a state's window says to the machine; `overdue` is no trigger. */
export function silenceOf(
  market: Market,
  state: PortingState,
): (PortInTrigger & PortOutTrigger) | 'overdue' | undefined {
  const end = WINDOWS[state]?.end
  return end === 'donor_silence' ? SILENCE[market.donorSilence] : end
}
