import { type E164, parseE164 } from '../numbers/e164.ts'
import { blockOf, type Market, typeOf } from '../numbers/market.ts'
import { LINE_OCTETS_MAX, type Line } from './import-lines.codec.ts'
import { type ImportFormat, type Target, targetOf } from './import-record.codec.ts'
import { seenNumbers } from './import-seen.ts'

/** A line that may be imported. */
export type ImportRow = {
  readonly number: E164
  /** The number without plus: a number, because ten million of them are compared and sorted. */
  readonly digits: number
  readonly line: Line
  readonly target: Target
  /** The number stood on an earlier line of the file. Of several lines the last holds. */
  readonly isRepeated: boolean
}

export type Refusal = { readonly line: number; readonly content: string; readonly reason: string }

/** The DNS holds 65,536 distinct routes, of all sources. */
const ROUTES_MAX = 10_000
const CONTENT_MAX = 200

/** Checks the lines of one file, from its first record on and in order. */
export function lineChecker(format: ImportFormat, market: Market, header: string): (line: Line) => ImportRow | Refusal {
  const read = format.reader(market, header)
  const seen = seenNumbers()
  const routes = new Set<string>()
  const isOneTooMany = (key: string): boolean => {
    if (routes.size < ROUTES_MAX) routes.add(key)
    return routes.size === ROUTES_MAX && !routes.has(key)
  }
  return (line) => {
    if (line.isCut) return refusalOf(line, `the line is longer than ${LINE_OCTETS_MAX} octets`)
    const record = read(line)
    if (typeof record === 'string') return refusalOf(line, record)
    const number = parseE164(`+${record.digits}`)
    const numberType = number && typeOf(market, number)
    if (!numberType) return refusalOf(line, `the number is no number of ${market.title}`)
    if (isOneTooMany(record.wanted.key)) return refusalOf(line, `the file has more than ${ROUTES_MAX} distinct routes`)
    const target = targetOf(record.wanted, numberType, () => blockOf(market, number)?.holder)
    const digits = Number(record.digits)
    return { number, digits, line, target, isRepeated: seen.add(digits) }
  }
}

export function refusalOf({ number, text }: Line, reason: string): Refusal {
  const content = Buffer.from(text.slice(0, CONTENT_MAX), 'latin1').toString('utf8')
  // A file may hold anything, and a text column takes no NUL.
  return { line: number, content: content.replaceAll(/\p{Cc}/gu, '\ufffd'), reason }
}
