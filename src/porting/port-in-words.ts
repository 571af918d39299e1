import type { PortInTrigger } from './port-in.machine.ts'
import { type Words, withCode, withText } from './words.ts'

// biome-ignore format: a table
export const PORT_IN_WORDS: Record<PortInTrigger, Words> = {
  'operator:instruct':       { msgtype: 'Instruction',            direction: 'sent',     log: () => 'Instruction sent to clearinghouse', event: 'port_in.instructed' },
  'operator:abort':          { msgtype: 'Abort',                  direction: 'sent',     log: (_, said) => withText(`Aborted by ${said.by}`, said), event: 'port_in.aborted' },
  'operator:change':         { msgtype: 'ChangeRequest',          direction: 'sent',     log: (_, said) => withText(said.requestedAt ? `Change requested, to ${said.requestedAt}` : 'Change requested', said) },
  'pxs:acknowledged':        { msgtype: 'ack',                    direction: 'received', log: () => 'Acknowledged by the clearinghouse' },
  'pxs:refused':             { msgtype: 'error',                  direction: 'received', log: (_, said) => withText('Refused by the clearinghouse', said), event: 'port_in.rejected' },
  'pxs:authorised':          { msgtype: 'authorisation_response', direction: 'received', log: (port, said) => withText(`Authorised by ${port.counterparty}`, said), event: 'port_in.authorised' },
  'pxs:rejected':            { msgtype: 'authorisation_response', direction: 'received', log: (port, said) => withCode(`Rejected by ${port.counterparty}`, said), event: 'port_in.rejected' },
  'pxs:instructed':          { msgtype: 'instruction_response',   direction: 'received', log: (_, said) => withText('Instruction accepted', said) },
  'pxs:instruction_refused': { msgtype: 'instruction_response',   direction: 'received', log: (_, said) => withCode('Instruction refused', said), event: 'port_in.instruction_refused' },
  'pxs:changed':             { msgtype: 'change_response',        direction: 'received', log: (_, said) => withText('Change answered', said) },
  'pxs:ported':              { msgtype: 'ported',                 direction: 'received', log: (_, said) => withText('Ported; routes written', said), event: 'port_in.ported' },
  'pxs:timedout':            { msgtype: 'timedout',               direction: 'received', log: (_, said) => withText('Timed out at the clearinghouse', said), event: 'port_in.timed_out' },
  'clock:timeout':           { msgtype: 'TimeOut',                direction: 'sent',     log: (port, said) => withText(`No answer from ${port.counterparty} in time`, said), event: 'port_in.timed_out' },
  'clock:progress':          { msgtype: 'Progress',               direction: 'sent',     log: (port, said) => withText(`No answer from ${port.counterparty} in time; the market lets the port go on`, said), event: 'port_in.authorised' },
  'checks:confirmed':        { msgtype: 'Complete',               direction: 'sent',     log: () => 'Every step after the port is confirmed', event: 'port_in.completed' },
}
