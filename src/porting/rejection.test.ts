import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import { REJECT_CODES } from '../numbers/reject-code.ts'
import { explainRejection } from './rejection.ts'
import { CAUSES, type CauseName, WORDS_OF_CAUSES } from './rejection-causes.ts'

// biome-ignore format: a table
const CASES: readonly (readonly [code: number, text: string | null, cause: CauseName, readFrom: string, why: string])[] = [
  // code text                                                       cause               read from  why
  [0,   null,                                                        'unknown',          'nothing', 'contract 3.1.5'],
  [31,  null,                                                        'suspended',        'code',    'contract 3.1.5'],
  [32,  null,                                                        'account_problem',  'code',    'contract 3.1.5'],
  [33,  null,                                                        'bill',             'code',    'contract 3.1.5'],
  [34,  null,                                                        'deposit',          'code',    'contract 3.1.5'],
  [35,  null,                                                        'account_type',     'code',    'contract 3.1.5'],
  [36,  null,                                                        'stolen',           'code',    'contract 3.1.5'],
  [37,  null,                                                        'special',          'code',    'contract 3.1.5'],
  [38,  null,                                                        'cooling',          'code',    'contract 3.1.5'],
  [39,  null,                                                        'prepaid_bill',     'code',    'contract 3.1.5'],
  [99,  null,                                                        'general',          'code',    'contract 3.1.5'],
  [77,  null,                                                        'unknown',          'nothing', 'a code in no catalogue is 0 (O-29)'],
  [35,  'account number does not match',                             'account_type',     'code',    'a code that says something counts'],
  [99,  'Rejection reason ACCN : Incorrect Account Number',          'account_number',   'words',   'api/v4, failure_reason'],
  [99,  'LSR rejected || Rejection reason ACCN : Incorrect Account Number', 'account_number', 'words', 'api/v4, failure_reason'],
  [0,   'code 77: Account number mismatch',                          'account_number',   'words',   'the code that is in no catalogue stands in front (O-29)'],
  [99,  'Prepaid expected',                                          'account_type',     'words',   'en'],
  [32,  'Invalid PIN',                                               'pin',              'words',   'an open code, and words that say more'],
  [99,  'Service address does not match CSR',                        'address_mismatch', 'words',   'en'],
  [99,  'End user name mismatch',                                    'customer_mismatch', 'words',  'en'],
  [99,  'Number not active with donor',                              'number_unknown',   'words',   'en'],
  [99,  'Another port is in progress',                               'already_porting',  'words',   'en'],
  [99,  'Pending order on account',                                  'open_order',       'words',   'en'],
  [99,  'Port-out protection is on',                                 'fraud',            'words',   'en'],
  [99,  'Outstanding balance on the account',                        'bill',             'words',   'en'],
  [99,  'Número de cuenta incorrecto',                               'account_number',   'words',   'es'],
  [99,  'El titular no coincide',                                    'customer_mismatch', 'words',  'es'],
  [99,  'El número no existe',                                       'number_unknown',   'words',   'es'],
  [99,  'Línea suspendida',                                          'suspended',        'words',   'es'],
  [99,  'Factura impayée',                                           'bill',             'words',   'fr'],
  [99,  'Le numéro est inactif',                                     'number_unknown',   'words',   'fr'],
  [99,  'Code RIO erroné',                                           'pin',              'words',   'fr'],
  [99,  'Klantnummer onjuist',                                       'account_number',   'words',   'nl'],
  [99,  'Naam komt niet overeen',                                    'customer_mismatch', 'words',  'nl'],
  [99,  '  INCORRECT   ACCOUNT\n NUMBER ',                           'account_number',   'words',   'case and blanks mean nothing'],
  [99,  'Kaputt',                                                    'unknown',          'nothing', 'words that nobody knows are never guessed'],
  [99,  '   ',                                                       'general',          'code',    'blanks are no words'],
]
for (const [code, text, cause, readFrom, why] of CASES) {
  test(`code ${code}, ${JSON.stringify(text)} is ${cause} (${why})`, () => {
    const explained = explainRejection(code, text)
    deepEqual([explained.cause, explained.readFrom, explained.text], [cause, readFrom, text])
  })
}

test('every code of the catalogue, and every language of the table, is tried above', () => {
  for (const code of Object.keys(REJECT_CODES))
    ok(
      CASES.some(([tried]) => tried === Number(code)),
      code,
    )
  const languages = new Set(WORDS_OF_CAUSES.map(([, language]) => language))
  deepEqual([...languages], ['any', 'en', 'es', 'fr', 'nl'])
})

test('every cause says what it means and what to mend', () => {
  for (const { means, mend } of Object.values(CAUSES)) ok(means.length > 10 && mend.length > 10)
})

test('the one automatic fix is the account type, once a chain (I21), and only by its code', () => {
  const { fix } = explainRejection(35, null)
  deepEqual([fix?.deed, fix?.times], ['toggle_account_type', 1])
  equal(Object.values(CAUSES).filter((cause) => 'fix' in cause).length, 1)
})
