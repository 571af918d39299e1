import type { E164 } from '../numbers/e164.ts'
import type { NumberRange } from '../numbers/range.ts'
import type { PortingState } from './port-in.machine.ts'

export type NumberType = 'mobile' | 'fixed'
export type AccountType = 'Prepaid' | 'Postpaid'

/** One conversation with a clearinghouse about one contiguous range (contract/domain.md 4.1, Dossier). */
export type Port = {
  readonly id: string
  readonly direction: 'in' | 'out'
  /** `port_in_id` or `port_out_id`. */
  readonly publicId: number
  /** `CCYYYYMM-OPER-nnnnn` (contract O-35). */
  readonly msgidentifier: string
  readonly state: PortingState
  readonly clearinghouse: string
  /** The donor of a port-in, the recipient of a port-out: an operator code of the market. */
  readonly counterparty: string
  readonly range: NumberRange
  readonly numberType: NumberType
  readonly accountType: AccountType | null
  readonly contactNumber: string | null
  readonly email: string | null
  readonly isCoolOffOverridden: boolean
  /** Integer code of the rejection catalogue; null until refused. */
  readonly failureReason: number | null
  readonly failureText: string | null
  readonly chainId: string
  /** msgidentifier of the first port of the chain; null on the first itself (contract O-32). */
  readonly originalMsgidentifier: string | null
  /** id of the port that replaced this one. */
  readonly supersededBy: string | null
  readonly createdAt: Temporal.Instant
  readonly createdBy: string
  readonly updatedAt: Temporal.Instant
}

/** One line of a port's log; `number` counts from 1 within the port. */
export type PortEvent = {
  readonly number: number
  readonly at: Temporal.Instant
  readonly msgtype: string
  readonly direction: 'sent' | 'received'
  readonly log: string
}

/** What a port-in asks for, in domain words. */
export type PortInRequest = {
  readonly range: NumberRange
  readonly numberType: NumberType
  readonly accountType: AccountType
  /** Operator code; undefined: found from the number blocks or the ported route. */
  readonly donor: string | undefined
  readonly email: string
  readonly contactNumber: string
  readonly isCoolOffOverridden: boolean
  /** Who asks: the user name of the key. */
  readonly by: string
}

/** A yes or no of ours to something that the other side asked. `code` 0 goes with a yes. */
export type Answer = {
  readonly result: 'accept' | 'reject'
  readonly code: number
  /** In words for the other side. */
  readonly text: string | undefined
}

/** What Portolan says to a clearinghouse. The adapter turns it into a message, purely. */
export type Command =
  | { readonly kind: 'authorisation_request'; readonly port: Port }
  | { readonly kind: 'instruction' }
  | {
      readonly kind: 'change'
      readonly note: string | undefined
      readonly requestedAt?: Temporal.Instant | undefined
    }
  | { readonly kind: 'abort'; readonly reasonCode: number; readonly reasonText: string }
  | ({ readonly kind: 'authorisation_response' | 'instruction_response' | 'abort_response' } & Answer)
  | { readonly kind: 'termination_request'; readonly range: NumberRange; readonly numberType: NumberType }
  | { readonly kind: 'numberinfo_request'; readonly number: E164 }

/** A message ready to be kept and sent: its id and bytes are fixed before the first attempt. */
export type OutboundMessage = {
  readonly msgid: string
  /** The event word of the API, CamelCase (contract O-27): `PortingRequest`. */
  readonly msgtype: string
  readonly contentType: string
  readonly body: Buffer
}

/** What is settled about a message before its bytes are made. A message about no port has no msgidentifier. */
export type Fixed = {
  readonly msgid: string
  readonly msgidentifier: string | undefined
  readonly at: Temporal.Instant
}

/** Given by the clearinghouse adapter: pure, no clock. Throws a Fault when the command cannot be said in its format. */
export type Encode = (command: Command, fixed: Fixed) => OutboundMessage

/** What the other side says of time. Its words stand in the text too, for people. */
export type Dates = {
  /** When the numbers are to move: what is expected then is not late before. */
  readonly scheduledAt?: Temporal.Instant
  /** Until when its consent holds. */
  readonly validUntil?: Temporal.Instant
}

/** What a clearinghouse said about a port, in domain words. */
export type Heard =
  | ({ readonly kind: 'authorised'; readonly donor: string; readonly text: string | undefined } & Dates)
  | { readonly kind: 'rejected'; readonly donor: string; readonly code: number; readonly text: string | undefined }
  | ({ readonly kind: 'instructed'; readonly text: string | undefined } & Dates)
  | { readonly kind: 'instruction_refused'; readonly code: number; readonly text: string | undefined }
  | { readonly kind: 'request_refused'; readonly text: string | undefined }
  | ({ readonly kind: 'changed'; readonly text: string | undefined } & Dates)
  | { readonly kind: 'abort_confirmed' }
  | { readonly kind: 'abort_refused'; readonly text: string }
  | { readonly kind: 'answer_refused'; readonly text: string }
  | ({ readonly kind: 'instruction'; readonly text: string | undefined } & Dates)
  | { readonly kind: 'abort'; readonly text: string | undefined }
  | { readonly kind: 'change'; readonly text: string | undefined }
  | {
      readonly kind: 'ported'
      readonly recipient: string
      readonly donor: string
      readonly routingNumber: string | undefined
      readonly numberType: NumberType
      readonly at: Temporal.Instant
      readonly range: NumberRange
      /** What of the message could not be used as it stands. */
      readonly text?: string
    }
  | { readonly kind: 'timedout'; readonly phase: string }
  | { readonly kind: 'error'; readonly text: string }
  /** About a message of ours that we have said anew since. */
  | { readonly kind: 'past_error'; readonly text: string }

/**
 * What came of a message: an edge was taken; it was kept in the log without one (late or repeated news); it came too early
 * and waits for the edge before it; or it cannot be true here and is flagged.
 */
export type Hearing = {
  readonly verdict: 'applied' | 'noted' | 'parked' | 'refused'
  readonly note: string
  readonly portId: string | undefined
  /** Number of the event in the port's log; undefined where no log line was written. */
  readonly eventNumber: number | undefined
}

/** Of a message that is about no port of ours. */
export const NOWHERE = { portId: undefined, eventNumber: undefined } as const

/** What another operator asks of us: numbers of ours, for a customer who goes there. */
export type PortOutRequest = {
  readonly recipient: string
  readonly donor: string | undefined
  /** The numbers that could be read; `isWhole` says whether they are all. */
  readonly ranges: readonly NumberRange[]
  readonly isWhole: boolean
  readonly numberType: NumberType
  readonly accountType: AccountType
  readonly contactNumber: string
  readonly email: string
  readonly isCoolOffOverridden: boolean
  /** Until when the clearinghouse waits for our answer, where it says so. */
  readonly answerDueAt: Temporal.Instant | undefined
}
