import Type, { type Static } from 'typebox'
import { Nullable, Page, PageQuery, Sequence, Time } from './common.schema.ts'

export const ENTRIES_MAX = 1_000

const Operator = Type.String({ description: 'operator code' })
const RoutingNumber = Type.String({ description: 'RFC 4694: +15559901, or D003;rn-context=+1' })
const NumberType = Type.Enum(['mobile', 'fixed'], { type: 'string', description: 'mobile or fixed' })
const Source = Type.Enum(['port', 'push', 'import'], { type: 'string', description: 'port, push or import' })
const Cause = Type.String({ description: 'msgidentifier of the port, who pushed, or the import as import-7' })
const Generation = Type.Integer({ description: 'counts changes of the routes; the serial of the zones follows it' })
const E164 = (what: string) => Type.String({ description: `${what}, E.164 with the plus` })

const TARGET = { operator: Operator, routing_number: RoutingNumber, number_type: NumberType }
const ORIGIN = { source: Source, cause: Cause }

export const RouteView = Type.Object(
  {
    number: E164('the number'),
    ...TARGET,
    ...ORIGIN,
    generation: Generation,
    since: Time('when it was written'),
    expires_at: Nullable(Time('when the number gets back what it had before; null: it holds until the next change')),
  },
  { description: 'A route' },
)
export type RouteView = Static<typeof RouteView>

export const RoutePage = Page(RouteView, 'Routes in the order of their numbers')

export const RouteQuery = Type.Object({
  prefix: Type.Optional(
    Type.String({ pattern: '^[+ ]?[0-9]{1,15}$', description: 'leading digits, country code first: 15550' }),
  ),
  operator: Type.Optional(Type.String({ maxLength: 80, description: 'who serves them: code, alias or name' })),
  number_type: Type.Optional(NumberType),
  source: Type.Optional(Source),
  cause: Type.Optional(Type.String({ maxLength: 200, description: 'a msgidentifier, import-7, or push by NAME' })),
  expiring: Type.Optional(Type.Boolean({ description: 'true: those that hold for a time; false: the others' })),
  ...PageQuery,
})
export type RouteQuery = Static<typeof RouteQuery>

const Change = Type.Object(
  {
    generation: Generation,
    at: Time('when it was written'),
    by: Type.String({ description: 'user name, clearinghouse, or expiry' }),
    ...ORIGIN,
    msgidentifier: Nullable(Type.String({ description: 'the port that it came by; null otherwise' })),
    first_number: E164('first number that changed with it'),
    last_number: E164('last number that changed with it'),
    operator: Nullable(Type.String({ description: 'operator code; null: the route was taken away' })),
    routing_number: Nullable(RoutingNumber),
    number_type: Nullable(NumberType),
  },
  { description: 'a change of the route' },
)

const Naptr = Type.Object(
  {
    order: Type.Integer({ description: 'lower comes first' }),
    preference: Type.Integer({ description: 'among equal orders' }),
    flags: Type.String({ description: 'u: the regexp gives a URI' }),
    services: Type.String({ description: 'such as E2U+sip' }),
    regexp: Type.String({ description: 'as on the wire: one backslash before a back-reference' }),
  },
  { description: 'a NAPTR record' },
)

export const ANSWERED_BY = ['number', 'range', 'block', 'static', 'nothing'] as const

const Node = Type.Object(
  {
    node: Type.String({ description: 'host:port' }),
    generation: Nullable(Type.Integer({ description: 'of the routes that it answers from; null: it does not say' })),
    behind: Nullable(Type.Integer({ description: 'how many generations it lacks; null: it does not say' })),
    is_right: Type.Boolean({ description: 'whether it answers as the routes say, under every apex' }),
    answers: Type.Array(
      Type.Object({
        name: Type.String({ description: 'what was asked for' }),
        rcode: Nullable(Type.String({ description: 'NOERROR, NXDOMAIN ...; null: no answer' })),
        records: Type.Array(Naptr, { description: 'as they came over DNS' }),
        problem: Nullable(Type.String({ description: 'what is wrong, in words; null: nothing' })),
      }),
      { description: 'one for each apex' },
    ),
  },
  { description: 'what a DNS node answered just now' },
)

export const PastQuery = Type.Object({
  history_limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 200, default: 20, description: 'changes to show, from 1 to 200' }),
  ),
  history_before: Type.Optional(
    Sequence({
      minimum: 1,
      description: 'only changes below this generation: `history_next` of the answer before',
    }),
  ),
})

export const RouteInspection = Type.Object(
  {
    number: E164('the number'),
    number_type: Nullable(NumberType),
    why: Type.String({ description: 'the whole of it in a sentence' }),
    answered_by: Type.Enum([...ANSWERED_BY], {
      type: 'string',
      description:
        'number: a route of its own; range: a route that came with a range; block: its number block; static: a zone from a file; nothing',
    }),
    route: Nullable(RouteView),
    change: Nullable(Change),
    block: Nullable(
      Type.Object(
        {
          prefix: Type.String({ description: 'leading digits, country code first' }),
          holder: Operator,
        },
        { description: 'the number block that it was given out from' },
      ),
    ),
    static_zone: Nullable(Type.String({ description: 'apex of the zone from a file that answers in its place' })),
    expires_at: Nullable(Time('when what is now is taken back')),
    live_port: Nullable(Type.String({ description: 'msgidentifier of the port that it is in now' })),
    generation: Generation,
    records: Type.Array(Naptr, { description: 'what the routes say that DNS must answer' }),
    nodes: Type.Array(Node, { description: 'every DNS node that is known here, asked over DNS' }),
    history: Type.Array(Change, { description: 'newest first' }),
    history_next: Nullable(Type.Integer({ description: 'for `history_before` of the next question; null at the end' })),
  },
  { description: 'Why a number is routed so' },
)
export type RouteInspection = Static<typeof RouteInspection>

const Msisdn = Type.String({ maxLength: 40, description: 'full number with country code: 15550100' })

export const RoutePath = Type.Object({ msisdn: Msisdn })

export const PushQuery = Type.Object({
  dry_run: Type.Optional(Type.Boolean({ default: false, description: 'true: only say what would change' })),
})

export const PushBody = Type.Object(
  {
    routes: Type.Array(
      Type.Object(
        {
          first_number: Msisdn,
          last_number: Type.Optional(Type.String({ maxLength: 40, description: 'the first when absent' })),
          operator: Type.String({ minLength: 1, maxLength: 80, description: 'who serves it: code, alias or name' }),
          number_type: Type.Optional(NumberType),
          routing_number: Type.Optional(
            Type.String({ minLength: 1, maxLength: 240, description: 'instead of the operator’s own (RFC 4694)' }),
          ),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: ENTRIES_MAX, description: `1 to ${ENTRIES_MAX} numbers or ranges` },
    ),
    expires_at: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'after it the numbers have again what they had before, as 2025-12-31T00:00:00Z',
      }),
    ),
    confirmed_count: Type.Optional(
      Type.Integer({ minimum: 1, description: 'how many numbers it is: needed for more than 100' }),
    ),
  },
  { additionalProperties: false },
)
export type PushBody = Static<typeof PushBody>

const Count = (description: string) => Type.Integer({ description })
const Before = Nullable(Type.Object({ ...TARGET, ...ORIGIN }, { description: 'the route that it has, or had' }))
const After = Nullable(Type.Object(TARGET, { description: 'the route that it gets; null: none, its block answers' }))

export const PushAnswer = Type.Object(
  {
    is_dry_run: Type.Boolean({ description: 'whether nothing was changed' }),
    numbers: Count('how many numbers were named; the `confirmed_count` of the push itself'),
    counts: Type.Object(
      {
        set: Count('numbers that had no route'),
        changed: Count('numbers that had another route'),
        unchanged: Count('numbers that have it already'),
        removed: Count('numbers that lose their route'),
      },
      { description: 'what becomes of the numbers' },
    ),
    generation: Type.Integer({ description: 'from which on DNS has it; of a dry run the one it was compared with' }),
    changes: Type.Array(
      Type.Object({
        first_number: E164('first number'),
        last_number: E164('last number'),
        outcome: Type.Enum(['set', 'changed', 'removed'], { type: 'string', description: 'what becomes of them' }),
        before: Before,
        after: After,
        dns_before: Type.Array(Naptr, { description: 'what DNS answers for the first number before' }),
        dns_after: Type.Array(Naptr, { description: 'what DNS answers for the first number after it' }),
      }),
      { description: 'neighbours that had the same and get the same, in number order; at most 100' },
    ),
    is_more: Type.Boolean({ description: 'whether there are more changes than are shown' }),
  },
  { description: 'What a push changed, or would change' },
)
export type PushAnswer = Static<typeof PushAnswer>
