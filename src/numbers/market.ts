import assert from 'node:assert/strict'
import { Fault } from '../shared/fault.ts'
import { digitsOf, type E164, parseE164 } from './e164.ts'
import type { Block, MarketData, NumberType, Operator } from './market.schema.ts'
import { regexOf } from './pattern.ts'
import { type NumberRange, rangeOf, sizeOf, walk } from './range.ts'

/** A market's plan as data, with what is looked up often worked out once. Only `marketOf` makes one. */
export type Market = Readonly<MarketData> & {
  /** Each matches the whole of a national number. */
  readonly plan: Readonly<Record<NumberType, RegExp>>
  /** Operators by code, alias and name, in lower case. */
  readonly operatorByWord: ReadonlyMap<string, Operator>
  readonly blockByPrefix: ReadonlyMap<string, Block>
  /** The lengths that block prefixes have, longest first. */
  readonly prefixLengths: readonly number[]
}

/** The operator that a code, an alias or a name means, in any case of letters (contract X-04). */
export function operatorOf(market: Market, word: string): Operator | undefined {
  return market.operatorByWord.get(word.trim().toLowerCase())
}

/** The block that a number was given out from: the longest prefix wins. Undefined outside the plan or every block. */
export function blockOf(market: Market, number: E164): Block | undefined {
  if (typeOf(market, number) === undefined) return undefined
  const national = localOf(market, number)
  for (const length of market.prefixLengths) {
    const block = market.blockByPrefix.get(national.slice(0, length))
    if (block !== undefined) return block
  }
  return undefined
}

/** What the market's plan says a number is: mobile where it allows both; undefined outside the plan. */
export function typeOf(market: Market, number: E164): NumberType | undefined {
  if (!digitsOf(number).startsWith(market.countryCode)) return undefined
  const national = localOf(market, number)
  return NUMBER_TYPES.find((type) => market.plan[type].test(national))
}

/**
 * Reads a number of the market's plan however people write it: `5550100`, `555-0100`, `+1 555 0100`, `15550100`. Spaces,
 * dashes, dots and brackets are ignored. Without a plus the local reading wins: the country code is looked for last.
 *
 * @returns undefined for what is no number, and for a number outside the plan
 */
export function parseNumber(market: Market, text: string): E164 | undefined {
  return readAs(market, text, NUMBER_TYPES)
}

/** The national digits, as the wire and np_api print them: `+15550100` is `5550100` (contract X-01). */
export function localOf(market: Market, number: E164): string {
  assert(digitsOf(number).startsWith(market.countryCode), 'a number of another country code has no local form')
  return number.slice(1 + market.countryCode.length)
}

/** Two ends as somebody wrote them; `fields` are their names at the surface that asks, for the sentence of a refusal. */
export type RangeText = {
  readonly first: string
  readonly last: string
  readonly numberType: NumberType
  readonly fields: { readonly first: string; readonly last: string }
}

/**
 * Reads a range of one number type (contract O-36).
 *
 * Faults: number_invalid, number_outside_plan, range_unequal_length, range_reversed, range_too_large.
 */
export function parseRange(market: Market, { first, last, numberType, fields }: RangeText): NumberRange {
  const from = parseEnd(market, first, { numberType, field: fields.first })
  const comparable = { numberType, field: fields.last, otherEnd: { number: from, field: fields.first } }
  const range = rangeOf(from, parseEnd(market, last, comparable))
  if (range === 'unequal_length') throw unequalLength(market, last, comparable)
  if (range === 'reversed') {
    throw new Fault(
      'range_reversed',
      `${fields.last} ${shown(last)} comes before ${fields.first} ${shown(first)}; the last number must not be lower than the first`,
      fields.last,
    )
  }
  const limit = market.limits.numbersPerRange
  if (sizeOf(range) > limit) {
    throw new Fault(
      'range_too_large',
      `${fields.first} to ${fields.last} are ${sizeOf(range)} numbers, and a request takes at most ${limit}; split the range`,
      fields.last,
    )
  }
  for (const number of walk(range)) {
    if (!market.plan[numberType].test(localOf(market, number))) {
      throw new Fault(
        'number_outside_plan',
        `${fields.first} to ${fields.last} contain ${localOf(market, number)}, which is not a ${numberType} number; ${exampleOf(market, numberType)}`,
        fields.last,
      )
    }
  }
  return range
}

/** `XX202501-CARR`: what a msgidentifier has before its sequence, the month being the market's (contract O-35). */
export function msgidentifierPrefix(market: Market, operatorCode: string, instant: Temporal.Instant): string {
  const month = instant.toZonedDateTimeISO(market.timeZone).toPlainDate().toPlainYearMonth().toString().replace('-', '')
  return `${market.identifierCountry}${month}-${operatorCode}`
}

/** The operator code in a msgidentifier: whose sequence it is counted in (contract O-35). */
export function namerOf(msgidentifier: string): string | undefined {
  return msgidentifier.split('-')[1]
}

const NUMBER_TYPES: readonly NumberType[] = ['mobile', 'fixed']

/** @param data - without problems (market-problems.ts) */
export function marketOf(data: MarketData): Market {
  const planOf = (type: NumberType) => {
    const plan = regexOf(data.numbers[type].pattern)
    assert(plan !== undefined, 'the pattern of a market that has no problems compiles')
    return plan
  }
  // a code or an alias says whose it is even where another operator's name reads the same
  const named = data.operators.map((operator) => [operator.name.toLowerCase(), operator] as const)
  const worded = data.operators.flatMap((operator) =>
    [operator.code, ...(operator.aliases ?? [])].map((word) => [word.toLowerCase(), operator] as const),
  )
  return {
    ...data,
    plan: { mobile: planOf('mobile'), fixed: planOf('fixed') },
    operatorByWord: new Map([...named, ...worded]),
    blockByPrefix: new Map(data.blocks.map((block) => [block.prefix, block])),
    prefixLengths: [...new Set(data.blocks.map(({ prefix }) => prefix.length))].sort((a, b) => b - a),
  }
}

/** Separators that people put into numbers; `\s` and the dashes include those that word processors make. */
const SEPARATORS = /[\s().[\]\u2010-\u2015-]/g

function readAs(market: Market, text: string, types: readonly NumberType[]): E164 | undefined {
  const bare = text.replace(SEPARATORS, '')
  if (!/^\+?[0-9]+$/.test(bare)) return undefined
  const { countryCode, trunkPrefix, localPrefix } = market
  const readings = bare.startsWith('+')
    ? [after(`+${countryCode}`, bare), after(`+${countryCode}${trunkPrefix}`, bare)]
    : [bare, after(trunkPrefix, bare), localPrefix && localPrefix + bare, after(countryCode, bare)]
  const national = readings.find((reading) => reading && types.some((type) => market.plan[type].test(reading)))
  return national ? parseE164(`+${countryCode}${national}`) : undefined
}

function after(prefix: string, text: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined
}

type End = {
  readonly numberType: NumberType
  readonly field: string
  readonly otherEnd?: { readonly number: E164; readonly field: string }
}

function parseEnd(market: Market, text: string, end: End): E164 {
  const number = readAs(market, text, [end.numberType])
  if (number !== undefined) return number
  const { numberType, field, otherEnd } = end
  const bare = text.replace(SEPARATORS, '')
  if (!/^\+?[0-9]{1,15}$/.test(bare)) {
    throw new Fault(
      'number_invalid',
      `${field} ${shown(text)} is not a telephone number; ${exampleOf(market, numberType)}`,
      field,
    )
  }
  const other = parseNumber(market, text)
  if (other !== undefined) {
    throw new Fault(
      'number_outside_plan',
      `${field} ${shown(text)} is a ${typeOf(market, other)} number; ${exampleOf(market, numberType)}`,
      field,
    )
  }
  if (otherEnd !== undefined && !bare.startsWith('+') && bare.length !== localOf(market, otherEnd.number).length) {
    throw unequalLength(market, text, { field, otherEnd })
  }
  throw new Fault(
    'number_outside_plan',
    `${field} ${shown(text)} is not a ${numberType} number of ${market.title}; ${exampleOf(market, numberType)}`,
    field,
  )
}

function unequalLength(
  market: Market,
  text: string,
  { field, otherEnd }: Required<Pick<End, 'field' | 'otherEnd'>>,
): Fault {
  const local = localOf(market, otherEnd.number)
  return new Fault(
    'range_unequal_length',
    `${field} ${shown(text)} is not as long as ${otherEnd.field} ${local}; both need ${local.length} digits`,
    field,
  )
}

function exampleOf(market: Market, numberType: NumberType): string {
  return `a ${numberType} number looks like ${market.numbers[numberType].example}`
}

/** What a caller wrote, quoted and bounded. */
function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text)
}
