import { randomUUIDv7 } from 'node:crypto'
import Type, { type Static } from 'typebox'
import type { NumberRange } from '../numbers/range.ts'

/** What can be said of a port-in, in the past tense: each is true once the transaction that appends it has committed. */
export const EVENT_TYPES = [
  'port_in.requested',
  'port_in.authorised',
  'port_in.instructed',
  'port_in.ported',
  'port_in.welcome',
  'port_in.completed',
  'port_in.rejected',
  'port_in.timed_out',
  'port_in.overdue',
  'port_in.aborted',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

const E164Text = Type.String({ pattern: '^\\+[1-9][0-9]{2,14}$', description: 'E.164 with the plus' })
const OperatorCode = Type.String({ pattern: '^[A-Z0-9]{2,6}$', description: 'operator code at the clearinghouse' })
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])

/** The port as it stands after the event. */
export const PortInData = Type.Object(
  {
    port_in_id: Type.Integer({ minimum: 1 }),
    msgidentifier: Type.String({ minLength: 1, description: 'of this port: a port sent again has its own' }),
    original_msgidentifier: orNull(
      Type.String({
        description: 'of the first port of the chain, where the clearinghouse was asked again (contract O-32)',
      }),
    ),
    state: Type.String({ description: 'PortingStateString of np_api' }),
    state_code: Type.Integer({ minimum: 0, maximum: 99, description: 'PortingState of np_api' }),
    first_number: E164Text,
    last_number: E164Text,
    donor: OperatorCode,
    recipient: OperatorCode,
    number_type: Type.Union([Type.Literal('mobile'), Type.Literal('fixed')]),
    account_type: orNull(Type.Union([Type.Literal('Prepaid'), Type.Literal('Postpaid')])),
    failure_reason: orNull(Type.Integer({ minimum: 0, maximum: 999, description: 'code of the rejection' })),
    failure_text: orNull(Type.String({ description: 'what the other side wrote, unchanged' })),
  },
  { additionalProperties: false },
)
export type PortInData = Static<typeof PortInData>

/** What a subscriber is sent. `id` stays the same over every repetition: keep it to recognise one. */
export const LifecycleEvent = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    type: Type.Enum(EVENT_TYPES),
    at: Type.String({ format: 'date-time', description: 'UTC, when it became true' }),
    data: PortInData,
  },
  { additionalProperties: false },
)
export type LifecycleEvent = Static<typeof LifecycleEvent>

/** What an event needs to know of a port; `Port` of the porting room has this shape. */
export type PortInFacts = {
  readonly publicId: number
  readonly msgidentifier: string
  readonly originalMsgidentifier: string | null
  readonly state: string
  readonly counterparty: string
  readonly range: NumberRange
  readonly numberType: 'mobile' | 'fixed'
  readonly accountType: 'Prepaid' | 'Postpaid' | null
  readonly failureReason: number | null
  readonly failureText: string | null
}

export type PortInMoment = {
  readonly at: Temporal.Instant
  /** Operator code of the deployment: who gains the numbers. */
  readonly recipient: string
  /** np_api's number of the port's state. */
  readonly stateCode: number
}

/** The event that `type` happened to a port-in; append it in the transaction that saves the port so. */
export function portInEvent(
  type: EventType,
  port: PortInFacts,
  { at, recipient, stateCode }: PortInMoment,
): LifecycleEvent {
  return {
    id: randomUUIDv7(),
    type,
    at: at.toString({ smallestUnit: 'millisecond' }),
    data: {
      port_in_id: port.publicId,
      msgidentifier: port.msgidentifier,
      original_msgidentifier: port.originalMsgidentifier,
      state: port.state,
      state_code: stateCode,
      first_number: port.range.first,
      last_number: port.range.last,
      donor: port.counterparty,
      recipient,
      number_type: port.numberType,
      account_type: port.accountType,
      failure_reason: port.failureReason,
      failure_text: port.failureText,
    },
  }
}
