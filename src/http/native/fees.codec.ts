import { type Market, parseNumber } from '../../numbers/market.ts'
import type { FeeLine, FeeOutcome, KeptFeeLine } from '../../porting/fees.ts'
import { Fault } from '../../shared/fault.ts'
import { microsText, parseMicros } from '../../shared/money.ts'
import { rowsOfCsv } from './csv.codec.ts'
import { problemOf } from './faults.ts'
import { dayOf } from './time.codec.ts'

/** The columns of an invoice, and other names that they go by. */
// biome-ignore format: a table
export const FEE_COLUMNS = {
  line:          ['position', 'item'],
  msgidentifier: ['port', 'reference', 'porting_id'],
  number:        ['msisdn', 'telephonenumber'],
  kind:          ['type', 'service', 'description'],
  date:          ['service_date', 'day'],
  amount:        ['net', 'price'],
} as const satisfies Record<string, readonly string[]>
type Column = keyof typeof FEE_COLUMNS
type Words = Readonly<Partial<Record<Column, string>>>

/** Records of a CSV with a header; a record without a number of its own is counted from `firstLine`. Faults: body_invalid, body_too_large. */
export function feeLinesOf(
  text: string,
  { market, firstLine }: { readonly market: Market; readonly firstLine: number },
): { readonly line: number; readonly said: FeeLine | Fault }[] {
  const { header, rows } = rowsOfCsv(text)
  const names = header.map(columnOf)
  const missing = (['kind', 'amount'] as const).filter((name) => !names.includes(name))
  if (missing.length > 0 || !(names.includes('msgidentifier') || names.includes('number'))) {
    const needed = 'kind, amount and one of msgidentifier and number'
    throw new Fault(
      'body_invalid',
      `the first line of the CSV must name the columns ${needed}; it may name line and date`,
    )
  }
  return rows.map(({ cells }, index) => {
    const words: Words = Object.fromEntries(cells.flatMap((cell, at) => (names[at] ? [[names[at], cell.trim()]] : [])))
    const line = /^[1-9][0-9]{0,8}$/.test(words.line ?? '') ? Number(words.line) : firstLine + index
    return { line, said: lineOf(words, line, market) }
  })
}

function columnOf(cell: string): Column | undefined {
  const word = cell.trim().toLowerCase()
  const names = Object.keys(FEE_COLUMNS) as Column[] // the keys of the table; Object.keys only forgets their type
  return names.find((name) => name === word || (FEE_COLUMNS[name] as readonly string[]).includes(word))
}

function lineOf(words: Words, line: number, market: Market): FeeLine | Fault {
  const refuse = (detail: string, field: Column) => new Fault('field_invalid', detail, field)
  if (words.line && Number(words.line) !== line) return refuse('line must be a whole number from 1', 'line')
  const amountMicros = parseMicros(words.amount ?? '')
  if (amountMicros === undefined)
    return refuse('amount must be a decimal with a point and no separators, such as 12.50 or -3', 'amount')
  if (!words.kind) return new Fault('field_missing', 'kind is missing: what is charged', 'kind')
  const number = words.number ? parseNumber(market, words.number) : null
  if (number === undefined) return refuse(`number must be a number of ${market.title}`, 'number')
  const msgidentifier = words.msgidentifier || null
  if (msgidentifier === null && number === null)
    return new Fault('field_missing', 'a line needs a msgidentifier or a number', 'msgidentifier')
  const at = words.date ? dayOf(words.date) : null
  if (at === undefined) return refuse('date must be a day, as 2025-01-15', 'date')
  return { line, msgidentifier, number, kind: words.kind.slice(0, 200), at, amountMicros }
}

export function feeLineView(line: KeptFeeLine) {
  return {
    invoice: line.invoice,
    line: line.line,
    verdict: line.verdict,
    reason: line.reason,
    port: line.port,
    link: line.port === null ? null : `/v1/ports/${encodeURIComponent(line.port)}`,
    msgidentifier: line.msgidentifier,
    number: line.number,
    kind: line.kind,
    date: line.at?.toString() ?? null,
    amount: microsText(line.amountMicros),
  }
}

export function outcomeView(line: number, outcome: FeeOutcome | undefined) {
  if (outcome === undefined || outcome instanceof Fault) {
    const problem = outcome ? problemOf(outcome) : null
    return { line, verdict: 'refused' as const, is_repeated: false, port: null, reason: null, problem }
  }
  const { verdict, port, reason } = outcome.line
  return { line, verdict, is_repeated: outcome.isRepeated, port, reason, problem: null }
}
