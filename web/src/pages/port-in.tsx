import { Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMarket } from '../api/market.ts'
import { type PortIn, usePortIn, usePortIns } from '../api/ports.ts'
import { REJECT_CODES } from '../api/tables.gen.ts'
import { EventHistory } from '../parts/event-history.tsx'
import { numberText } from '../parts/number.ts'
import classes from '../parts/parts.module.css'
import { PortInActions } from '../parts/port-in-actions.tsx'
import { type Column, PortList } from '../parts/port-list.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { Timestamp } from '../parts/timestamp.tsx'
import type { ListSearch } from '../router.tsx'
import { NUMBER_TYPE_LABELS } from '../words.ts'

const route = getRouteApi('/port-in')

/** porting-manager.md, "Port IN Dashboard": its ten columns in its order. */
export function PortInPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const market = useMarket()
  const ports = usePortIns(search)
  const show = (next: ListSearch, how: 'as a step back' | 'in place') =>
    navigate({ to: '.', search: next, replace: how === 'in place' })

  // biome-ignore format: a table
  const columns: readonly Column<PortIn>[] = [
    { label: 'ID',           cell: (port) => port.port_in_id },
    { label: 'Port ID',      cell: (port) => <PortId port={port} /> },
    { label: 'State',        cell: (port) => <State port={port} /> },
    { label: 'Requested',    cell: (port) => <Timestamp at={port.submission_timestamp} /> },
    { label: 'Updated',      cell: (port) => <Timestamp at={port.update_timestamp} /> },
    { label: 'Operator',     cell: (port) => port.donornetworkoperator },
    { label: 'Target',       cell: (port) => <span className={classes.number}>{numberText(port.contacttelephonenumber ?? '', market)}</span> },
    { label: 'Type',         cell: (port) => NUMBER_TYPE_LABELS[port.Type_of_Numbers] },
    { label: 'Service Type', cell: (port) => <EventHistoryButton msgidentifier={port.msgidentifier} onOpen={() => show({ ...search, events: port.msgidentifier }, 'as a step back')} /> },
    { label: 'Actions',      cell: (port) => <PortInActions port={port} /> },
  ]
  return (
    <>
      <PortList
        title="Port IN"
        empty="No port-in request yet. Porting Request submits the first."
        columns={columns}
        keyOf={(port) => port.msgidentifier}
        ports={ports}
        search={search}
        onSearch={(next) => show(next, 'in place')}
      />
      {search.events !== undefined && (
        <PortInEvents
          msgidentifier={search.events}
          onClose={() => show({ ...search, events: undefined }, 'in place')}
        />
      )}
    </>
  )
}

/** The original of a resubmission in green (contract 3.1.5), and what replaced a record (contract O-31). */
function PortId({ port }: { readonly port: PortIn }) {
  return (
    <>
      <Link to="/port-in/$msgidentifier" params={{ msgidentifier: port.msgidentifier }} className={classes.code}>
        {port.msgidentifier}
      </Link>
      {port.original_porting_request && (
        <span className={classes.original} title="This record resubmits that request">
          {port.original_porting_request}
        </span>
      )}
      {port.superseded_by && (
        <span className={classes.superseded}>
          superseded by{' '}
          <Link to="/port-in/$msgidentifier" params={{ msgidentifier: port.superseded_by }} className={classes.code}>
            {port.superseded_by}
          </Link>
        </span>
      )}
    </>
  )
}

function State({ port }: { readonly port: PortIn }) {
  return (
    <>
      <StateBadge name={port.PortingStateString} withMeaning="with meaning" />
      {port.failure_reason !== null && <span className={classes.reason}>{rejectionText(port.failure_reason)}</span>}
    </>
  )
}

/** `35 Incorrect Account Type`; a code outside the catalogue counts as unknown (contract O-29). */
export function rejectionText(code: number): string {
  return `${code} ${REJECT_CODES[code] ?? REJECT_CODES[0]}`
}

function EventHistoryButton({
  msgidentifier,
  onOpen,
}: {
  readonly msgidentifier: string
  readonly onOpen: () => void
}) {
  return (
    <Button size="compact-sm" variant="default" aria-label={`Event History of ${msgidentifier}`} onClick={onOpen}>
      Event History
    </Button>
  )
}

function PortInEvents({ msgidentifier, onClose }: { readonly msgidentifier: string; readonly onClose: () => void }) {
  const port = usePortIn(msgidentifier)
  return (
    <EventHistory
      title="Event History"
      msgidentifier={port.data?.msgidentifier ?? msgidentifier}
      events={port.data?.events.map((event) => ({ ...event, id: event.porting_in_event_id }))}
      record={port.data}
      error={port.error}
      onClose={onClose}
    />
  )
}
