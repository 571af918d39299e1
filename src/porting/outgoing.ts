import type { QueuedMessage } from './message.store.ts'
import type { Command, Port } from './port.ts'
import type { Porting } from './porting.ts'

/** A command as the message that is queued: its id, name and bytes fixed before the first attempt. */
export function messageOf(
  { encode }: Pick<Porting, 'encode'>,
  port: Port,
  command: Command,
  { id, eventNumber }: { readonly id: string; readonly eventNumber: number },
): QueuedMessage {
  const nnn = String(eventNumber).padStart(3, '0')
  const at = port.updatedAt
  const encoded = encode(command, port, { msgid: `${port.msgidentifier}-${nnn}`, at })
  return {
    ...encoded,
    id,
    portId: port.id,
    msgidentifier: port.msgidentifier,
    clearinghouse: port.clearinghouse,
    filename: `${port.msgidentifier}_${nnn}_${encoded.msgtype}.xml`,
    at,
  }
}
