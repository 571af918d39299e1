import type { Market } from '../../numbers/market.ts'
import type { Proof } from '../../porting/guard.ts'
import type { PortOutRequest } from '../../porting/port.ts'
import { rangesOf, strangeSeries } from './hear.ts'
import type { PxsBodyOf } from './messages.codec.ts'
import type { PxsProfile } from './profile.ts'
import { decodePxs } from './pxs.codec.ts'
import { stampOf } from './stamp.codec.ts'

/** What another operator asks of us, in domain words. What the request proves itself with stays in its message. */
export function requestOf(market: Market, body: PxsBodyOf<'authorisation_request'>): PortOutRequest {
  const ranges = rangesOf(market, body.series)
  return {
    recipient: body.recipient,
    donor: body.donor,
    ranges,
    isWhole: strangeSeries(market, body.series).length === 0,
    numberType: body.numberType,
    accountType: body.accountType,
    contactNumber: body.contactNumber,
    email: body.email,
    isCoolOffOverridden: body.isCoolOffOverridden,
    answerDueAt: body.authorisationDeadline,
  }
}

/** The answer about a number in the names of the wire, for those who want it as the clearinghouse gave it. */
export function rawOf(body: PxsBodyOf<'numberinfo_response'>, profile: PxsProfile): Readonly<Record<string, unknown>> {
  const { kind: _, lastPortedAt, ...said } = body
  const told = { ...said, ...(lastPortedAt && { lastPortedAt: stampOf(lastPortedAt, profile.timestamps) }) }
  // the keys are the field names of the body, all of which the profile spells
  const fields = Object.entries(told) as [keyof typeof profile.names, unknown][]
  return Object.fromEntries(fields.map(([name, value]) => [profile.names[name], value]))
}

/**
 * What a request proves its customer with: an identity document of the type `PIN`, and the account number.
 *
 * @param bytes - a stored authorisation_request
 */
export function proofOf(bytes: Uint8Array): Proof {
  const decoded = decodePxs(bytes)
  const body = decoded.kind === 'message' ? decoded.message.body : undefined
  const customer = body?.kind === 'authorisation_request' ? body.customer : undefined
  const isPin = customer?.idType?.toLowerCase() === 'pin'
  return { pin: isPin ? customer.idNumber : undefined, accountNumber: customer?.accountNumber }
}
