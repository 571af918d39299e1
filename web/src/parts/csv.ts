import { FORMULA } from '../api/tables.gen.ts'

/**
 * CSV as RFC 4180 writes it. A cell that a spreadsheet would run as a formula gets an apostrophe, but for numbers of
 * people: `+15550100` stays as it is.
 */
export function csvOf(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [header, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')
}

function cellOf(value: string | number): string {
  const text = String(value)
  const safe = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
