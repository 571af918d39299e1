import { PORT_IN_STATES } from './api/tables.gen.ts'

export type StateName = keyof typeof PORT_IN_STATES
/** What a state asks of whoever looks: nothing, to act, nothing any more. */
export type Tone = 'waiting' | 'act' | 'done' | 'over' | 'failed'

type StateWords = { readonly label: string; readonly meaning: string; readonly tone: Tone }

/**
 * The eleven states in words (porting-manager.md, "Port-In States"; contract O-08: all are shown, 20 and 30 share their
 * meaning). Total: a state more does not compile until it has its words.
 */
// biome-ignore format: a table
export const STATE_WORDS: Readonly<Record<StateName, StateWords>> = {
  NoPort:                             { label: 'No Port',                             meaning: 'Request recorded, on its way to the clearinghouse', tone: 'waiting' },
  Waiting_for_Authorisation_Response: { label: 'Waiting for Authorisation Response',  meaning: 'Request submitted, awaiting donor response',        tone: 'waiting' },
  Waiting_for_Instruction:            { label: 'Waiting for Instruction',             meaning: 'Donor authorised — confirm to proceed',             tone: 'act' },
  Waiting_for_Instruction_Response:   { label: 'Waiting for Instruction Response',    meaning: 'Instruction sent, awaiting acknowledgement',        tone: 'waiting' },
  Waiting_for_Ported_Response:        { label: 'Waiting for Ported Response',         meaning: 'Port execution in progress',                        tone: 'waiting' },
  Waiting_for_Change_Response:        { label: 'Waiting for Change Response',         meaning: 'Change sent, awaiting acknowledgement',             tone: 'waiting' },
  Number_Ported:                      { label: 'Number Ported',                       meaning: 'Port complete, routing updated',                    tone: 'done' },
  Number_Ported_Complete:             { label: 'Number Ported Complete',              meaning: 'Port complete, routing updated',                    tone: 'done' },
  TimeOut:                            { label: 'TimeOut',                             meaning: 'Request timed out',                                 tone: 'failed' },
  Aborted:                            { label: 'Aborted',                             meaning: 'Cancelled',                                         tone: 'over' },
  Rejected:                           { label: 'Rejected',                            meaning: 'Donor rejected the request',                        tone: 'failed' },
}

/** The same states where we are the donor, as far as they mean something else there (contract O-45). */
// biome-ignore format: a table
export const PORT_OUT_WORDS: Readonly<Record<StateName, StateWords>> = {
  ...STATE_WORDS,
  NoPort:                             { label: 'No Port',                             meaning: 'Request received, not yet taken up',                 tone: 'waiting' },
  Waiting_for_Authorisation_Response: { label: 'Waiting for Authorisation Response',  meaning: 'Another operator asks for these numbers: decide',    tone: 'act' },
  Waiting_for_Instruction:            { label: 'Waiting for Instruction',             meaning: 'Authorised; the recipient has still to confirm',     tone: 'waiting' },
  Waiting_for_Instruction_Response:   { label: 'Waiting for Instruction Response',    meaning: 'Instruction received, being acknowledged',           tone: 'waiting' },
  Number_Ported:                      { label: 'Number Ported',                       meaning: 'Ported out, calls go to the recipient',              tone: 'done' },
  Number_Ported_Complete:             { label: 'Number Ported Complete',              meaning: 'Ported out, calls go to the recipient',              tone: 'done' },
  Rejected:                           { label: 'Rejected',                            meaning: 'We refused the request',                             tone: 'over' },
}

export function isStateName(name: string): name is StateName {
  return Object.hasOwn(PORT_IN_STATES, name)
}

export const STATE_NAMES = (Object.keys(PORT_IN_STATES) as StateName[]).toSorted(
  (a, b) => PORT_IN_STATES[a].code - PORT_IN_STATES[b].code,
)

export const NUMBER_TYPE_LABELS = { mobile: 'Mobile', fixed: 'Fixed' } as const
