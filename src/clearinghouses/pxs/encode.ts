import { localOf, type Market, parseNumber } from '../../numbers/market.ts'
import type { NumberRange } from '../../numbers/range.ts'
import type { Answer, Command, Encode, Fixed, Port } from '../../porting/port.ts'
import { Fault } from '../../shared/fault.ts'
import { isXmlText } from '../../shared/xml.ts'
import type { PxsBody, PxsBodyOf } from './messages.codec.ts'
import type { PxsProfile } from './profile.ts'
import { encodePxs } from './pxs.codec.ts'

type Kind = Command['kind']
type CommandOf<K extends Kind> = Extract<Command, { readonly kind: K }>

/** The event words of the API for what we send (contract O-27). */
// biome-ignore format: a table
export const MSGTYPES = {
  authorisation_request: 'PortingRequest', instruction: 'Instruction', change: 'ChangeRequest', abort: 'Abort',
  authorisation_response: 'AuthorisationResponse', instruction_response: 'InstructionResponse', abort_response: 'AbortResponse',
  termination_request: 'Termination', numberinfo_request: 'NumberInfoRequest',
} as const satisfies Record<Kind, string>

/** How this market's ports are said to its clearinghouse. The id and the time are the caller's; nothing else varies. */
export function pxsEncoder({ market, profile }: { readonly market: Market; readonly profile: PxsProfile }): Encode {
  return (command, fixed) => ({
    msgid: fixed.msgid,
    msgtype: MSGTYPES[command.kind],
    contentType: profile.contentType,
    body: encodePxs(
      {
        msgid: fixed.msgid,
        ...(fixed.msgidentifier !== undefined && { msgidentifier: fixed.msgidentifier }),
        at: fixed.at,
        sender: { operator: market.operator },
        receiver: { operator: profile.clearinghouse },
        body: bodyOf(command, market, fixed),
      },
      profile,
    ),
  })
}

/** What a command is on the wire. */
// biome-ignore format: a table
const BODIES: { readonly [K in Kind]: (command: CommandOf<K>, market: Market, fixed: Fixed) => PxsBody } = {
  authorisation_request:  ({ port }, market) => requestOf(port, market),
  instruction:            () => ({ kind: 'instruction' }),
  change:                 ({ note, requestedAt }) => ({ kind: 'change', ...(requestedAt && { requestedAt }), ...(note !== undefined && { note: sayable(note, 'note') }) }),
  abort:                  ({ reasonCode, reasonText }) => ({ kind: 'abort', reasonCode, reasonText: sayable(reasonText, 'reasontext') }),
  authorisation_response: (answer, market) => ({ kind: 'authorisation_response', ...resultOf(answer), donor: market.operator }),
  instruction_response:   (answer) => ({ kind: 'instruction_response', ...resultOf(answer) }),
  abort_response:         (answer) => ({ kind: 'abort_response', ...resultOf(answer) }),
  termination_request:    ({ range, numberType }, market, { at }) => ({ kind: 'termination_request', currentOperator: market.operator, numberType, effectiveAt: at, series: seriesOf(range, market) }),
  numberinfo_request:     ({ number }, market) => ({ kind: 'numberinfo_request', number: localOf(market, number) }),
}

function bodyOf<K extends Kind>(command: CommandOf<K> & { readonly kind: K }, market: Market, fixed: Fixed): PxsBody {
  return BODIES[command.kind](command, market, fixed)
}

function resultOf({ result, code, text }: Answer) {
  return { result, code, ...(text !== undefined && { text: sayable(text, 'resulttext') }) }
}

function seriesOf({ first, last }: NumberRange, market: Market) {
  return [{ first: localOf(market, first), last: localOf(market, last) }]
}

function requestOf(port: Port, market: Market): PxsBodyOf<'authorisation_request'> {
  const { accountType, contactNumber, email, range, counterparty: donor, numberType, isCoolOffOverridden } = port
  if (accountType === null)
    throw new Fault('field_missing', 'a port-in needs AccountType, Prepaid or Postpaid', 'AccountType')
  return {
    kind: 'authorisation_request',
    recipient: market.operator,
    donor,
    numberType,
    accountType,
    isCoolOffOverridden,
    contactNumber: contactDigits(contactNumber ?? localOf(market, range.first), market),
    email: sayable(email ?? '', 'email'),
    series: seriesOf(range, market),
  }
}

/** Local digits for a number of the market; the bare digits of any other, since the wire has no plus. */
function contactDigits(text: string, market: Market): string {
  const number = parseNumber(market, text)
  const digits = number ? localOf(market, number) : text.replace(/[\s().+-]/g, '')
  if (/^[0-9]{3,15}$/.test(digits)) return digits
  throw new Fault(
    'number_invalid',
    'contacttelephonenumber must be a telephone number of 3 to 15 digits',
    'contacttelephonenumber',
  )
}

/** The longest text of the profile's XSD, in characters. */
const MAX_TEXT = 255

function sayable(text: string, field: string): string {
  if (isXmlText(text) && [...text].length <= MAX_TEXT) return text
  throw new Fault(
    'field_invalid',
    `${field} must be at most ${MAX_TEXT} characters, none of them a control character`,
    field,
  )
}
