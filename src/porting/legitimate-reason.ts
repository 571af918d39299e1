import type { Market } from '../numbers/market.ts'
import { REJECT_CODES } from '../numbers/reject-code.ts'
import { Fault } from '../shared/fault.ts'
import type { RejectionCode } from './rejection.ts'

/**
 * Why a port-out may be refused, by code: the four legitimate reasons of porting-manager.md ("Reject Port-Out") in the words of
 * the catalogue, and the general one that stands for a reason not given (contract O-46).
 */
export const LEGITIMATE_REASONS = {
  31: 'number not active',
  32: 'account mismatch',
  33: 'outstanding balance',
  37: 'fraudulent request',
  99: 'no reason given',
} as const satisfies Partial<Record<RejectionCode, string>>

export type LegitimateCode = keyof typeof LEGITIMATE_REASONS

/** The code of a refusal where none is given. */
export const UNSAID = 99 satisfies LegitimateCode

/** The reasons that a donor may give in this market: a debt, for one, is not a reason everywhere. */
export function legitimateCodes(market: Pick<Market, 'rejectCodes'>): LegitimateCode[] {
  // the keys of the table are its codes
  return Object.keys(LEGITIMATE_REASONS)
    .map((code) => Number(code) as LegitimateCode)
    .filter((code) => market.rejectCodes.includes(code))
}

/** Fault: field_invalid, for a code that is no legitimate reason here. */
export function legitimateCodeOf(market: Market, code: number): LegitimateCode {
  const allowed = legitimateCodes(market)
  const found = allowed.find((one) => one === code)
  if (found !== undefined) return found
  const list = allowed.map((one) => `${one} ${REJECT_CODES[one]} (${LEGITIMATE_REASONS[one]})`).join(', ')
  throw new Fault('field_invalid', `reason must be a legitimate one of ${market.title}: ${list}`, 'reason')
}
