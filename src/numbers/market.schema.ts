import Type, { type Static } from 'typebox'

const Code = Type.String({ pattern: '^[A-Z0-9]{2,6}$', description: 'operator code at the clearinghouse' })
const Digits = Type.String({ pattern: '^[0-9]{1,15}$' })
const Time = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' })

/** A response window: an amount of a unit; `workHours` and `workDays` count only the market's working time. */
export const Window = Type.Object(
  {
    value: Type.Integer({ minimum: 1, maximum: 10_000 }),
    unit: Type.Union([
      Type.Literal('minutes'),
      Type.Literal('workHours'),
      Type.Literal('workDays'),
      Type.Literal('calendarDays'),
    ]),
  },
  { additionalProperties: false },
)
export type Window = Static<typeof Window>

const WindowByType = Type.Object({ mobile: Window, fixed: Window }, { additionalProperties: false })

export const Calendar = Type.Object(
  {
    workDays: Type.Array(
      Type.Integer({ minimum: 1, maximum: 7, description: 'ISO 8601 day of the week, 1 is Monday' }),
      { minItems: 1 },
    ),
    opens: Time,
    closes: Time,
    holidays: Type.Array(Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' })),
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
    imsDomain: Type.String({ pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$', maxLength: 200 }),
  },
  { additionalProperties: false },
)
export type Operator = Static<typeof Operator>

export const Block = Type.Object(
  {
    prefix: Type.String({ pattern: '^[0-9]{1,14}$', description: 'leading national digits, after the country code' }),
    type: Type.Union([Type.Literal('mobile'), Type.Literal('fixed')]),
    holder: Code,
  },
  { additionalProperties: false },
)
export type Block = Static<typeof Block>

/** The whole of a market as `markets/*.json` states it. No country is ever an `if` in code. */
export const Market = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z]{2,10}$' }),
    title: Type.String({ minLength: 1 }),
    source: Type.String({ minLength: 1, description: 'where the number blocks come from, and their licence' }),
    clearinghouse: Type.Literal('pxs'),
    identifierCountry: Type.String({ pattern: '^[A-Z]{2}$', description: 'first two letters of a msgidentifier' }),
    countryCode: Type.String({ pattern: '^[1-9][0-9]{0,2}$' }),
    trunkPrefix: Type.String({
      pattern: '^[0-9]{0,2}$',
      description: 'dialled before a national number, empty when none',
    }),
    timeZone: Type.String({ minLength: 1, description: 'IANA name' }),
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
    operator: Code,
    numbers: Type.Object(
      {
        mobile: Type.Object({ pattern: Type.String(), example: Digits }, { additionalProperties: false }),
        fixed: Type.Object({ pattern: Type.String(), example: Digits }, { additionalProperties: false }),
      },
      { additionalProperties: false, description: 'regular expressions over the national number' },
    ),
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
    donorSilence: Type.Union([Type.Literal('timeout'), Type.Literal('progress')], {
      description: 'what the end of the authorisation window means',
    }),
    coolOff: Type.Object(
      {
        returnWindowDays: Type.Integer({ minimum: 0 }),
        lockDays: Type.Integer({ minimum: 0 }),
        isOverrideAllowed: Type.Boolean(),
      },
      { additionalProperties: false },
    ),
    limits: Type.Object(
      { numbersPerRange: Type.Integer({ minimum: 1, maximum: 100_000 }) },
      { additionalProperties: false },
    ),
    rejectCodes: Type.Array(Type.Integer({ minimum: 0, maximum: 999 }), {
      minItems: 1,
      description: 'codes a donor may use here',
    }),
    operators: Type.Array(Operator, { minItems: 2 }),
    blocks: Type.Array(Block, { minItems: 1 }),
  },
  { additionalProperties: false },
)
export type MarketData = Static<typeof Market>
