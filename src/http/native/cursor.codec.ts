import { Fault } from '../../shared/fault.ts'
import { keptInstant } from './time.codec.ts'

/** What the order of a list goes by. */
type Kinds = {
  readonly instant: Temporal.Instant
  readonly id: string
  readonly text: string
  readonly number: number
  readonly line: number
}
type Place<Form extends readonly (keyof Kinds)[]> = { readonly [Index in keyof Form]: Kinds[Form[Index]] }

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The values of a cursor as what they are; undefined for one that is not. */
// biome-ignore format: a table
const READ: { readonly [Kind in keyof Kinds]: (value: unknown) => Kinds[Kind] | undefined } = {
  instant: (value) => (typeof value === 'string' ? keptInstant(value) : undefined),
  id:      (value) => (typeof value === 'string' && UUID.test(value) ? value : undefined),
  text:    (value) => (typeof value === 'string' && value.isWellFormed() && !value.includes('\0') ? value : undefined),
  number:  (value) => countOf(value, Number.MAX_SAFE_INTEGER),
  line:    (value) => countOf(value, 2 ** 31 - 1),
}

/**
 * A cursor says for which question it is, so that it cannot be used for another.
 *
 * @param place - the values that the order goes by, of the last item of a page
 */
export function cursorOf(question: string, place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([question, ...place])).toString('base64url')
}

/** @returns undefined for no cursor. Fault: field_invalid for one of another question, or none at all. */
export function placeOf<const Form extends readonly (keyof Kinds)[]>(
  question: string,
  cursor: string | undefined,
  form: Form,
): Place<Form> | undefined {
  if (cursor === undefined || cursor === '') return undefined
  const read = parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  if (Array.isArray(read) && read[0] === question && read.length === form.length + 1) {
    const place = form.map((kind, index) => READ[kind](read[index + 1]))
    if (!place.includes(undefined)) return place as unknown as Place<Form> // each was read as its kind
  }
  throw new Fault(
    'field_invalid',
    'cursor is not one of this list: take `next` of the page before, or leave it out',
    'cursor',
  )
}

function countOf(value: unknown, most: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most ? value : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not a cursor: the caller says so
  }
}
