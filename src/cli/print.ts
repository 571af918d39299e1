import type { Answer } from './api.ts'

/** Prints an answer whole as JSON. */
export function printJson(answer: unknown): void {
  // JSON escapes the control characters of ASCII, and a terminal obeys others as well
  const text = JSON.stringify(answer, null, 2).replace(
    /[\x7f-\x9f]/g,
    (one) => `\\u00${one.charCodeAt(0).toString(16)}`,
  )
  process.stdout.write(`${text}\n`)
}

/** Prints the named fields of some rows as a table; a row's field may be a path: `deadline.due_at`. */
export function printTable(
  rows: readonly Answer[],
  columns: readonly (readonly [title: string, field: string])[],
): void {
  const cells = rows.map((row) => columns.map(([, field]) => textOf(fieldOf(row, field))))
  const widths = columns.map(([title], index) => Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)))
  const line = (texts: readonly string[]) =>
    texts
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd()
  const lines = [line(columns.map(([title]) => title)), ...cells.map(line)]
  process.stdout.write(`${rows.length === 0 ? 'nothing' : lines.join('\n')}\n`)
}

/** Prints the fields of one thing under each other. */
export function printFields(answer: Answer): void {
  const rows = Object.entries(answer).filter(([, value]) => typeof value !== 'object' || value === null)
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  for (const [name, value] of rows) process.stdout.write(`${name.padEnd(width)}  ${textOf(value)}\n`)
}

export function printLine(text: string): void {
  process.stdout.write(`${harmless(text)}\n`)
}

/** Text without what a terminal obeys, but for line ends: others wrote it. */
export function harmless(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, '\ufffd')
}

/** The rows of a list in an answer. */
export function rowsOf(answer: Answer, field = 'items'): Answer[] {
  const list = answer[field]
  return Array.isArray(list) ? list.filter((row): row is Answer => typeof row === 'object' && row !== null) : []
}

function fieldOf(row: Answer, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined
  }, row)
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '-'
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  // a terminal obeys such characters, and others wrote them
  return text.replace(/\p{Cc}/gu, '\ufffd')
}
