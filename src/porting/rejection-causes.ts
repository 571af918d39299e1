import type { RejectionCode } from './rejection.ts'

/** What Portolan does about a cause by itself, at most `times` in a chain of requests. */
export type AutomaticFix = { readonly deed: 'toggle_account_type'; readonly times: number; readonly means: string }

/** Why a donor refuses, and what helps: the same whatever the code, the words and their language. */
export type Cause = {
  readonly means: string
  readonly mend: string
  /** The field of the request that is to be changed, as np_api spells it; undefined where the request is not to blame. */
  readonly field?: string
  /** Whether asking again can help: with another value, once something outside has been settled, or never. */
  readonly again: 'changed' | 'later' | 'never'
  readonly fix?: AutomaticFix
}

const TOGGLE = {
  deed: 'toggle_account_type',
  times: 1,
  means: 'asked again once, as a new port, with the other account type (code 35)',
} as const satisfies AutomaticFix

// biome-ignore format: a table
export const CAUSES = {
  // cause                 means                                                         mend                                                                                 field                            again
  account_type:          { means: 'The donor has the other account type on file',        mend: 'Ask again with the other account type',                                       field: 'AccountType',            again: 'changed', fix: TOGGLE },
  account_number:        { means: 'The account number is not the donor’s',               mend: 'Take the account number from the customer’s last bill and ask again',         field: 'contacttelephonenumber', again: 'changed' },
  customer_mismatch:     { means: 'Name or identity is not as the donor has it',         mend: 'Compare name and identity document with the donor’s bill and ask again',      field: 'email',                  again: 'changed' },
  address_mismatch:      { means: 'The address is not as the donor has it',              mend: 'Take the service address from the donor’s bill, letter for letter',                                            again: 'changed' },
  pin:                   { means: 'The PIN, password or porting code is wrong or over',  mend: 'Ask the customer for a new code from the donor, and use it before it ends',                                    again: 'changed' },
  number_unknown:        { means: 'A number is not the donor’s, or not in use',          mend: 'Check the digits; look up who serves the number; leave it out of the range',  field: 'telephonenumberseriestart', again: 'changed' },
  range_mismatch:        { means: 'The numbers do not belong to one account',            mend: 'Split the range by account and ask for each part',                            field: 'telephonenumberserieend', again: 'changed' },
  number_type:           { means: 'A fixed number was asked for as mobile, or otherwise', mend: 'Ask again with the other type of numbers',                                   field: 'Type_of_Numbers',        again: 'changed' },
  wrong_donor:           { means: 'The operator that was asked does not serve the number', mend: 'Leave the donor blank, so that it is found, and ask again',                 field: 'donornetworkoperator',   again: 'changed' },
  suspended:             { means: 'The account is suspended',                            mend: 'The customer has the suspension lifted by the donor; then ask again',                                          again: 'later' },
  account_problem:       { means: 'Something is wrong with the account at the donor',    mend: 'The customer asks the donor what; then ask again',                                                             again: 'later' },
  bill:                  { means: 'A bill is not paid',                                  mend: 'The customer pays the donor; then ask again. Not every market allows this reason',                             again: 'later' },
  deposit:               { means: 'A deposit or credit limit is exceeded',               mend: 'The customer settles it with the donor; then ask again',                                                       again: 'later' },
  prepaid_bill:          { means: 'Airtime credit or an advance is owed',                mend: 'The customer tops up or pays back the advance; then ask again',                                                again: 'later' },
  contract:              { means: 'A contract or its notice still runs',                 mend: 'Wait for the end of the contract, or the customer buys out of it',                                             again: 'later' },
  cooling:               { means: 'The number was ported too short a time ago',          mend: 'Wait for the end of the lock; for a repatriation override the cool-off',      field: 'overridecooloff',        again: 'later' },
  already_porting:       { means: 'Another port of the number is under way',             mend: 'Wait until it ends, or have it withdrawn; then ask again',                                                     again: 'later' },
  open_order:            { means: 'Another order is open at the donor',                  mend: 'The customer has it finished or withdrawn by the donor; then ask again',                                       again: 'later' },
  date:                  { means: 'The date cannot be kept',                             mend: 'Ask again for a later date',                                                                                   again: 'changed' },
  stolen:                { means: 'Reported stolen or lost',                             mend: 'The customer has the report withdrawn by the donor; treat it as a possible fraud',                             again: 'later' },
  fraud:                 { means: 'The donor suspects fraud, or the customer says no',   mend: 'Ask the customer in person whether the port is wanted',                                                        again: 'never' },
  special:               { means: 'A special number or service that cannot go',          mend: 'Ask the donor which; take the number out of the range',                                                        again: 'never' },
  clearinghouse:         { means: 'The clearinghouse refused the request itself',        mend: 'Read its words; mend the request, or its access if it does not know us',                                       again: 'changed' },
  general:               { means: 'The donor gave no reason',                            mend: 'Ask the donor’s porting desk, with our identifier of the port',                                                again: 'later' },
  unknown:               { means: 'Words that Portolan does not know yet',               mend: 'Read the donor’s own words; then add them to the table',                                                       again: 'later' },
} as const satisfies Record<string, Cause>
export type CauseName = keyof typeof CAUSES

/** What a code alone says. `open` codes say little, so that the donor's words decide where they are known. */
// biome-ignore format: a table
export const CAUSE_OF_CODE: Readonly<Record<RejectionCode, { readonly cause: CauseName; readonly isOpen: boolean }>> = {
  0:  { cause: 'unknown',         isOpen: true },
  31: { cause: 'suspended',       isOpen: false },
  32: { cause: 'account_problem', isOpen: true },
  33: { cause: 'bill',            isOpen: false },
  34: { cause: 'deposit',         isOpen: false },
  35: { cause: 'account_type',    isOpen: false },
  36: { cause: 'stolen',          isOpen: false },
  37: { cause: 'special',         isOpen: true },
  38: { cause: 'cooling',         isOpen: false },
  39: { cause: 'prepaid_bill',    isOpen: false },
  99: { cause: 'general',         isOpen: true },
}

type Language = 'any' | 'en' | 'es' | 'fr' | 'nl'

/**
 * Words of donors, the most particular first: the first that fits decides. Matched against text in lower case, without accents,
 * with single blanks. `any` are the reason codes of local service requests, as `Rejection reason ACCN : ...` has one (api/v4).
 */
// biome-ignore format: a table
export const WORDS_OF_CAUSES: readonly (readonly [cause: CauseName, language: Language, words: RegExp])[] = [
  // cause              language words
  ['account_number',    'any',   /\breason accn\b|^accn\b/],
  ['customer_mismatch', 'any',   /\breason (name|eunm|cust)\b|^(name|eunm) ?:/],
  ['address_mismatch',  'any',   /\breason (addr|addy|zipc)\b|^(addr|zipc) ?:/],
  ['pin',               'any',   /\breason (pinn|pass|ssnn)\b|^pinn ?:/],
  ['number_unknown',    'any',   /\breason (tnnf|tnna|dntn)\b/],
  ['open_order',        'any',   /\breason (pend|opor)\b/],
  ['date',              'any',   /\breason (dddt|ddnv)\b/],
  ['account_type',      'en',    /\b(in(correct|valid)|wrong) account type\b|\b(pre|post)paid (expected|account)\b|\bis (a )?(pre|post)paid\b|\bnot (a )?(pre|post)paid\b/],
  ['account_number',    'en',    /\baccount (number|no\.?|#) (is )?((in(correct|valid)|wrong|mismatch)|(does not|doesn't) match|not found)|\b(in(correct|valid)|wrong|missing|required) account (number|no\.?|#)|\baccount number\b.*\b(mismatch|required)/],
  ['pin',               'en',    /\b(pin|passcode|password|passphrase|upc|pac|porting code|transfer pin)\b.*\b(in(correct|valid)|wrong|expired|required|missing|mismatch)|\b(in(correct|valid)|wrong|expired|missing) (pin|passcode|password|upc|pac|porting code|transfer pin)\b/],
  ['address_mismatch',  'en',    /\b(address|zip|postal|postcode)\b.*\b(mismatch|match|in(correct|valid)|wrong)|\b(in(correct|valid)|wrong) (service |billing )?(address|zip|postal code|postcode)\b/],
  ['customer_mismatch', 'en',    /\b(name|identity|id number|customer|subscriber|authori[sz]ed (user|person)|end user)\b.*\b(mismatch|match|in(correct|valid)|wrong)|\b(in(correct|valid)|wrong) (name|identity|id|customer)\b|\bnot authori[sz]ed (to|on)\b/],
  ['already_porting',   'en',    /\b(already|another|duplicate|pending)\b.*\bport(ing|ed)?\b|\bport(ing)?\b.*\b(in progress|under way|pending)/],
  ['open_order',        'en',    /\b(pending|open) (service )?order\b|\border (is )?pending\b/],
  ['wrong_donor',       'en',    /\bwrong (donor|carrier|operator|provider)\b|\bnot (served|owned) by\b|\bbelongs to another (carrier|operator|provider)\b|\bnot our (number|customer|subscriber)\b/],
  ['number_type',       'en',    /\bwrong (type of numbers?|number type)\b|\b(is|not) a? ?(mobile|fixed|wireline|wireless) number\b/],
  ['range_mismatch',    'en',    /\b(numbers?|range)\b.*\b(different|multiple|more than one) accounts?\b|\bpartial port\b|\bnot (all )?on (the )?(same )?account\b/],
  ['number_unknown',    'en',    /\b(number|tn|msisdn|subscriber|line)s?\b.*\b(not (found|active|in use|exist|assigned|portable)|does not exist|unknown|inactive|disconnected|deactivated|vacant)|\bno such (number|subscriber)\b/],
  ['stolen',            'en',    /\b(stolen|lost)\b/],
  ['fraud',             'en',    /\bfraud|\bport[- ]?out (protection|lock)|\bport (freeze|lock)|\bnumber (is )?locked\b|\bcustomer (declined|refused|cancel+ed|did not request)|\bunauthori[sz]ed\b/],
  ['cooling',           'en',    /\bcool(ing)?[- ]?off\b|\brecently ported\b|\bported (with)?in the last\b|\bminimum (period|days)\b|\block period\b|\brepatriation\b/],
  ['prepaid_bill',      'en',    /\b(airtime|advance|loan|borrowed)\b.*\b(owed|owing|outstanding|unpaid|credit)|\bunpaid (airtime|advance|loan)\b/],
  ['deposit',           'en',    /\bdeposit\b|\bcredit limit\b/],
  ['bill',              'en',    /\b(bill|balance|invoice|debt|payment|arrears|amount)\b.*\b(due|unpaid|outstanding|overdue|owed|pending)|\b(unpaid|outstanding|overdue|past due) (bill|balance|invoice|debt|amount)|\bin arrears\b/],
  ['contract',          'en',    /\b(contract|commitment|notice period|device (financing|instal+ment))\b/],
  ['suspended',         'en',    /\bsuspended\b|\bbarred\b|\bblocked\b|\brestricted\b/],
  ['date',              'en',    /\b(due|porting|foc|requested) date\b.*\b(in(correct|valid)|past|early|not available)/],
  ['account_type',      'es',    /\btipo de (cuenta|linea|plan)\b|\bes (prepago|pospago|postpago)\b/],
  ['account_number',    'es',    /\bnumero de cuenta\b/],
  ['pin',               'es',    /\b(pin|nip|clave|codigo)\b.*\b(incorrect|invalid|vencid|erroneo)/],
  ['address_mismatch',  'es',    /\bdireccion\b/],
  ['customer_mismatch', 'es',    /\b(nombre|cedula|identidad|titular|documento)\b.*\b(no coincide|incorrect|invalid|diferente)/],
  ['already_porting',   'es',    /\bportabilidad (en curso|pendiente)|\bya (esta )?(en proceso|portad)/],
  ['number_unknown',    'es',    /\b(numero|linea)\b.*\b(no existe|inexistente|inactiv|no pertenece|desconocid)/],
  ['stolen',            'es',    /\b(robad|perdid|extraviad|robo|extravio)/],
  ['fraud',             'es',    /\bfraude\b/],
  ['prepaid_bill',      'es',    /\b(adelanto|prestamo) de saldo\b|\bsaldo (adelantado|prestado)\b/],
  ['bill',              'es',    /\b(deuda|factura|morosidad|saldo pendiente|pago pendiente|adeuda)/],
  ['contract',          'es',    /\b(contrato|permanencia)\b/],
  ['suspended',         'es',    /\b(suspendid|bloquead|cortad)/],
  ['account_type',      'fr',    /\btype de (compte|contrat|ligne)\b|\best (prepayee?|postpayee?)\b/],
  ['account_number',    'fr',    /\bnumero de compte\b/],
  ['pin',               'fr',    /\b(rio|code|pin)\b.*\b(errone|incorrect|invalide|expire)/],
  ['address_mismatch',  'fr',    /\badresse\b/],
  ['customer_mismatch', 'fr',    /\b(nom|identite|titulaire|piece)\b.*\b(incorrect|errone|different|correspond)/],
  ['already_porting',   'fr',    /\b(portabilite|portage|demande)\b.*\b(en cours|deja)/],
  ['number_unknown',    'fr',    /\b(numero|ligne)\b.*\b(inexistant|inactif|inconnu|n'existe|n'appartient|resilie)/],
  ['stolen',            'fr',    /\b(vole|perdu|vol|perte)\b/],
  ['fraud',             'fr',    /\bfraude\b/],
  ['bill',              'fr',    /\b(impaye|dette|facture|creance|solde du)/],
  ['contract',          'fr',    /\b(engagement|preavis)\b/],
  ['suspended',         'fr',    /\b(suspendu|bloque)/],
  ['account_type',      'nl',    /\b(soort|type) (account|abonnement)\b|\bis (een )?(prepaid|postpaid|abonnement)\b/],
  ['account_number',    'nl',    /\b(klantnummer|rekeningnummer|contractnummer)\b/],
  ['customer_mismatch', 'nl',    /\b(naam|klantgegevens|legitimatie)\b.*\b(onjuist|komt niet overeen|klopt niet)/],
  ['address_mismatch',  'nl',    /\b(adres|postcode)\b/],
  ['already_porting',   'nl',    /\b(portering|nummerbehoud)\b.*\b(lopend|loopt|reeds|al )/],
  ['number_unknown',    'nl',    /\bnummer\b.*\b(onbekend|niet actief|bestaat niet|niet in gebruik|behoort niet)/],
  ['stolen',            'nl',    /\b(gestolen|verloren)\b/],
  ['bill',              'nl',    /\b(openstaande|onbetaalde) (rekening|factuur)|\bbetalingsachterstand\b|\bschuld\b/],
  ['contract',          'nl',    /\b(contract|looptijd|opzegtermijn)\b/],
  ['suspended',         'nl',    /\b(geblokkeerd|opgeschort|afgesloten)\b/],
]
