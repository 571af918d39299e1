import { Fault } from '../../shared/fault.ts'

/** A place in a list: the values that the order goes by, of the last item of a page. */
export type Place = readonly (string | number)[]

/** A cursor says for which question it is, so that it cannot be used for another. */
export function cursorOf(question: string, place: Place): string {
  return Buffer.from(JSON.stringify([question, ...place])).toString('base64url')
}

/** @returns undefined for no cursor. Fault: field_invalid for one of another question, or none at all. */
export function placeOf(question: string, cursor: string | undefined, length: number): Place | undefined {
  if (cursor === undefined || cursor === '') return undefined
  const read = parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  if (Array.isArray(read) && read[0] === question && read.length === length + 1 && read.every(isWord))
    return read.slice(1)
  throw new Fault(
    'field_invalid',
    'cursor is not one of this list: take `next` of the page before, or leave it out',
    'cursor',
  )
}

/** The instant in a cursor. Fault: field_invalid. */
export function instantOf(text: string): Temporal.Instant {
  try {
    return Temporal.Instant.from(text)
  } catch {
    throw new Fault('field_invalid', 'cursor is not one of this list: take `next` of the page before', 'cursor')
  }
}

function isWord(value: unknown): value is string | number {
  return typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not a cursor: the caller says so
  }
}
