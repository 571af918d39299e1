import { isRejectCode, type REJECT_CODES } from '../numbers/reject-code.ts'

export type RejectionCode = keyof typeof REJECT_CODES

/** The code that the automatic resubmission answers (contract O-30). */
export const INCORRECT_ACCOUNT_TYPE = 35 satisfies RejectionCode

/** @returns 0 (Unknown) for a code outside the catalogue; the donor's own words are kept beside it (contract O-29) */
export function rejectionOf(code: number): RejectionCode {
  return isRejectCode(code) ? code : 0
}
