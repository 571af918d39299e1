import { localOf, type Market, parseNumber } from '../../numbers/market.ts'
import type { Command, Encode, Port } from '../../porting/port.ts'
import { Fault } from '../../shared/fault.ts'
import { isXmlText } from '../../shared/xml.ts'
import type { PxsBody } from './messages.codec.ts'
import type { PxsProfile } from './profile.ts'
import { encodePxs } from './pxs.codec.ts'

/** The event words of the API for what we send (contract O-27). */
// biome-ignore format: a table
export const MSGTYPES = {
  authorisation_request: 'PortingRequest', instruction: 'Instruction', change: 'ChangeRequest', abort: 'Abort',
} as const satisfies Record<Command['kind'], string>

/** How this market's ports are said to its clearinghouse. The id and the time are the caller's; nothing else varies. */
export function pxsEncoder({ market, profile }: { readonly market: Market; readonly profile: PxsProfile }): Encode {
  return (command, port, { msgid, at }) => ({
    msgid,
    msgtype: MSGTYPES[command.kind],
    contentType: profile.contentType,
    body: encodePxs(
      {
        msgid,
        msgidentifier: port.msgidentifier,
        at,
        sender: { operator: market.operator },
        receiver: { operator: profile.clearinghouse },
        body: bodyOf(command, port, market),
      },
      profile,
    ),
  })
}

function bodyOf(command: Command, port: Port, market: Market): PxsBody {
  switch (command.kind) {
    case 'authorisation_request':
      return requestOf(port, market)
    case 'instruction':
      return { kind: 'instruction' }
    case 'change':
      return { kind: 'change', note: sayable(command.note, 'note') }
    case 'abort':
      return { kind: 'abort', reasonCode: command.reasonCode, reasonText: sayable(command.reasonText, 'reasontext') }
  }
}

function requestOf(port: Port, market: Market): PxsBody {
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
    series: [{ first: localOf(market, range.first), last: localOf(market, range.last) }],
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
