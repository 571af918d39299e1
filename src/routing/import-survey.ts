import { createHash } from 'node:crypto'
import type { Market } from '../numbers/market.ts'
import { counted } from '../shared/count.ts'
import { Fault } from '../shared/fault.ts'
import { lineReader } from './import-lines.codec.ts'
import { type FormatName, IMPORT_FORMATS } from './import-record.codec.ts'

/** A file that can be read more than once: to count it, to import it, and to go on with it. */
export type ImportSource = () => AsyncIterable<Uint8Array>

/** What is known of a file before anything is written. */
export type Survey = {
  readonly octets: number
  readonly sha256: string
  /** Lines, without the header and empty ones. */
  readonly records: number
  /** The first line. */
  readonly header: string
}

/** Files with more records are imported only with their own count as confirmation. */
const CONFIRMED_FROM = 10_000

/** Reads a file once. Faults: import_unreadable when it is not of the format. */
export async function survey(source: ImportSource, format: FormatName, market: Market): Promise<Survey> {
  const { problemOf, hasHeader } = IMPORT_FORMATS[format]
  const hash = createHash('sha256')
  let octets = 0
  let lines = 0
  let header: string | undefined
  const reader = lineReader(({ text, number }) => {
    lines += 1
    if (header !== undefined) return
    const problem = problemOf(text, market)
    if (problem) throw new Fault('import_unreadable', `line ${number}: ${problem}`)
    header = text
  })
  for await (const chunk of source()) {
    hash.update(chunk)
    octets += chunk.length
    reader.push(chunk)
  }
  reader.end()
  if (header === undefined) throw new Fault('import_unreadable', 'the file is empty')
  return { octets, sha256: hash.digest('hex'), records: lines - (hasHeader ? 1 : 0), header }
}

/** Whoever changes much says how much. Faults: count_unconfirmed. */
export function assertConfirmed(records: number, confirmed: number | undefined): void {
  if (confirmed === records || (confirmed === undefined && records <= CONFIRMED_FROM)) return
  const said = confirmed === undefined ? 'which was not confirmed' : `and ${confirmed} was confirmed`
  throw new Fault(
    'count_unconfirmed',
    `the file has ${counted(records, 'record')}, ${said}: look at a dry run, then confirm ${records}`,
  )
}
