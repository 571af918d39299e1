import type { EventType } from '../events/event.ts'
import { REJECT_CODES } from '../numbers/reject-code.ts'
import type { Command, Port } from './port.ts'
import type { PortInAction, PortInTrigger } from './port-in.machine.ts'
import type { RejectionCode } from './rejection.ts'

/** What is known beside the trigger when an edge is taken. */
export type Said = {
  /** The user name of a key, the clearinghouse, or `clock`. */
  readonly by: string
  readonly code?: RejectionCode
  /** The other side's own words, or the rule that ended. */
  readonly text?: string | undefined
}

type Words = {
  /** CamelCase for what we send, the message type as received for what we hear (contract O-27). */
  readonly msgtype: string
  readonly direction: 'sent' | 'received'
  readonly log: (port: Port, said: Said) => string
  readonly event?: EventType
}

const withText = (sentence: string, { text }: Said) => (text ? `${sentence}: ${text}` : sentence)
const withCode = (sentence: string, said: Said) =>
  withText(`${sentence} with code ${said.code ?? 0} ${REJECT_CODES[said.code ?? 0]}`, said)

/** How each edge is written in the port's log, and what the operator's systems are told. */
// biome-ignore format: a table
export const WORDS: Record<PortInTrigger, Words> = {
  'operator:instruct':       { msgtype: 'Instruction',            direction: 'sent',     log: () => 'Instruction sent to clearinghouse', event: 'port_in.instructed' },
  'operator:abort':          { msgtype: 'Abort',                  direction: 'sent',     log: (_, said) => withText(`Aborted by ${said.by}`, said), event: 'port_in.aborted' },
  'operator:change':         { msgtype: 'ChangeRequest',          direction: 'sent',     log: (_, said) => withText('Change requested', said) },
  'pxs:acknowledged':        { msgtype: 'ack',                    direction: 'received', log: () => 'Acknowledged by the clearinghouse' },
  'pxs:refused':             { msgtype: 'error',                  direction: 'received', log: (_, said) => withText('Refused by the clearinghouse', said), event: 'port_in.rejected' },
  'pxs:authorised':          { msgtype: 'authorisation_response', direction: 'received', log: (port, said) => withText(`Authorised by ${port.counterparty}`, said), event: 'port_in.authorised' },
  'pxs:rejected':            { msgtype: 'authorisation_response', direction: 'received', log: (port, said) => withCode(`Rejected by ${port.counterparty}`, said), event: 'port_in.rejected' },
  'pxs:instructed':          { msgtype: 'instruction_response',   direction: 'received', log: (_, said) => withText('Instruction accepted', said) },
  'pxs:instruction_refused': { msgtype: 'instruction_response',   direction: 'received', log: (_, said) => withCode('Instruction refused', said) },
  'pxs:changed':             { msgtype: 'change_response',        direction: 'received', log: (_, said) => withText('Change accepted', said) },
  'pxs:ported':              { msgtype: 'ported',                 direction: 'received', log: (_, said) => withText('Ported; routes written', said), event: 'port_in.ported' },
  'pxs:timedout':            { msgtype: 'timedout',               direction: 'received', log: (_, said) => withText('Timed out at the clearinghouse', said), event: 'port_in.timed_out' },
  'clock:timeout':           { msgtype: 'TimeOut',                direction: 'sent',     log: (port, said) => withText(`No answer from ${port.counterparty} in time`, said), event: 'port_in.timed_out' },
  'clock:progress':          { msgtype: 'Progress',               direction: 'sent',     log: (port, said) => withText(`No answer from ${port.counterparty} in time; the market lets the port go on`, said), event: 'port_in.authorised' },
  'checks:confirmed':        { msgtype: 'Complete',               direction: 'sent',     log: () => 'Every step after the port is confirmed', event: 'port_in.completed' },
}

/** What an action of the machine says to the clearinghouse; undefined for an action that says nothing. */
export function commandOf(action: PortInAction, said: Said): Command | undefined {
  switch (action) {
    case 'send_instruction':
      return { kind: 'instruction' }
    case 'send_abort':
      return { kind: 'abort', reasonCode: 0, reasonText: `Aborted by ${said.by}` }
    case 'send_change':
      return { kind: 'change', note: said.text ?? '' }
    case 'resubmit_if_account_type':
    case 'set_routes':
      return undefined
  }
}
