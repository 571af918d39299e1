import { type CsvRow, parseCsv } from '../../shared/csv.ts'
import { Fault } from '../../shared/fault.ts'

/** Rows of one request below its header; a longer file comes in parts. */
export const MOST_ROWS = 5_000

/** The header and the rows of a CSV that was sent; one that is too long is not read to its end. Faults: body_invalid, body_too_large. */
export function rowsOfCsv(text: string): { readonly header: readonly string[]; readonly rows: readonly CsvRow[] } {
  const read = parseCsv(text, MOST_ROWS + 2)
  if (read.kind === 'unreadable')
    throw new Fault('body_invalid', `the CSV cannot be read: line ${read.line}: ${read.reason}`)
  const [header, ...rows] = read.rows
  if (rows.length > MOST_ROWS)
    throw new Fault('body_too_large', `the CSV has more than ${MOST_ROWS} rows: send the rest in another request`)
  return { header: header?.cells ?? [], rows }
}
