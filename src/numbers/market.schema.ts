import Type, { type Static } from 'typebox'
import { LONGEST_RANGE } from './range.ts'
import type { Retained } from './retention.ts'

const Days = Type.Integer({ minimum: 1, maximum: 36_500 })
const Code = Type.String({ pattern: '^[A-Z0-9]{2,6}$', description: 'operator code at the clearinghouse' })
const Digits = Type.String({ pattern: '^[0-9]{1,15}$' })
const Time = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' })

/**
 * The part of regular expressions that a numbering plan needs: digits, `\d`, `.`, classes, alternatives, quantifiers.
 * Look-arounds and back-references are left out: a plan has none, and the check of block prefixes relies on it.
 */
const NumberPattern = Type.String({
  pattern: '^(?:\\\\d|\\[\\^?[0-9-]+\\]|\\(\\?:|\\{[0-9]+(?:,[0-9]*)?\\}|[0-9.()|?*+])+$',
  description: 'regular expression over the whole national number',
})

const NumberType = Type.Enum(['mobile', 'fixed'])
export type NumberType = Static<typeof NumberType>

/** A response window: an amount of a unit; `workHours` and `workDays` count only the market's working time. */
export const Window = Type.Object(
  {
    value: Type.Integer({ minimum: 1, maximum: 10_000 }),
    unit: Type.Enum(['minutes', 'workHours', 'workDays', 'calendarDays']),
  },
  { additionalProperties: false },
)
export type Window = Static<typeof Window>

const WindowByType = Type.Object({ mobile: Window, fixed: Window }, { additionalProperties: false })

export const Calendar = Type.Object(
  {
    workDays: Type.Array(
      Type.Integer({ minimum: 1, maximum: 7, description: 'ISO 8601 day of the week, 1 is Monday' }),
      { minItems: 1, uniqueItems: true },
    ),
    opens: Time,
    closes: Time,
    holidays: Type.Array(Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }), { uniqueItems: true }),
  },
  { additionalProperties: false },
)
export type Calendar = Static<typeof Calendar>

export const Operator = Type.Object(
  {
    code: Code,
    name: Type.String({ minLength: 1 }),
    aliases: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
    routingNumber: Type.String({ minLength: 1, description: 'RFC 4694: +CC... global, or digits;rn-context=...' }),
    imsDomain: Type.String({
      pattern: '^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$',
      maxLength: 200,
    }),
  },
  { additionalProperties: false },
)
export type Operator = Static<typeof Operator>

export const Block = Type.Object(
  {
    prefix: Type.String({ pattern: '^[0-9]{1,14}$', description: 'leading national digits, after the country code' }),
    type: NumberType,
    holder: Code,
  },
  { additionalProperties: false },
)
export type Block = Static<typeof Block>

const PlanOfType = Type.Object({ pattern: NumberPattern, example: Digits }, { additionalProperties: false })

/** The whole of a market as `markets/*.json` states it. No country is ever an `if` in code. */
export const MarketData = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z]{2,10}$', description: 'as the file is named' }),
    title: Type.String({ minLength: 1 }),
    source: Type.String({
      minLength: 1,
      description: 'where the data comes from, its licence, and what is our own choice',
    }),
    clearinghouse: Type.Enum(['pxs']),
    identifierCountry: Type.String({ pattern: '^[A-Z]{2}$', description: 'first two letters of a msgidentifier' }),
    countryCode: Type.String({ pattern: '^[1-9][0-9]{0,2}$' }),
    trunkPrefix: Type.String({
      pattern: '^[0-9]{0,2}$',
      description: 'dialled before a national number, empty when none',
    }),
    localPrefix: Type.Optional(
      Type.String({
        pattern: '^[0-9]{1,5}$',
        description: 'put before digits that only then are a number of the plan',
      }),
    ),
    timeZone: Type.String({ minLength: 1, description: 'IANA name' }),
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
    operator: Code,
    numbers: Type.Object({ mobile: PlanOfType, fixed: PlanOfType }, { additionalProperties: false }),
    calendar: Calendar,
    timers: Type.Object(
      {
        authorisation: WindowByType,
        instruction: Window,
        instruction_response: Window,
        porting: Window,
        change: Window,
      },
      { additionalProperties: false },
    ),
    donorSilence: Type.Enum(['timeout', 'progress'], { description: 'what the end of the authorisation window means' }),
    coolOff: Type.Object(
      {
        returnWindowDays: Type.Integer({ minimum: 0 }),
        lockDays: Type.Integer({ minimum: 0 }),
        isOverrideAllowed: Type.Boolean(),
      },
      { additionalProperties: false },
    ),
    limits: Type.Object(
      {
        numbersPerRange: Type.Integer({ minimum: 1, maximum: LONGEST_RANGE }),
        portingTime: Type.Optional(
          Type.Object(WindowByType.properties, {
            additionalProperties: false,
            description: 'the longest time from the request to the numbers having moved that the regulator allows',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    retentionDays: Type.Optional(
      Type.Object(
        {
          messages: Type.Optional(Days),
          events: Type.Optional(Days),
          personal: Type.Optional(Days),
          audit: Type.Optional(Days),
          alerts: Type.Optional(Days),
        } satisfies Record<Retained, unknown>,
        {
          additionalProperties: false,
          description: 'how long each is kept after it is over; what is not named, for ever',
        },
      ),
    ),
    rejectCodes: Type.Array(Type.Integer(), {
      minItems: 1,
      uniqueItems: true,
      description: 'codes a donor may use here',
    }),
    operators: Type.Array(Operator, { minItems: 2 }),
    blocks: Type.Array(Block, { minItems: 1 }),
  },
  { additionalProperties: false },
)
export type MarketData = Static<typeof MarketData>
