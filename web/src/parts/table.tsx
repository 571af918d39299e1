// biome-ignore-all lint/a11y/noRedundantRoles: a browser forgets what a table is when its layout is no longer one
import type { ReactNode } from 'react'
import classes from './parts.module.css'

export type TableColumn<Row> = {
  readonly label: string
  readonly cell: (row: Row) => ReactNode
  /** In place of the label, where it can be pressed. */
  readonly heading?: ReactNode
  readonly order?: 'ascending' | 'descending' | 'none'
}

type Props<Row> = {
  readonly label: string
  readonly columns: readonly TableColumn<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
}

/** Rows under headings. On a narrow screen a row becomes a card that names each of its cells. */
export function Table<Row>({ label, columns, rows, keyOf }: Props<Row>) {
  return (
    <div className={classes.tableBox}>
      <table className={classes.table} role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th key={column.label} role="columnheader" scope="col" aria-sort={column.order}>
                {column.heading ?? column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row" data-key={keyOf(row)}>
              {columns.map(({ label: name, cell }) => (
                <td key={name} role="cell" data-label={name}>
                  <div>{cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
