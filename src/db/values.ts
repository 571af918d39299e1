import { type CustomTypesConfig, types } from 'pg'

/**
 * A value as the driver sends it: instants and dates as ISO text, a plain object as JSON, an array as an SQL array. What PostgreSQL's
 * text cannot hold, U+0000, becomes U+FFFD: a peer that answers with such bytes must not keep us from writing down that it did.
 */
export function toSql(value: unknown): unknown {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return storable(value)
  if (value instanceof Temporal.Instant) return value.toString({ smallestUnit: 'microsecond' })
  if (value instanceof Temporal.PlainDate) return value.toString()
  if (value instanceof Uint8Array) return value
  if (Array.isArray(value)) return plainArray(value) ?? value.map(toSql)
  if (typeof value === 'object') return jsonOf(value)
  return value
}

function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text
}

/** jsonb has neither U+0000 nor half of a surrogate pair, which JSON writes as escapes. */
function jsonOf(value: object): string {
  const text = JSON.stringify(value)
  if (!/\\u(?:0000|d[89a-f])/.test(text)) return text
  return JSON.stringify(value, (_name, inner) => (typeof inner === 'string' ? storable(inner).toWellFormed() : inner))
}

/**
 * An array of numbers, or of text without quotes and backslashes, as PostgreSQL reads it: one join, where the driver looks at
 * every element. undefined: it is not so plain.
 */
function plainArray(values: readonly unknown[]): string | undefined {
  if (values.length === 0) return undefined
  if (values.every((value) => typeof value === 'number')) return `{${values.join(',')}}`
  const isPlain = (value: unknown) => typeof value === 'string' && !/["\\\0]/.test(value)
  return values.every(isPlain) ? `{"${values.join('","')}"}` : undefined
}

type Parser = (text: string) => unknown

const TEXT_ARRAY: number = 1009

// biome-ignore format: a table
const PARSERS = new Map<number, Parser>([
  // oid   type           becomes
  [20,   /* int8          */ safeInteger],
  [1016, /* int8[]        */ eachOf(safeInteger)],
  [1184, /* timestamptz   */ instant],
  [1185, /* timestamptz[] */ eachOf(instant)],
  [1082, /* date          */ (text) => Temporal.PlainDate.from(text)],
  [1182, /* date[]        */ eachOf((text) => Temporal.PlainDate.from(text))],
  [1114, /* timestamp     */ (text) => text], // the driver would make a Date of it, in the machine's own zone
])

/** How columns come back: PARSERS first, the driver's own parsers for the rest (jsonb parsed, bytea as Buffer, numeric as text). */
export const TYPES: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && PARSERS.get(oid)) || types.getTypeParser(oid, format),
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`the int8 ${text} does not fit a number exactly`)
  return value
}

/** PostgreSQL writes `2026-11-22 01:50:45.069564+00`, with the offset of the session's zone. */
function instant(text: string): Temporal.Instant {
  return Temporal.Instant.from(text.replace(' ', 'T'))
}

function eachOf(parse: Parser): Parser {
  const elementsOf: (text: string) => (string | null)[] = types.getTypeParser(TEXT_ARRAY)
  return (text) => elementsOf(text).map((element) => (element === null ? null : parse(element)))
}
