import type { Command } from './port.ts'
import type { PortInAction } from './port-in.machine.ts'
import type { PortOutAction } from './port-out.machine.ts'
import type { Said } from './words.ts'

export type Action = PortInAction | PortOutAction

const ACCEPTED = { result: 'accept', code: 0, text: undefined } as const

/** What an action of a machine says to the clearinghouse; undefined for one that says nothing. */
// biome-ignore format: a table
const COMMANDS: Record<Action, ((said: Said) => Command) | undefined> = {
  send_instruction:          () => ({ kind: 'instruction' }),
  send_abort:                ({ by }) => ({ kind: 'abort', reasonCode: 0, reasonText: `Aborted by ${by}` }),
  send_change:               ({ text, requestedAt }) => ({ kind: 'change', note: text, requestedAt }),
  send_authorisation:        () => ({ kind: 'authorisation_response', ...ACCEPTED }),
  send_rejection:            ({ code, text }) => ({ kind: 'authorisation_response', result: 'reject', code: code ?? 0, text }),
  send_instruction_response: () => ({ kind: 'instruction_response', ...ACCEPTED }),
  send_abort_response:       () => ({ kind: 'abort_response', ...ACCEPTED }),
  resubmit_if_account_type:  undefined,
  record_basis:              undefined,
  hold_for_person:           undefined,
  set_routes:                undefined,
}

/** The command that the actions of an edge send; an edge sends at most one. */
export function commandOf(actions: readonly Action[], said: Said): Command | undefined {
  return actions.map((action) => COMMANDS[action]?.(said)).find((found) => found !== undefined)
}
