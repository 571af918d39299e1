/** The form of a porting request, as it is typed: words on the screen, not on the wire. */
export const EMPTY_REQUEST = {
  donornetworkoperator: '',
  overridecooloff: 'False',
  AccountType: 'Prepaid',
  Type_of_Numbers: 'Mobile',
  telephonenumberseriestart: '',
  telephonenumberserieend: '',
  email: '',
  contacttelephonenumber: '',
}
export type RequestValues = typeof EMPTY_REQUEST

export const REQUEST_DRAFT = 'porting-request'
export const LAST_SUBMITTED = 'portolan.submitted'

/** Fills the form before it is shown, in place of whatever was in it. */
export function draftRequest(values: RequestValues): void {
  sessionStorage.setItem(`portolan.draft.${REQUEST_DRAFT}`, JSON.stringify(values))
  sessionStorage.removeItem(LAST_SUBMITTED)
}
