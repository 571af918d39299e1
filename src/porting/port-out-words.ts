import type { PortOutTrigger } from './port-out.machine.ts'
import { type Words, withCode, withText } from './words.ts'

// biome-ignore format: a table
export const PORT_OUT_WORDS: Record<PortOutTrigger, Words> = {
  'operator:authorise': { msgtype: 'AuthorisationResponse', direction: 'sent',     log: (_, said) => withText(`Authorised by ${said.by}`, said), event: 'port_out.authorised' },
  'operator:reject':    { msgtype: 'AuthorisationResponse', direction: 'sent',     log: (_, said) => withCode(`Rejected by ${said.by}`, said), event: 'port_out.rejected' },
  'guard:authorise':    { msgtype: 'AuthorisationResponse', direction: 'sent',     log: (_, said) => withText('Authorised by the policy', said), event: 'port_out.authorised' },
  'guard:reject':       { msgtype: 'AuthorisationResponse', direction: 'sent',     log: (_, said) => withCode('Rejected by rule', said), event: 'port_out.rejected' },
  'clock:progress':     { msgtype: 'Progress',              direction: 'sent',     log: (_, said) => withText('No answer of ours in time; the market lets the port go on', said), event: 'port_out.authorised' },
  'clock:timeout':      { msgtype: 'TimeOut',               direction: 'sent',     log: (_, said) => withText('No answer of ours in time', said), event: 'port_out.timed_out' },
  'pxs:answer_refused': { msgtype: 'error',                 direction: 'received', log: (_, said) => withText('The clearinghouse did not take the authorisation', said), event: 'port_out.held' },
  'pxs:instruction':    { msgtype: 'instruction',           direction: 'received', log: (port, said) => withText(`Instructed by ${port.counterparty}`, said), event: 'port_out.instructed' },
  'pxs:aborted':        { msgtype: 'abort',                 direction: 'received', log: (port, said) => withText(`Withdrawn by ${port.counterparty}`, said), event: 'port_out.aborted' },
  'pxs:ported':         { msgtype: 'ported',                direction: 'received', log: (port, said) => withText(`Ported to ${port.counterparty}; routes written`, said), event: 'port_out.ported' },
  'pxs:timedout':       { msgtype: 'timedout',              direction: 'received', log: (_, said) => withText('Timed out at the clearinghouse', said), event: 'port_out.timed_out' },
  'checks:confirmed':   { msgtype: 'Complete',              direction: 'sent',     log: () => 'Every step after the port is confirmed' },
}
