import type { EventType } from '../events/event.ts'
import { REJECT_CODES } from '../numbers/reject-code.ts'
import type { Port } from './port.ts'
import type { RejectionCode } from './rejection.ts'

/** What is known beside the trigger when an edge is taken. */
export type Said = {
  /** The user name of a key, the clearinghouse, `guard` or `clock`. */
  readonly by: string
  readonly code?: RejectionCode
  /** The other side's own words, or the rule that ended. */
  readonly text?: string | undefined
  /** When the numbers shall move, where a change asks for that. */
  readonly requestedAt?: Temporal.Instant | undefined
}

/** How an edge is written in a port's log, and what the operator's systems are told. */
export type Words = {
  /** CamelCase for what we send, the message type as received for what we hear (contract O-27). */
  readonly msgtype: string
  readonly direction: 'sent' | 'received'
  readonly log: (port: Port, said: Said) => string
  readonly event?: EventType
}

export function withText(sentence: string, { text }: Said): string {
  return text ? `${sentence}: ${text}` : sentence
}

export function withCode(sentence: string, said: Said): string {
  return withText(`${sentence} with code ${said.code ?? 0} ${REJECT_CODES[said.code ?? 0]}`, said)
}
