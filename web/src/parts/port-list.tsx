// biome-ignore-all lint/a11y/noRedundantRoles: a browser forgets what a table is when its layout is no longer one
import { Button, Group, Loader, NativeSelect, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { PAGE_SIZE } from '../api/ports.ts'
import type { ListSearch } from '../router.tsx'
import { isStateName, STATE_NAMES, STATE_WORDS } from '../words.ts'
import classes from './parts.module.css'
import { Refused } from './refused.tsx'
import { nameAndCode } from './state-badge.tsx'
import { ZoneNote } from './timestamp.tsx'

export type Column<Row> = { readonly label: string; readonly cell: (row: Row) => ReactNode }

type Props<Row> = {
  readonly title: string
  readonly empty: string
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  readonly ports: UseQueryResult<readonly Row[]>
  readonly search: ListSearch
  readonly onSearch: (search: ListSearch) => void
}

const SEARCH_AFTER_MS = 250

/** A list of ports with its filters in the address. On a narrow screen a row becomes a card. */
export function PortList<Row>({ title, empty, columns, keyOf, ports, search, onSearch }: Props<Row>) {
  const rows = ports.data
  const page = search.page ?? 1
  const isFiltered = search.state !== undefined || search.q !== undefined
  return (
    <>
      <div className={classes.headingRow}>
        <h1>{title}</h1>
        <ZoneNote />
      </div>
      <Filters search={search} onSearch={onSearch} />
      {ports.error && <Refused error={ports.error} what={title} again={() => ports.refetch()} />}
      {ports.isPending && <Loader aria-label={`Asking for ${title}`} my="md" />}
      {rows?.length === 0 && (
        <div className={classes.empty}>
          <Text>{isFiltered || page > 1 ? 'No port matches.' : empty}</Text>
          {(isFiltered || page > 1) && (
            <Button variant="default" size="xs" onClick={() => onSearch({})}>
              Show all
            </Button>
          )}
        </div>
      )}
      {rows && rows.length > 0 && <Rows title={title} columns={columns} rows={rows} keyOf={keyOf} />}
      {rows && (rows.length === PAGE_SIZE || page > 1) && (
        <Group justify="space-between" mt="sm" component="nav" aria-label="Pages of the list">
          <Button
            variant="default"
            size="xs"
            disabled={page === 1}
            onClick={() => onSearch({ ...search, page: page - 1 })}
          >
            Newer
          </Button>
          <Text size="sm">Page {page}</Text>
          <Button
            variant="default"
            size="xs"
            disabled={rows.length < PAGE_SIZE}
            onClick={() => onSearch({ ...search, page: page + 1 })}
          >
            Older
          </Button>
        </Group>
      )}
    </>
  )
}

function Filters({
  search,
  onSearch,
}: {
  readonly search: ListSearch
  readonly onSearch: (search: ListSearch) => void
}) {
  const [text, setText] = useState(search.q ?? '')
  const find = useDebouncedCallback(
    (q: string) => onSearch({ ...search, q: q || undefined, page: undefined }),
    SEARCH_AFTER_MS,
  )
  return (
    <Group align="end" gap="sm" mb="sm" component="search">
      <TextInput
        label="Find"
        placeholder="Number, Port ID or operator"
        type="search"
        value={text}
        onChange={({ currentTarget: { value } }) => {
          setText(value)
          find(value.trim())
        }}
        className={classes.find}
      />
      <NativeSelect
        label="Show state"
        value={search.state ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onSearch({ ...search, state: isStateName(value) ? value : undefined, page: undefined })
        }
        data={[
          { value: '', label: 'All states' },
          ...STATE_NAMES.map((name) => ({ value: name, label: STATE_WORDS[name].label })),
        ]}
        title={search.state && nameAndCode(search.state)}
      />
    </Group>
  )
}

type RowsProps<Row> = Pick<Props<Row>, 'title' | 'columns' | 'keyOf'> & { readonly rows: readonly Row[] }

/** On a narrow screen each row is a card, laid out by style alone. */
function Rows<Row>({ title, columns, rows, keyOf }: RowsProps<Row>) {
  return (
    <div className={classes.tableBox}>
      <table className={classes.table} role="table" aria-label={title}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ label }) => (
              <th key={label} role="columnheader" scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row" data-key={keyOf(row)}>
              {columns.map(({ label, cell }) => (
                <td key={label} role="cell" data-label={label}>
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
