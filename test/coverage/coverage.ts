import { OPEN } from './open.ts'
import { GROUPS, ROWS, type Row } from './rows.ts'
import type { NamedTest } from './test-names.ts'

/**
 * The rows that a test shows, as its name says them: at its end in square brackets, `... [endpoint 5 409, state 98]`; those of
 * the form O-31 and I7 wherever they stand.
 */
export function rowsIn(name: string): string[] {
  const [, listed] = /\[([^\]]+)\]$/.exec(name) ?? []
  const words = [...name.matchAll(/\bO-\d\d\b|\bI\d{1,2}\b/g)].map(([word]) => word)
  return [...new Set([...words, ...(listed?.split(', ') ?? [])])]
}

export type Coverage = {
  readonly shown: ReadonlyMap<string, readonly NamedTest[]>
  /** Rows that neither a test shows nor the open list has. */
  readonly missing: readonly string[]
  /** Rows of the open list that a test shows by now. */
  readonly paid: readonly string[]
  /** `file: row` of a name that says a row that is none. */
  readonly unknown: readonly string[]
}

export function coverageOf(tests: readonly NamedTest[]): Coverage {
  const said = tests.flatMap((test) => rowsIn(test.name).map((row) => ({ row, test })))
  const shown = Map.groupBy(said, ({ row }) => row)
  return {
    shown: new Map([...shown].map(([row, all]) => [row, all.map(({ test }) => test)])),
    missing: [...ROWS.keys()].filter((id) => !shown.has(id) && reasonOpen(id) === undefined),
    paid: [...ROWS.keys()].filter((id) => shown.has(id) && reasonOpen(id) !== undefined),
    unknown: said.filter(({ row }) => !ROWS.has(row)).map(({ row, test }) => `${test.file}: ${row}`),
  }
}

/** Why a row has no test yet. An entry is a row, or all rows that begin with it and a space: `endpoint 8`. */
function reasonOpen(id: string): string | undefined {
  return OPEN.find(([, entries]) => entries.some((entry) => isOf(entry, id)))?.[0]
}

const isOf = (entry: string, id: string) => id === entry || id.startsWith(`${entry} `)

/** Entries of the open list that stand for no row. */
export function openInVain(): string[] {
  return OPEN.flatMap(([, entries]) => entries).filter((entry) => ![...ROWS.keys()].some((id) => isOf(entry, id)))
}

/** docs/coverage.md, but for its title. */
export function coverageText(tests: readonly NamedTest[]): string {
  const { shown } = coverageOf(tests)
  const isOpen = ({ id }: Row) => !shown.has(id)
  const parts = GROUPS.map(({ title, rows }) => {
    const count = `${rows.filter((row) => !isOpen(row)).length} of ${rows.length}`
    const lines = rows.map((row) => `| ${row.id} | ${row.title} | ${cellOf(row, shown.get(row.id))} |`)
    return [`## ${title} (${count})`, '', '| row | what it says | shown by |', '| --- | --- | --- |', ...lines].join(
      '\n',
    )
  })
  return parts.join('\n\n')
}

function cellOf({ id }: Row, tests: readonly NamedTest[] | undefined): string {
  if (!tests) return `*open: ${reasonOpen(id) ?? 'nobody has said why'}*`
  const byFile = Map.groupBy(tests, ({ file }) => file)
  return [...byFile].map(([file, all]) => `${file}: ${namesOf(all)}`).join('<br>')
}

/** Of a table of tests that all show the same row, the first are enough to find it. */
const SHOWN_OF_A_FILE = 3

function namesOf(tests: readonly NamedTest[]): string {
  const names = tests.slice(0, SHOWN_OF_A_FILE).map(({ name }) => plain(name))
  const more = tests.length - names.length
  return `${names.join('; ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** A name as a cell of a table shows it: without its rows, and with nothing that Markdown would take for its own. */
function plain(name: string): string {
  return name.replace(/ \[[^\]]+\]$/, '').replace(/[\\|<>*_`[\]]/g, '\\$&')
}
