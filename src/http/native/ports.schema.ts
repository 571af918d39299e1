import Type, { type Static } from 'typebox'
import { STEPS } from '../../porting/checklist.ts'
import { GUARD_STATES } from '../../porting/guard.ts'
import { REJECT_CODES_LISTED, STATES_LISTED } from '../said-once.ts'
import { Nullable, Page, PageQuery, Time } from './common.schema.ts'
import { ChecklistView, GuardView } from './evidence.schema.ts'
import { ExpectedView, RejectionView, TimelineView } from './watch.schema.ts'

const Direction = Type.Enum(['in', 'out'], { type: 'string', description: 'in: to this operator; out: away from it' })
const E164 = (description: string) => Type.String({ description: `${description}, E.164 with the plus` })
const State = Type.String({ description: 'name of the state, as PortingStateString of np_api' })

const Deadline = Type.Object(
  {
    kind: Type.String({ description: 'which window: authorisation, instruction ...' }),
    due_at: Time('when it ends'),
    rule: Type.String({ description: 'how it came about' }),
    is_overdue: Type.Boolean({ description: 'whether it has ended, and nothing was heard' }),
  },
  { description: 'what the port waits for next' },
)

const PORT = {
  msgidentifier: Type.String({ description: 'identifier at the clearinghouse' }),
  direction: Direction,
  number: Type.Integer({ description: 'port_in_id or port_out_id of np_api' }),
  state: State,
  state_code: Type.Integer({ description: `PortingState of np_api: ${STATES_LISTED}` }),
  counterparty: Type.String({ description: 'operator code of the other side: the donor of a port-in' }),
  first_number: E164('first number of the range'),
  last_number: E164('last number of the range'),
  number_type: Type.Enum(['mobile', 'fixed'], { type: 'string', description: 'kind of the numbers' }),
  account_type: Nullable(Type.Enum(['Prepaid', 'Postpaid'], { type: 'string', description: 'as last sent' })),
  contact_number: Nullable(Type.String({ description: "the customer's authorisation number" })),
  email: Nullable(Type.String({ description: 'of the contact' })),
  is_cool_off_overridden: Type.Boolean({ description: 'whether the customer has waived the cool-off period' }),
  failure_reason: Nullable(
    Type.Integer({ description: `why it was refused, null unless it was: ${REJECT_CODES_LISTED}` }),
  ),
  failure_text: Nullable(Type.String({ description: "the other side's own words" })),
  original_msgidentifier: Nullable(Type.String({ description: 'first port of the chain; null on the first itself' })),
  superseded_by: Nullable(Type.String({ description: 'the port that replaced this one; null while it stands' })),
  created_at: Time('when it was asked for'),
  created_by: Type.String({ description: 'user name of the key that asked' }),
  updated_at: Time('when its state last changed'),
  deadline: Nullable(Deadline),
  guard_state: Nullable(
    Type.Enum([...GUARD_STATES], {
      type: 'string',
      description:
        'of a port-out: due, the guard decides by itself; held, a person decides; settled, nothing is left to decide. null for a port-in',
    }),
  ),
  held_because: Nullable(Type.String({ description: 'why a person decides; null unless it is held' })),
  failed_steps: Type.Array(Type.Enum([...STEPS], { type: 'string', description: 'name of the step' }), {
    description: 'steps after the port whose last attempt failed; the checklist says why',
  }),
  actions: Type.Array(Type.String(), { description: 'what a person may do now: instruct, abort, change' }),
}

export const PortView = Type.Object(PORT, { description: 'A port' })
export type PortView = Static<typeof PortView>

export const PortPage = Page(PortView, 'Ports, in the order that was asked for')

const Day = 'an instant (2025-01-15T10:30:00Z) or a day of the market (2025-01-15)'
const INSTANT_OR_DAY = '^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]{5,18}(?:Z|[+-][0-9]{2}:[0-9]{2}))?$'
const When = (what: string) => Type.Optional(Type.String({ pattern: INSTANT_OR_DAY, description: `${what}: ${Day}` }))

export const PortQuery = Type.Object({
  direction: Type.Optional(Direction),
  state: Type.Optional(
    Type.String({
      maxLength: 300,
      description: 'one or more states by name or number, separated by commas: 1,2,TimeOut',
    }),
  ),
  operator: Type.Optional(Type.String({ maxLength: 60, description: 'the other operator, by code or name' })),
  number: Type.Optional(
    Type.String({ maxLength: 30, description: 'a number that is in the range, as people write it' }),
  ),
  q: Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        'the beginning or the last five digits of a msgidentifier, a number, an operator, a contact number or an e-mail address',
    }),
  ),
  live: Type.Optional(Type.Boolean({ description: 'true: ports that are under way; false: those that have ended' })),
  created_from: When('created then or later'),
  created_to: When('created before then; a day is included'),
  updated_from: When('changed then or later'),
  updated_to: When('changed before then; a day is included'),
  sort: Type.Optional(
    Type.Enum(['-created_at', 'created_at', '-updated_at', 'updated_at'], {
      type: 'string',
      default: '-created_at',
      description: 'what the order goes by; with - the newest first',
    }),
  ),
  ...PageQuery,
})
export type PortQuery = Static<typeof PortQuery>

const Event = Type.Object({
  number: Type.Integer({ description: '1, 2, 3 ... within the port' }),
  at: Time('when it was written'),
  msgtype: Type.String({ description: 'what was said' }),
  direction: Type.Enum(['sent', 'received'], { type: 'string', description: 'seen from us' }),
  log: Type.String({ description: 'what happened, in words' }),
  heard: Nullable(Type.String({ description: 'the trigger of the state machine; null for news without an edge' })),
  from_state: Nullable(State),
  to_state: Nullable(State),
  said_by: Type.String({ description: 'user name, clearinghouse, or clock' }),
  message_id: Nullable(Type.String({ description: 'the message that says so' })),
})

const Timer = Type.Object({
  kind: Type.String({ description: 'which window' }),
  rule: Type.String({ description: 'how its end was worked out' }),
  started_at: Time('when it opened'),
  due_at: Time('when it ends'),
  ended_at: Nullable(Time('when it was over')),
  outcome: Nullable(Type.String({ description: 'answered, fired or moot; null while it runs' })),
})

const Message = Type.Object({
  id: Type.String({ description: 'of the message here' }),
  direction: Type.Enum(['sent', 'received'], { type: 'string', description: 'seen from us' }),
  peer: Type.String({ description: 'who sent it, or whom it was sent to' }),
  msgtype: Nullable(Type.String({ description: 'type of the message' })),
  msgid: Nullable(Type.String({ description: 'its id on the wire' })),
  filename: Nullable(Type.String({ description: 'its name at get_xml of np_api' })),
  at: Time('when it was written, or came'),
  bytes: Type.Integer({ description: 'length' }),
  state: Type.String({ description: 'sent: queued, acknowledged ...; received: applied, noted, parked ...' }),
  attempts: Nullable(Type.Integer({ description: 'how often it was sent' })),
  note: Nullable(Type.String({ description: 'what came of it, in words' })),
})

const Delivery = Type.Object({
  event_id: Type.String({ description: 'of the event' }),
  webhook: Type.String({ description: 'who was told' }),
  type: Type.String({ description: 'of the event' }),
  at: Time('when it happened'),
  state: Type.String({ description: 'queued, delivered or dead' }),
  attempts: Type.Integer({ description: 'how often it was tried' }),
  last_status: Nullable(Type.Integer({ description: 'HTTP status of the last answer' })),
  last_error: Nullable(Type.String({ description: 'why the last attempt failed' })),
  settled_at: Nullable(Time('when it was over')),
})

export const ChangeWish = Type.Object(
  {
    requested_at: Type.Optional(
      Type.String({
        pattern: INSTANT_OR_DAY,
        description: `when the numbers shall move instead: ${Day}, which begins at midnight; still to come`,
      }),
    ),
    note: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: 'the wish in words, for the clearinghouse and the donor; 1 to 255 characters',
      }),
    ),
  },
  { description: 'What is to be otherwise: at least one of the two' },
)

export const PortDetail = Type.Object(
  {
    ...PORT,
    next_expected: Nullable(ExpectedView),
    rejection: Nullable(RejectionView),
    timeline: Nullable(TimelineView),
    events: Type.Array(Event, { description: 'the log, oldest first' }),
    timers: Type.Array(Timer, { description: 'response windows, oldest first' }),
    messages: Type.Array(Message, { description: 'inter-carrier messages, oldest first' }),
    deliveries: Type.Array(Delivery, { description: 'what webhooks were told' }),
    checklist: ChecklistView,
    guard: Nullable(GuardView),
    chain: Type.Array(
      Type.Object({
        msgidentifier: Type.String({ description: 'a port of the chain' }),
        state: State,
        created_at: Time('when it was asked for'),
      }),
      { description: 'this port and those that it replaced or that replaced it, oldest first' },
    ),
  },
  { description: 'A port with all that happened to it' },
)
