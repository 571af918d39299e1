import type { Market } from '../../numbers/market.ts'
import type { Message } from '../../porting/hear.ts'
import type { FoundInbound, MessageKey } from '../../porting/inbound.store.ts'
import type { SentMessage } from '../../porting/message.store.ts'
import type { Hearing } from '../../porting/port.ts'
import { MSGTYPES } from './encode.ts'
import { errorText, heardOf } from './hear.ts'
import type { PxsHeader, PxsKind, PxsMessage } from './messages.codec.ts'

export const CLEARINGHOUSE = 'pxs'

/** A stored delivery that could be read. */
export type Legible = {
  readonly id: string
  readonly header: PxsHeader
  /** undefined: of a type that we do not know. */
  readonly message: PxsMessage | undefined
}

/** What came of a delivery. */
export type Outcome = {
  readonly state: Hearing['verdict'] | 'unknown'
  readonly note: string
  readonly portId?: string | undefined
  readonly eventNumber?: number | undefined
}

export type Settled = { readonly msgid: string; readonly isDuplicate: boolean }

export function headerOf({ body, ...envelope }: PxsMessage): PxsHeader {
  return { ...envelope, msgtype: body.kind }
}

export function outcomeOf({ verdict, ...rest }: Hearing): Outcome {
  return { state: verdict, ...rest }
}

/** What a delivery is called by its sender. */
export function keyOf({ header }: Legible): MessageKey {
  return { sender: header.sender.operator, msgid: header.msgid }
}

/** What becomes of a delivery that was taken before. */
export function asDuplicate({ sender, msgid }: MessageKey) {
  return { state: 'duplicate', note: `${sender} ${msgid} was taken before` } as const
}

/** What is written beside a stored message once it has been heard. */
export function found(id: string, header: PxsHeader, { portId, eventNumber }: Outcome): FoundInbound {
  const { msgid, msgtype, msgidentifier } = header
  const nnn = eventNumber === undefined ? undefined : String(eventNumber).padStart(3, '0')
  return { id, msgid, msgtype, msgidentifier, portId, filename: nnn && `${msgidentifier}_${nnn}_${msgtype}.xml` }
}

/** Messages that ask for more than their port: a port that is to be made, routes, an answer, what an error is about. */
const BEYOND_A_PORT: ReadonlySet<PxsKind> = new Set<PxsKind>([
  'authorisation_request',
  'terminated',
  'numberinfo_response',
  'error',
])

/** The message as the porting room hears it; undefined for one that is not about a port that is under way, and nothing else. */
export function aboutPort(market: Market, id: string, { msgidentifier, body }: PxsMessage): Message | undefined {
  if (msgidentifier === undefined || BEYOND_A_PORT.has(body.kind)) return undefined
  const heard = heardOf(market, body, undefined)
  return heard && { id, msgidentifier, msgtype: body.kind, heard }
}

/** One of our messages that an `error` is about. */
export function erroredOf({ body }: PxsMessage): string | undefined {
  return body.kind === 'error' ? body.erroredMsgid : undefined
}

/**
 * What an error says of its port: what it undoes depends on our message that it is about, and what has been asked anew since is not
 * undone. undefined: it is about no port, or names a message of another one, and is not believed.
 */
export function aboutSent(
  market: Market,
  id: string,
  { msgidentifier, body }: PxsMessage,
  sent: SentMessage | undefined,
): Message | undefined {
  const isOfAnother = sent !== undefined && sent.msgidentifier !== null && sent.msgidentifier !== msgidentifier
  if (msgidentifier === undefined || isOfAnother || sent?.msgtype === MSGTYPES.numberinfo_request) return undefined
  const isPast = body.kind === 'error' && sent?.isNewest === false
  const heard = isPast ? { kind: 'past_error' as const, text: errorText(body) } : heardOf(market, body, sent?.msgtype)
  return heard && { id, msgidentifier, msgtype: body.kind, heard }
}
