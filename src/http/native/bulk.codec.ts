import type { RangeText } from '../../numbers/market.ts'
import type { NumberRange } from '../../numbers/range.ts'
import type { AccountType, NumberType, PortInRequest } from '../../porting/port.ts'
import { Fault } from '../../shared/fault.ts'
import { rowsOfCsv } from './csv.codec.ts'

/** A line of a bulk request before it is understood: words under our names of the fields. */
export type BulkLine = { readonly line: number; readonly words: Readonly<Record<string, string>> }

/** Our fields, and the names that np_api has for them: a CSV may use either. */
// biome-ignore format: a table
export const BULK_FIELDS = {
  first_number:      ['telephonenumberseriestart'],
  last_number:       ['telephonenumberserieend'],
  number_type:       ['type_of_numbers'],
  account_type:      ['accounttype'],
  donor:             ['donornetworkoperator'],
  email:             [],
  contact_number:    ['contacttelephonenumber'],
  override_cool_off: ['overridecooloff'],
} as const satisfies Record<string, readonly string[]>

/** Lines of a CSV with a header. Faults: body_invalid, with the line; body_too_large. */
export function linesOfCsv(text: string): BulkLine[] {
  const { header, rows } = rowsOfCsv(text)
  const names = header.map((cell) => fieldOf(cell))
  if (!names.includes('first_number')) {
    throw new Fault(
      'body_invalid',
      `the first line of the CSV must name the columns: ${Object.keys(BULK_FIELDS).join(', ')}; first_number is not among them`,
    )
  }
  return rows.map(({ line, cells }) => ({
    line,
    words: Object.fromEntries(cells.flatMap((cell, index) => (names[index] ? [[names[index], cell]] : []))),
  }))
}

/** Items of a JSON list; the first is line 1. */
export function linesOfJson(items: readonly Readonly<Record<string, unknown>>[]): BulkLine[] {
  return items.map((item, index) => ({
    line: index + 1,
    words: Object.fromEntries(
      Object.entries(item).flatMap(([name, value]) => {
        const field = fieldOf(name)
        const isWord = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        return field && isWord ? [[field, String(value)]] : []
      }),
    ),
  }))
}

/** Our name of a field, however np_api or a file calls it. */
export function fieldOf(name: string): string | undefined {
  const word = name.trim().toLowerCase()
  return Object.entries(BULK_FIELDS).find(
    ([field, aliases]: [string, readonly string[]]) => field === word || aliases.includes(word),
  )?.[0]
}

const NP_API_NAMES = new RegExp(`\\b(?:${Object.values(BULK_FIELDS).flat().join('|')})\\b`, 'gi')

/** A sentence of the rules of a port-in, which know its fields by the names of np_api, in the names of this surface. */
export function inOurNames(sentence: string): string {
  return sentence.replace(NP_API_NAMES, (name) => fieldOf(name) ?? name)
}

/** A line as a request, or what is wrong with it. */
export function requestOf(
  { words }: BulkLine,
  { parseRange, by }: { parseRange: (text: RangeText) => NumberRange; by: string },
): PortInRequest | Fault {
  try {
    const numberType = oneOf<NumberType>(words, 'number_type', ['mobile', 'fixed'])
    const first = textOf(words, 'first_number')
    const last = words.last_number || first
    return {
      range: parseRange({ first, last, numberType, fields: { first: 'first_number', last: 'last_number' } }),
      numberType,
      accountType: oneOf<AccountType>(words, 'account_type', ['Prepaid', 'Postpaid']),
      donor: /^(auto)?$/i.test(words.donor ?? '') ? undefined : words.donor,
      email: emailOf(words),
      contactNumber: contactOf(words, first),
      isCoolOffOverridden: waivedIn(words),
      by,
    }
  } catch (refusal) {
    if (refusal instanceof Fault) return refusal
    throw refusal
  }
}

function textOf(words: BulkLine['words'], field: keyof typeof BULK_FIELDS): string {
  const text = words[field]?.trim()
  if (!text) throw new Fault('field_missing', `${field} is missing`, field)
  return text
}

function oneOf<Word extends string>(
  words: BulkLine['words'],
  field: keyof typeof BULK_FIELDS,
  choice: readonly Word[],
): Word {
  const text = textOf(words, field)
  const word = choice.find((one) => one.toLowerCase() === text.toLowerCase())
  if (!word) throw new Fault('field_invalid', `${field} must be ${choice.join(' or ')}`, field)
  return word
}

/** A word that is none must not pass for no: the customer has said one or the other. */
function waivedIn({ override_cool_off: word = '' }: BulkLine['words']): boolean {
  if (/^(true|yes|1)$/i.test(word.trim())) return true
  if (/^(false|no|0|)$/i.test(word.trim())) return false
  throw new Fault('field_invalid', 'override_cool_off must be true, yes, false, no or empty', 'override_cool_off')
}

function emailOf(words: BulkLine['words']): string {
  const email = textOf(words, 'email')
  if (email.length <= 254 && /^[^\s@\p{Cc}<>]+@[^\s@\p{Cc}<>]+$/u.test(email)) return email
  throw new Fault('field_invalid', 'email must be an e-mail address, such as ops@example.com', 'email')
}

/** Digits alone, as the clearinghouse takes them; the first number where none is given. */
function contactOf(words: BulkLine['words'], first: string): string {
  const digits = (words.contact_number || first).replace(/[^0-9]/g, '')
  if (/^[0-9]{3,15}$/.test(digits)) return digits
  throw new Fault('field_invalid', 'contact_number must have 3 to 15 digits', 'contact_number')
}
