import type { Market } from '../../numbers/market.ts'
import type { PortOutRequest } from '../../porting/port.ts'
import { rangesOf, strangeSeries } from './hear.ts'
import type { PxsBodyOf } from './messages.codec.ts'
import type { PxsProfile } from './profile.ts'
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
