import { randomUUIDv7 } from 'node:crypto'
import type { QueuedMessage } from './message.store.ts'
import type { Command, Port } from './port.ts'
import type { Porting } from './porting.ts'

/** A command about a port as the message that is queued: its id, name and bytes fixed before the first attempt. */
export function messageOf(
  { encode }: Pick<Porting, 'encode'>,
  port: Pick<Port, 'id' | 'msgidentifier' | 'clearinghouse' | 'updatedAt'>,
  command: Command,
  { id, eventNumber }: { readonly id: string; readonly eventNumber: number },
): QueuedMessage {
  const nnn = String(eventNumber).padStart(3, '0')
  const { msgidentifier, updatedAt: at } = port
  const encoded = encode(command, { msgid: `${msgidentifier}-${nnn}`, msgidentifier, at })
  return {
    ...encoded,
    id,
    portId: port.id,
    msgidentifier,
    clearinghouse: port.clearinghouse,
    filename: `${msgidentifier}_${nnn}_${encoded.msgtype}.xml`,
    at,
  }
}

/** A command that belongs to no port of ours; it has no place in the log of one, and so no file name. */
export function loneMessageOf(
  { encode, market, now }: Pick<Porting, 'encode' | 'market' | 'now'>,
  command: Command,
  msgidentifier?: string,
): QueuedMessage {
  const id = randomUUIDv7()
  const at = now()
  const encoded = encode(command, { msgid: `${market.operator}-${id}`, msgidentifier, at })
  return {
    ...encoded,
    id,
    portId: null,
    msgidentifier: msgidentifier ?? null,
    clearinghouse: market.clearinghouse,
    filename: null,
    at,
  }
}
