/** A row of a CSV text, with the line on which it begins (the first is 1). */
export type CsvRow = { readonly line: number; readonly cells: readonly string[] }

export type CsvReading =
  | { readonly kind: 'rows'; readonly rows: readonly CsvRow[] }
  | { readonly kind: 'unreadable'; readonly line: number; readonly reason: string }

/**
 * Reads RFC 4180: commas, double quotes that may hold commas, line ends and doubled quotes; CRLF or LF; empty lines are skipped. A
 * semicolon separates instead where the first line has no comma, as spreadsheets of many countries write it.
 *
 * @param most - after so many rows the rest is left unread
 */
export function parseCsv(text: string, most = Number.POSITIVE_INFINITY): CsvReading {
  const source = text.replace(/^\ufeff/, '')
  const firstLine = source.slice(0, source.search(/\r?\n|$/))
  const separator = !firstLine.includes(',') && firstLine.includes(';') ? ';' : ','
  const rows: CsvRow[] = []
  let line = 1
  for (let at = 0; at < source.length && rows.length < most; ) {
    const begins = line
    const cells: string[] = []
    for (;;) {
      const cell = cellAt(source, at, separator)
      if (typeof cell === 'string') return { kind: 'unreadable', line, reason: cell }
      cells.push(cell.text)
      line += cell.lines
      at = cell.end
      if (source[at] !== separator) break
      at += 1
    }
    if (source[at] === '\r') at += 1
    if (source[at] === '\n') at += 1
    line += 1
    if (cells.length > 1 || cells[0]?.trim() !== '') rows.push({ line: begins, cells })
  }
  return { kind: 'rows', rows }
}

type Cell = { readonly text: string; readonly end: number; readonly lines: number }

/** The cell that begins at a place, or what is wrong with it. */
function cellAt(source: string, at: number, separator: string): Cell | string {
  if (source[at] !== '"') {
    let end = at
    while (end < source.length && source[end] !== separator && source[end] !== '\n' && source[end] !== '\r') end += 1
    return { text: source.slice(at, end).trim(), end, lines: 0 }
  }
  let text = ''
  let lines = 0
  for (let end = at + 1; end < source.length; end += 1) {
    const character = source[end]
    if (character === '\n') lines += 1
    if (character !== '"') text += character
    else if (source[end + 1] === '"') {
      text += '"'
      end += 1
    } else {
      const after = source[end + 1]
      const isOver = after === undefined || after === separator || after === '\n' || after === '\r'
      return isOver ? { text, end: end + 1, lines } : 'text after the closing quote'
    }
  }
  return 'a quote is never closed'
}

/** What a spreadsheet takes for the beginning of a formula: also in the full width of East Asian keyboards, and after a line end. */
export const FORMULA = /^[=@\uff1d\uff20\uff0b\uff0d\t\r\n]|^[+-](?![0-9.]*$)/

/** A cell as it may stand in a row. One that a spreadsheet would take for a formula is made text by an apostrophe. */
function csvCell(value: string | number | null): string {
  if (value === null) return ''
  const text = String(value)
  const safe = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function csvText(header: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  return [header, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}
