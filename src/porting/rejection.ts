/** The rejection catalogue of the porting manager document ("Rejection reason codes", `failure_reason`). */
// biome-ignore format: a table
export const REJECTIONS = {
  0:  'Unknown',
  31: 'Account Suspended',
  32: 'Account Problem',
  33: 'Bill Problem',
  34: 'Deposit Exceeded',
  35: 'Incorrect Account Type',
  36: 'Reported Stolen or Lost',
  37: 'Special',
  38: 'No Cooling Off (Repatriation)',
  39: 'Prepaid Bill Problem',
  99: 'General Rejection',
} as const

export type RejectionCode = keyof typeof REJECTIONS

/** The code that the automatic resubmission answers (contract O-30). */
export const INCORRECT_ACCOUNT_TYPE = 35

/** @returns 0 (Unknown) for a code outside the catalogue; the donor's own words are kept beside it (contract O-29) */
export function rejectionOf(code: number): RejectionCode {
  return Object.hasOwn(REJECTIONS, code) ? (code as RejectionCode) : 0
}
