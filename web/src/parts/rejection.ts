import { REJECT_CODES } from '../api/tables.gen.ts'

/** `35 Incorrect Account Type`; a code outside the catalogue counts as unknown (contract O-29). */
export function rejectionText(code: number): string {
  return `${code} ${REJECT_CODES[code] ?? REJECT_CODES[0]}`
}

/** The fields of a request as np_api spells them, by the labels of the form. */
export const FIELD_LABELS: Readonly<Record<string, string>> = {
  AccountType: 'Account Type',
  contacttelephonenumber: 'Authorization Number',
  donornetworkoperator: 'Donor Network Operator',
  email: 'Email (Contact)',
  overridecooloff: 'Override Cool Off',
  telephonenumberserieend: 'Last Number',
  telephonenumberseriestart: 'First Number',
  Type_of_Numbers: 'Type of Numbers',
}

export function fieldLabelOf(field: string): string {
  return FIELD_LABELS[field] ?? field
}
