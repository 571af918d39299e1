/** Why a donor refuses, by np_api's `failure_reason` (porting-manager.md, "Rejection reason codes"). Stored and sent. */
// biome-ignore format: a table
export const REJECT_CODES = {
  0: 'Unknown',
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
} as const satisfies Record<number, string>

/** Whether the catalogue lists the code. */
export function isRejectCode(code: number): code is keyof typeof REJECT_CODES {
  return Object.hasOwn(REJECT_CODES, code)
}
