import { counted } from '../shared/count.ts'
import type { ImportReport } from './import.ts'
import { OUTCOMES, totalOf } from './import-batch.ts'
import type { Route } from './route.ts'

/** An import, or what one would do, for people. */
export function reportText(report: ImportReport): string {
  const { id, isResumed, records, accepted, refused, repeated, counts, examples } = report
  const title =
    id === undefined
      ? `Dry run: nothing is changed. To import it: --confirm ${records}`
      : `Import ${id}${isResumed ? ', gone on with from where it stopped' : ''}`
  const rows = Object.entries({ ...counts, total: totalOf(counts) }).map(([operator, count]) => [
    operator,
    ...OUTCOMES.map((outcome) => String(count[outcome])),
  ])
  const shown = examples.map(
    ({ number, outcome, before, after }) => `  ${outcome}: ${number} ${routeText(before)} -> ${routeText(after)}`,
  )
  return [
    title,
    `${counted(records, 'record')}: ${accepted} accepted, ${refused} refused, ${repeated} repeated`,
    ...aligned([['operator', ...OUTCOMES], ...rows]),
    ...shown,
    '',
  ].join('\n')
}

function routeText(route: Route | undefined): string {
  return route ? `${route.operator} (${route.routingNumber})` : 'its block'
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
