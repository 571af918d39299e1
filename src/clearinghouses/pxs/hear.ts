import { type Market, parseNumber, typeOf } from '../../numbers/market.ts'
import { type NumberRange, rangeOf, sizeOf, walk } from '../../numbers/range.ts'
import { isRejectCode } from '../../numbers/reject-code.ts'
import { formatRoutingNumber, parseRoutingNumber } from '../../numbers/routing-number.ts'
import type { Dates, Heard } from '../../porting/port.ts'
import { MSGTYPES } from './encode.ts'
import type { PxsBody, PxsBodyOf, PxsSerie } from './messages.codec.ts'

/**
 * What a message says about a port that is under way, in domain words; undefined when it is not about one.
 *
 * @param sentType - our word for the message that an `error` is about (`PortingRequest`), undefined when not known
 */
export function heardOf(market: Market, body: PxsBody, sentType: string | undefined): Heard | undefined {
  switch (body.kind) {
    case 'authorisation_response':
      return body.result === 'accept'
        ? { kind: 'authorised', donor: body.donor, ...datesOf(body) }
        : { kind: 'rejected', donor: body.donor, ...refusalOf(body) }
    case 'instruction_response':
      return body.result === 'accept'
        ? { kind: 'instructed', ...datesOf(body) }
        : { kind: 'instruction_refused', ...refusalOf(body) }
    case 'change_response':
      // Either way the port is back where it was before the change; the text says which.
      return body.result === 'accept'
        ? { kind: 'changed', ...datesOf(body) }
        : { kind: 'changed', text: `refused, ${codeText(body)}` }
    case 'abort_response':
      return body.result === 'accept' ? { kind: 'abort_confirmed' } : { kind: 'abort_refused', text: codeText(body) }
    case 'ported':
      return portedOf(market, body)
    case 'timedout':
      return { kind: 'timedout', phase: body.phase }
    case 'instruction':
      return { kind: 'instruction', ...datesOf({ scheduledAt: body.portingAt }) }
    case 'abort':
      return { kind: 'abort', text: body.reasonText }
    case 'change':
      return { kind: 'change', text: body.note }
    case 'error':
      return errorOf(body, sentType)
    default:
      return undefined
  }
}

type Dated = {
  readonly text?: string | undefined
  readonly firstPossibleAt?: Temporal.Instant | undefined
  readonly validUntil?: Temporal.Instant | undefined
  readonly scheduledAt?: Temporal.Instant | undefined
}

/** The dates of an answer, and its text with them in words: customers are told by them. */
function datesOf({ text, firstPossibleAt, validUntil, scheduledAt }: Dated): Dates & { text: string | undefined } {
  const said = [
    text,
    firstPossibleAt && `possible from ${firstPossibleAt}`,
    scheduledAt && `scheduled for ${scheduledAt}`,
    validUntil && `valid until ${validUntil}`,
  ].filter((part) => part !== undefined)
  const dates = { ...(scheduledAt && { scheduledAt }), ...(validUntil && { validUntil }) }
  return { text: said.length === 0 ? undefined : said.join('; '), ...dates }
}

/**
 * The ranges of a message as E.164, neighbours joined. A series that is no range of the market is left out, so that a
 * caller that needs them all compares the sizes.
 */
export function rangesOf(market: Market, series: readonly PxsSerie[]): NumberRange[] {
  const ranges = series.map((serie) => rangeIn(market, serie)).filter((range) => range !== undefined)
  const joined: NumberRange[] = []
  for (const range of ranges.sort((a, b) => (a.first < b.first ? -1 : 1))) {
    const before = joined.at(-1)
    const both = before?.last.length === range.first.length ? { first: before.first, last: range.last } : undefined
    if (before && both && sizeOf(both) === sizeOf(before) + sizeOf(range)) joined[joined.length - 1] = both
    else joined.push(range)
  }
  return joined
}

type Refusal = { readonly code: number; readonly text?: string }

/** The code of the catalogue and the donor's own words. A code outside it becomes 0 and is kept in the text (O-29). */
export function refusalOf({ code, text }: Refusal): { readonly code: number; readonly text: string | undefined } {
  return isRejectCode(code)
    ? { code, text }
    : { code: 0, text: codeText({ code, ...(text !== undefined && { text }) }) }
}

function codeText({ code, text }: Refusal): string {
  return text === undefined ? `code ${code}` : `code ${code}: ${text}`
}

function portedOf(
  market: Market,
  { series, recipient, donor, routingNumber, numberType, actualAt }: PxsBodyOf<'ported'>,
): Heard {
  const [range, ...others] = rangesOf(market, series)
  const strange = strangeSeries(market, series)
  const isOneRange = range !== undefined && others.length === 0 && sizeOf(range) <= market.limits.numbersPerRange
  if (!isOneRange || strange.length > 0) {
    return { kind: 'error', text: `ported names ${textOf(series)}, which is not one range of this market` }
  }
  const numbers = { recipient, donor, numberType, at: actualAt, range }
  const said = routingNumber ?? series[0]?.routingNumber
  const rn = said === undefined ? undefined : routingNumberOf(market, said)
  if (said === undefined || rn !== undefined) return { kind: 'ported', ...numbers, routingNumber: rn }
  const text = `its routing number ${JSON.stringify(said)} cannot be read, so the one of ${recipient} is used`
  return { kind: 'ported', ...numbers, routingNumber: undefined, text }
}

/** Normalised as all that is stored (RFC 4694); bare digits of a national clearinghouse mean something in its own country. */
function routingNumberOf({ countryCode }: Market, said: string): string | undefined {
  const read = parseRoutingNumber(said) ?? parseRoutingNumber(`${said};rn-context=+${countryCode}`)
  return read && formatRoutingNumber(read)
}

/** The series that are no range of the market: not a range, too large for one request, or with a number outside the plan. */
export function strangeSeries(market: Market, series: readonly PxsSerie[]): PxsSerie[] {
  return series.filter((serie) => {
    const range = rangeIn(market, serie)
    if (range === undefined || sizeOf(range) > market.limits.numbersPerRange) return true
    return walk(range).some((number) => typeOf(market, number) === undefined)
  })
}

/** Series as a person reads them. */
export function textOf(series: readonly PxsSerie[]): string {
  return series.map(({ first, last }) => `${first} to ${last}`).join(', ')
}

function rangeIn(market: Market, { first, last }: PxsSerie): NumberRange | undefined {
  const from = parseNumber(market, first)
  const to = parseNumber(market, last)
  const range = from && to && rangeOf(from, to)
  return typeof range === 'object' ? range : undefined
}

/** What an `error` says, as a person reads it. */
export function errorText({ errors }: PxsBodyOf<'error'>): string {
  return errors.map(({ errorCode, description }) => `${errorCode}: ${description}`).join('; ')
}

/** An error about a message of ours undoes what that message asked for; about anything else a person must look. */
function errorOf(body: PxsBodyOf<'error'>, sentType: string | undefined): Heard {
  const text = errorText(body)
  switch (sentType) {
    case MSGTYPES.authorisation_request:
      return { kind: 'request_refused', text }
    case MSGTYPES.instruction:
      return { kind: 'instruction_refused', code: 0, text }
    case MSGTYPES.change:
      return { kind: 'changed', text: `refused, ${text}` }
    case MSGTYPES.authorisation_response:
      return { kind: 'answer_refused', text }
    case MSGTYPES.abort:
      return { kind: 'abort_refused', text }
    default:
      return { kind: 'error', text }
  }
}
