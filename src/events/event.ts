import { randomUUIDv7 } from 'node:crypto'
import Type, { type Static } from 'typebox'
import type { NumberRange } from '../numbers/range.ts'

/** What can be said of a port-in, in the past tense: each is true once the transaction that appends it has committed. */
export const PORT_IN_EVENTS = [
  'port_in.requested',
  'port_in.authorised',
  'port_in.instructed',
  'port_in.instruction_refused',
  'port_in.ported',
  'port_in.welcome',
  'port_in.completed',
  'port_in.rejected',
  'port_in.timed_out',
  'port_in.overdue',
  'port_in.aborted',
  'port_in.terminated',
] as const
/** The same of a port-out. */
export const PORT_OUT_EVENTS = [
  'port_out.requested',
  'port_out.held',
  'port_out.authorised',
  'port_out.instructed',
  'port_out.ported',
  'port_out.rejected',
  'port_out.timed_out',
  'port_out.overdue',
  'port_out.aborted',
  'port_out.terminated',
] as const
export const EVENT_TYPES = [...PORT_IN_EVENTS, ...PORT_OUT_EVENTS] as const
export type PortInEventType = (typeof PORT_IN_EVENTS)[number]
export type PortOutEventType = (typeof PORT_OUT_EVENTS)[number]
export type EventType = PortInEventType | PortOutEventType

export function isPortOutEvent(type: EventType): type is PortOutEventType {
  return type.startsWith('port_out.')
}

const E164Text = Type.String({ pattern: '^\\+[1-9][0-9]{2,14}$', description: 'E.164 with the plus' })
const OperatorCode = Type.String({ pattern: '^[A-Z0-9]{2,6}$', description: 'operator code at the clearinghouse' })
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])

const Msgidentifier = Type.String({ minLength: 1, description: 'of this port: a port sent again has its own' })
const PUBLISHED = {
  state: Type.String({ description: 'PortingStateString of np_api' }),
  state_code: Type.Integer({ minimum: 0, maximum: 99, description: 'PortingState of np_api' }),
  first_number: E164Text,
  last_number: E164Text,
  donor: OperatorCode,
  recipient: OperatorCode,
  number_type: Type.Union([Type.Literal('mobile'), Type.Literal('fixed')]),
  account_type: orNull(Type.Union([Type.Literal('Prepaid'), Type.Literal('Postpaid')])),
  failure_reason: orNull(Type.Integer({ minimum: 0, maximum: 999, description: 'code of the rejection' })),
  failure_text: orNull(Type.String({ description: 'what was written with it, unchanged' })),
}

/** The port-in as it stands after the event. */
export const PortInData = Type.Object(
  {
    port_in_id: Type.Integer({ minimum: 1 }),
    msgidentifier: Msgidentifier,
    original_msgidentifier: orNull(
      Type.String({
        description: 'of the first port of the chain, where the clearinghouse was asked again (contract O-32)',
      }),
    ),
    ...PUBLISHED,
  },
  { additionalProperties: false },
)
export type PortInData = Static<typeof PortInData>

/** The port-out as it stands after the event. */
export const PortOutData = Type.Object(
  { port_out_id: Type.Integer({ minimum: 1 }), msgidentifier: Msgidentifier, ...PUBLISHED },
  { additionalProperties: false },
)
export type PortOutData = Static<typeof PortOutData>

const SENT = {
  id: Type.String({ format: 'uuid' }),
  at: Type.String({ format: 'date-time', description: 'UTC, when it became true' }),
}

/** What a subscriber is sent. `id` stays the same over every repetition: keep it to recognise one. */
export const LifecycleEvent = Type.Union([
  Type.Object({ ...SENT, type: Type.Enum(PORT_IN_EVENTS), data: PortInData }, { additionalProperties: false }),
  Type.Object({ ...SENT, type: Type.Enum(PORT_OUT_EVENTS), data: PortOutData }, { additionalProperties: false }),
])
export type LifecycleEvent = Static<typeof LifecycleEvent>

/** What an event needs to know of a port; `Port` of the porting room has this shape. */
export type PortFacts = {
  readonly publicId: number
  readonly msgidentifier: string
  readonly originalMsgidentifier: string | null
  readonly state: string
  /** The other operator: the donor of a port-in, the recipient of a port-out. */
  readonly counterparty: string
  readonly range: NumberRange
  readonly numberType: 'mobile' | 'fixed'
  readonly accountType: 'Prepaid' | 'Postpaid' | null
  readonly failureReason: number | null
  readonly failureText: string | null
}

export type PortMoment = {
  readonly at: Temporal.Instant
  /** Operator code of the deployment. */
  readonly self: string
  /** np_api's number of the port's state. */
  readonly stateCode: number
}

/** The event that `type` happened to a port-in; append it in the transaction that saves the port so. */
export function portInEvent(type: PortInEventType, port: PortFacts, moment: PortMoment): LifecycleEvent {
  return {
    ...sentAt(moment),
    type,
    data: {
      port_in_id: port.publicId,
      msgidentifier: port.msgidentifier,
      original_msgidentifier: port.originalMsgidentifier,
      ...published(port, moment, { donor: port.counterparty, recipient: moment.self }),
    },
  }
}

/** The same for a port-out. */
export function portOutEvent(type: PortOutEventType, port: PortFacts, moment: PortMoment): LifecycleEvent {
  return {
    ...sentAt(moment),
    type,
    data: {
      port_out_id: port.publicId,
      msgidentifier: port.msgidentifier,
      ...published(port, moment, { donor: moment.self, recipient: port.counterparty }),
    },
  }
}

function sentAt({ at }: PortMoment) {
  return { id: randomUUIDv7(), at: at.toString({ smallestUnit: 'millisecond' }) }
}

function published(
  port: PortFacts,
  { stateCode }: PortMoment,
  operators: { readonly donor: string; readonly recipient: string },
) {
  return {
    state: port.state,
    state_code: stateCode,
    first_number: port.range.first,
    last_number: port.range.last,
    ...operators,
    number_type: port.numberType,
    account_type: port.accountType,
    failure_reason: port.failureReason,
    failure_text: port.failureText,
  }
}
