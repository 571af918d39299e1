import { machine } from '../shared/machine.ts'

/** np_api's `PortingState` numbers (porting-manager.md, "Porting state values"). Stored and sent: never renumber. */
// biome-ignore format: a table
export const PORTING_STATES = {
  NoPort: 0, Waiting_for_Authorisation_Response: 1, Waiting_for_Instruction: 2, Waiting_for_Instruction_Response: 3,
  Waiting_for_Ported_Response: 10, Waiting_for_Change_Response: 11, Number_Ported: 20, Number_Ported_Complete: 30,
  TimeOut: 97, Aborted: 98, Rejected: 99,
} as const

export type PortingState = keyof typeof PORTING_STATES

/**
 * Who says what: the operator by API or screen, the clearinghouse by message or by its acknowledgement of ours, the clock
 * by a response window that ended, the post-port checks by being all confirmed.
 */
export type PortInTrigger =
  | 'operator:instruct'
  | 'operator:abort'
  | 'operator:change'
  | 'pxs:acknowledged'
  | 'pxs:refused'
  | 'pxs:authorised'
  | 'pxs:rejected'
  | 'pxs:instructed'
  | 'pxs:instruction_refused'
  | 'pxs:ported'
  | 'pxs:changed'
  | 'pxs:timedout'
  | 'clock:timeout'
  | 'clock:progress'
  | 'checks:confirmed'

export type PortInAction = 'send_instruction' | 'send_abort' | 'send_change' | 'resubmit_if_account_type' | 'set_routes'

/**
 * The whole life of a port-in. A pair (from, on) that has no row is refused with `illegal_transition`.
 *
 * A port is born in NoPort with its request queued for the clearinghouse, and stays there until the clearinghouse
 * has acknowledged it (contract O-07: the document's unnumbered `Waiting_for_Authorisation`). Numbers may move before a change
 * of theirs is answered, and calls do not wait for an answer that may never come.
 */
// biome-ignore format: a table
export const PORT_IN = machine<PortingState, PortInTrigger, PortInAction>([
  // from                                who:says                    to                                    then do
  ['NoPort',                             'pxs:acknowledged',         'Waiting_for_Authorisation_Response', []],
  ['NoPort',                             'pxs:refused',              'Rejected',                           []],
  ['NoPort',                             'operator:abort',           'Aborted',                            ['send_abort']],
  ['Waiting_for_Authorisation_Response', 'pxs:authorised',           'Waiting_for_Instruction',            []],
  ['Waiting_for_Authorisation_Response', 'pxs:rejected',             'Rejected',                           ['resubmit_if_account_type']],
  ['Waiting_for_Authorisation_Response', 'pxs:refused',              'Rejected',                           []],
  ['Waiting_for_Authorisation_Response', 'pxs:timedout',             'TimeOut',                            []],
  ['Waiting_for_Authorisation_Response', 'clock:timeout',            'TimeOut',                            []],
  ['Waiting_for_Authorisation_Response', 'clock:progress',           'Waiting_for_Instruction',            []],
  ['Waiting_for_Authorisation_Response', 'operator:abort',           'Aborted',                            ['send_abort']],
  ['Waiting_for_Instruction',            'operator:instruct',        'Waiting_for_Instruction_Response',   ['send_instruction']],
  ['Waiting_for_Instruction',            'operator:abort',           'Aborted',                            ['send_abort']],
  ['Waiting_for_Instruction',            'pxs:timedout',             'TimeOut',                            []],
  ['Waiting_for_Instruction_Response',   'pxs:instructed',           'Waiting_for_Ported_Response',        []],
  ['Waiting_for_Instruction_Response',   'pxs:instruction_refused',  'Waiting_for_Instruction',            []],
  ['Waiting_for_Instruction_Response',   'pxs:timedout',             'TimeOut',                            []],
  ['Waiting_for_Ported_Response',        'operator:change',          'Waiting_for_Change_Response',        ['send_change']],
  ['Waiting_for_Ported_Response',        'pxs:ported',               'Number_Ported',                      ['set_routes']],
  ['Waiting_for_Ported_Response',        'pxs:timedout',             'TimeOut',                            []],
  ['Waiting_for_Change_Response',        'pxs:changed',              'Waiting_for_Ported_Response',        []],
  ['Waiting_for_Change_Response',        'pxs:ported',               'Number_Ported',                      ['set_routes']],
  ['Waiting_for_Change_Response',        'pxs:timedout',             'TimeOut',                            []],
  ['Number_Ported',                      'checks:confirmed',         'Number_Ported_Complete',             []],
])

const STATE_OF_CODE = new Map<number, PortingState>(
  Object.entries(PORTING_STATES).map(([name, code]) => [code, name as PortingState]),
)

/** @returns undefined for a number that the document does not list */
export function stateOfCode(code: number): PortingState | undefined {
  return STATE_OF_CODE.get(code)
}

/** Whether the numbers of a port in this state are still on their way, so that no second port may touch them (I2). */
export function isLive(state: PortingState): boolean {
  return state !== 'Number_Ported' && PORT_IN.reaches(state, 'Number_Ported')
}
