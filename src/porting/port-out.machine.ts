import { machine } from '../shared/machine.ts'
import type { PortingState } from './port-in.machine.ts'

/**
 * Who says what: a person by API or screen, the guard by the rules of this deployment, the recipient or the clearinghouse by
 * message, the clock by our own answer window, the post-port checks by being all confirmed.
 */
export type PortOutTrigger =
  | 'operator:authorise'
  | 'operator:reject'
  | 'guard:authorise'
  | 'guard:reject'
  | 'clock:progress'
  | 'clock:timeout'
  | 'pxs:answer_refused'
  | 'pxs:instruction'
  | 'pxs:aborted'
  | 'pxs:ported'
  | 'pxs:timedout'
  | 'checks:confirmed'

export type PortOutAction =
  | 'record_basis'
  | 'send_authorisation'
  | 'send_rejection'
  | 'send_instruction_response'
  | 'send_abort_response'
  | 'hold_for_person'
  | 'set_routes'

/**
 * The whole life of a port-out: the same states as a port-in, seen by the donor (contract O-45). It is born in
 * Waiting_for_Authorisation_Response, where we are the one who is waited for. A pair (from, on) that has no row is refused.
 */
// biome-ignore format: a table
export const PORT_OUT = machine<PortingState, PortOutTrigger, PortOutAction>([
  // from                                who:says               to                                    then do
  ['Waiting_for_Authorisation_Response', 'operator:authorise',  'Waiting_for_Instruction',            ['record_basis', 'send_authorisation']],
  ['Waiting_for_Authorisation_Response', 'guard:authorise',     'Waiting_for_Instruction',            ['record_basis', 'send_authorisation']],
  ['Waiting_for_Authorisation_Response', 'clock:progress',      'Waiting_for_Instruction',            ['record_basis']],
  ['Waiting_for_Authorisation_Response', 'operator:reject',     'Rejected',                           ['record_basis', 'send_rejection']],
  ['Waiting_for_Authorisation_Response', 'guard:reject',        'Rejected',                           ['record_basis', 'send_rejection']],
  ['Waiting_for_Authorisation_Response', 'clock:timeout',       'TimeOut',                            []],
  ['Waiting_for_Authorisation_Response', 'pxs:timedout',        'TimeOut',                            []],
  ['Waiting_for_Authorisation_Response', 'pxs:aborted',         'Aborted',                            ['send_abort_response']],
  ['Waiting_for_Instruction',            'pxs:answer_refused',  'Waiting_for_Authorisation_Response', ['hold_for_person']],
  ['Waiting_for_Instruction',            'pxs:instruction',     'Waiting_for_Ported_Response',        ['send_instruction_response']],
  ['Waiting_for_Instruction',            'pxs:aborted',         'Aborted',                            ['send_abort_response']],
  ['Waiting_for_Instruction',            'pxs:timedout',        'TimeOut',                            []],
  ['Waiting_for_Ported_Response',        'pxs:ported',          'Number_Ported',                      ['set_routes']],
  ['Waiting_for_Ported_Response',        'pxs:timedout',        'TimeOut',                            []],
  ['Number_Ported',                      'checks:confirmed',    'Number_Ported_Complete',             []],
])
