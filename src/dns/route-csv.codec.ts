import { emptyRows, type RouteRows } from './table-rows.ts'
import type { ValueList } from './table-values.ts'

/**
 * Routes as text: a header `number,operator[,routing_number]`, then a line for each number, `+` optional, no quotes.
 *
 *     number,operator,routing_number
 *     +15550100,DIGI,+15559901
 *     15550101,FLOW,d2701;rn-context=+1
 *
 * Read octet by octet without making a string of every line: ten million lines take seconds, not minutes.
 */
export type RouteCsv = {
  /** Takes the next octets; whole batches of rows go to `take`. @throws Error when the first line is no header */
  push(octets: Uint8Array): void
  /** Takes a last line without a line end, and the last batch. */
  end(): void
}

export type CsvOptions = {
  readonly values: ValueList
  /** The rows are used again after it returns. */
  readonly take: (rows: RouteRows) => void
  readonly refuse: (line: number, reason: string) => void
}

const ROWS_AT_ONCE = 1 << 19
const LINE_OCTETS_MAX = 512
const [NEWLINE, RETURN, COMMA, PLUS, ZERO] = [10, 13, 44, 43, 48]

export function routeCsv({ values, take, refuse }: CsvOptions): RouteCsv {
  const rows = emptyRows(ROWS_AT_ONCE)
  const takeRow = rowReader(rows, routeCache(values))
  let line = 0
  let columns = 0
  let kept: Uint8Array = new Uint8Array(0)

  const takeLine = (octets: Uint8Array, start: number, lineEnd: number): void => {
    const end = octets[lineEnd - 1] === RETURN && lineEnd > start ? lineEnd - 1 : lineEnd
    line++
    if (line === 1) {
      columns = columnsOf(textOf(octets, start, end))
      return
    }
    if (end === start) return
    const problem = takeRow(octets, start, end, columns)
    if (problem !== undefined) refuse(line, problem)
    else if (rows.count === ROWS_AT_ONCE) flush()
  }
  const flush = (): void => {
    if (rows.count > 0) take(rows)
    rows.count = 0
  }
  return {
    push(chunk) {
      const octets = kept.length === 0 ? chunk : Buffer.concat([kept, chunk])
      let start = 0
      for (let at = octets.indexOf(NEWLINE); at >= 0; at = octets.indexOf(NEWLINE, start)) {
        takeLine(octets, start, at)
        start = at + 1
      }
      // A copy, because the caller may read its next octets into the same place (and Buffer's slice is no copy).
      kept = Uint8Array.from(octets.subarray(start))
      if (kept.length > LINE_OCTETS_MAX) throw new Error(`line ${line + 1} is longer than ${LINE_OCTETS_MAX} octets`)
    },
    end() {
      if (kept.length > 0) takeLine(kept, 0, kept.length)
      if (line === 0) throw new Error('line 1: there is no header')
      flush()
    },
  }
}

/** Reads one line into the rows. @returns what is wrong with it, and then takes nothing */
function rowReader(rows: RouteRows, routes: ReturnType<typeof routeCache>) {
  return (octets: Uint8Array, start: number, end: number, columns: number): string | undefined => {
    let at = octets[start] === PLUS ? start + 1 : start
    const first = at
    let number = 0
    for (; at < end && octets[at] !== COMMA; at++) {
      const digit = octets[at]! - ZERO
      if (digit < 0 || digit > 9) return 'the number has something else than digits'
      number = number * 10 + digit
    }
    const length = at - first
    if (length < 3 || length > 15 || octets[first] === ZERO)
      return 'the number is not E.164: 3 to 15 digits, the first not 0'
    if (at === end) return 'there is no operator'
    const value = routes.idOf(octets, at + 1, end, columns)
    if (typeof value === 'string') return value
    rows.digits[rows.count] = number
    rows.lengths[rows.count] = length
    rows.values[rows.count] = value
    rows.count++
    return undefined
  }
}

function columnsOf(header: string): number {
  const text = header.replace(/^\ufeff/, '')
  if (text === 'number,operator') return 2
  if (text === 'number,operator,routing_number') return 3
  throw new Error(
    `line 1: the header is ${JSON.stringify(text.slice(0, 80))}, not number,operator or number,operator,routing_number`,
  )
}

function textOf(octets: Uint8Array, start: number, end: number): string {
  return Buffer.from(octets.buffer, octets.byteOffset + start, end - start).toString('utf8')
}

const OPERATOR = /^[A-Za-z0-9_-]{1,32}$/
/** RFC 4694 §4: global `+` digits (the first three a country's), or hex digits with a context. */
const ROUTING_NUMBER = /^(\+[0-9][0-9A-Fa-f]{2,31}|[0-9A-Fa-f]{1,32};rn-context=(\+[0-9]{1,15}|[A-Za-z0-9.-]{1,100}))$/

/** Few routes come again and again, so the rest of a line is looked up by its octets before it is read as text. */
function routeCache(values: ValueList) {
  const byHash = new Map<number, { readonly octets: Uint8Array; readonly id: number | string }[]>()
  let last: { readonly octets: Uint8Array; readonly id: number | string } | undefined
  const isSame = (known: Uint8Array, octets: Uint8Array, start: number, end: number): boolean => {
    if (known.length !== end - start) return false
    for (let at = 0; at < known.length; at++) if (known[at] !== octets[start + at]) return false
    return true
  }
  const read = (octets: Uint8Array, start: number, end: number, columns: number): number | string => {
    const fields = textOf(octets, start, end).split(',')
    const [operator = '', routingNumber] = fields
    if (fields.length > columns - 1) return `there are more than ${columns} fields`
    if (!OPERATOR.test(operator)) return `${JSON.stringify(operator)} is no operator code`
    if (routingNumber && !ROUTING_NUMBER.test(routingNumber))
      return `${JSON.stringify(routingNumber)} is no routing number (RFC 4694)`
    return values.idOf({ operator, routingNumber: routingNumber || undefined })
  }
  return {
    /** @returns the route's id, or what is wrong with it */
    idOf(octets: Uint8Array, start: number, end: number, columns: number): number | string {
      if (last !== undefined && isSame(last.octets, octets, start, end)) return last.id
      let hash = 0
      for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + octets[at]!) | 0
      const known = byHash.get(hash)?.find((entry) => isSame(entry.octets, octets, start, end))
      last = known ?? { octets: Uint8Array.from(octets.subarray(start, end)), id: read(octets, start, end, columns) }
      // What was refused is not kept: there may be as many wrong fields as lines.
      if (known === undefined && typeof last.id === 'number') byHash.set(hash, [...(byHash.get(hash) ?? []), last])
      return last.id
    },
  }
}
