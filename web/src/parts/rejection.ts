import { REJECT_CODES } from '../api/tables.gen.ts'

/** `35 Incorrect Account Type`; a code outside the catalogue counts as unknown (contract O-29). */
export function rejectionText(code: number): string {
  return `${code} ${REJECT_CODES[code] ?? REJECT_CODES[0]}`
}

/** What whoever submits again should mend first; `field` is the one of the form that it is about. */
type Mending = { readonly advice: string; readonly field?: 'AccountType' | 'overridecooloff' }

// biome-ignore format: a table
const MENDING: Readonly<Record<number, Mending>> = {
  0:  { advice: 'The donor gave no reason that the catalogue has. Its own words, if any, are in the events; ask it before you submit again.' },
  31: { advice: 'The account is suspended at the donor. The customer has to settle that there first; then submit again.' },
  32: { advice: 'What was sent does not agree with the donor’s record of the account. Check number, range and Authorization Number against the customer’s bill.' },
  33: { advice: 'A bill is open at the donor. The customer has to pay it there; then submit again.' },
  34: { advice: 'The deposit at the donor is exceeded. The customer has to settle it there; then submit again.' },
  35: { advice: 'The donor has the other account type on record. It was tried with both: check with the customer which contract the number is under.', field: 'AccountType' },
  36: { advice: 'The number is reported stolen or lost. Do not submit again before the customer has proved that it is theirs.' },
  37: { advice: 'The donor names a special case. Ask it what it needs; its own words, if any, are in the events.' },
  38: { advice: 'The number is within its cool-off period. Submit again when it has ended, or with Override Cool Off if the customer has waived it.', field: 'overridecooloff' },
  39: { advice: 'The prepaid balance at the donor is in debt. The customer has to top it up there; then submit again.' },
  99: { advice: 'The donor refused without a closer reason. Ask it; its own words, if any, are in the events.' },
}

export function mendingOf(code: number): Mending {
  return MENDING[code] ?? MENDING[0] ?? { advice: '' }
}
