import { Button, Group, Loader, NativeSelect, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { type ReactNode, useState } from 'react'
import { type Port, type PortFilter, usePorts } from '../api/ports.ts'
import type { ListSearch } from '../router.tsx'
import { isStateName, STATE_NAMES, STATE_WORDS } from '../words.ts'
import { CsvExport } from './csv-export.tsx'
import { Pager } from './pager.tsx'
import classes from './parts.module.css'
import { Refused } from './refused.tsx'
import { nameAndCode } from './state-badge.tsx'
import { Table } from './table.tsx'
import { ZoneNote } from './timestamp.tsx'

export type Column = {
  readonly label: string
  readonly cell: (port: Port) => ReactNode
  /** The time that the list can be sorted by. */
  readonly sort?: 'created_at' | 'updated_at'
}

type Props = {
  readonly title: string
  readonly direction: 'in' | 'out'
  readonly empty: ReactNode
  readonly columns: readonly Column[]
  readonly search: ListSearch
  readonly onSearch: (search: ListSearch, how: 'as a step back' | 'in place') => void
}

const SEARCH_AFTER_MS = 250

/** A list of ports with its filters, its order and its page in the address. On a narrow screen a row becomes a card. */
export function PortList({ title, direction, empty, columns, search, onSearch }: Props) {
  const filter: PortFilter = { direction, ...search }
  const ports = usePorts(filter)
  const rows = ports.data?.items
  const isFiltered = search.state !== undefined || search.q !== undefined || search.cursor !== undefined
  return (
    <>
      <div className={classes.headingRow}>
        <h1>{title}</h1>
        <ZoneNote />
      </div>
      <Group align="end" gap="sm" mb="sm" justify="space-between">
        <Filters search={search} onSearch={onSearch} />
        <CsvExport filter={filter} />
      </Group>
      {ports.error && <Refused error={ports.error} what={title} again={() => ports.refetch()} />}
      {ports.isPending && <Loader aria-label={`Asking for ${title}`} my="md" />}
      {rows?.length === 0 && (
        <div className={classes.empty}>
          <Text>{isFiltered ? 'No port matches.' : empty}</Text>
          {isFiltered && (
            <Button variant="default" size="xs" onClick={() => onSearch({}, 'in place')}>
              Show all
            </Button>
          )}
        </div>
      )}
      {rows && rows.length > 0 && (
        <Table
          label={title}
          columns={columns.map((column) => ({ ...column, ...sortingOf(column, search, onSearch) }))}
          rows={rows}
          keyOf={({ msgidentifier }) => msgidentifier}
        />
      )}
      <Pager
        label="Pages of the list"
        cursor={search.cursor}
        next={ports.data?.next}
        onTurn={(cursor) => onSearch({ ...search, cursor }, 'as a step back')}
      />
    </>
  )
}

function Filters({ search, onSearch }: Pick<Props, 'search' | 'onSearch'>) {
  const [text, setText] = useState(search.q ?? '')
  const narrow = (more: ListSearch) => onSearch({ ...search, cursor: undefined, ...more }, 'in place')
  const find = useDebouncedCallback((q: string) => narrow({ q: q || undefined }), SEARCH_AFTER_MS)
  return (
    <Group align="end" gap="sm" component="search" className={classes.filters}>
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
        onChange={({ currentTarget: { value } }) => narrow({ state: isStateName(value) ? value : undefined })}
        data={[
          { value: '', label: 'All states' },
          ...STATE_NAMES.map((name) => ({ value: name, label: STATE_WORDS[name].label })),
        ]}
        title={search.state && nameAndCode(search.state)}
      />
    </Group>
  )
}

/** Without a choice the newest request stands first, as the document says. */
function sortingOf({ label, sort }: Column, search: ListSearch, onSearch: Props['onSearch']) {
  if (!sort) return {}
  const shown = search.sort ?? '-created_at'
  const order = shown === sort ? 'ascending' : shown === `-${sort}` ? 'descending' : 'none'
  const next = order === 'descending' ? sort : (`-${sort}` as const)
  return {
    order,
    heading: (
      <button
        type="button"
        className={classes.sort}
        onClick={() => onSearch({ ...search, sort: next, cursor: undefined }, 'in place')}
      >
        {label}
      </button>
    ),
  } as const
}
