import { getRouteApi } from '@tanstack/react-router'
import { useMarket } from '../api/market.ts'
import { type Port, usePortInRecord } from '../api/ports.ts'
import { DeadlineNote } from '../parts/deadline-note.tsx'
import { EventHistory, EventsButton } from '../parts/event-history.tsx'
import { FailedSteps } from '../parts/failed-steps.tsx'
import { numberText, rangeText, sizeText } from '../parts/number.ts'
import classes from '../parts/parts.module.css'
import { PortInActions } from '../parts/port-in-actions.tsx'
import { PortLink } from '../parts/port-link.tsx'
import { type Column, PortList } from '../parts/port-list.tsx'
import { rejectionText } from '../parts/rejection.ts'
import { StateBadge } from '../parts/state-badge.tsx'
import { Timestamp } from '../parts/timestamp.tsx'
import type { ListSearch } from '../router.tsx'
import { NUMBER_TYPE_LABELS } from '../words.ts'

const route = getRouteApi('/port-in')

/** porting-manager.md, "Port IN Dashboard": its ten columns in its order. */
export function PortInPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const show = (next: ListSearch, how: 'as a step back' | 'in place') =>
    void navigate({ to: '.', search: next, replace: how === 'in place' })

  // biome-ignore format: a table
  const columns: readonly Column[] = [
    { label: 'ID',           cell: (port) => port.number },
    { label: 'Port ID',      cell: (port) => <PortId port={port} /> },
    { label: 'State',        cell: (port) => <State port={port} /> },
    { label: 'Requested',    cell: (port) => <Timestamp at={port.created_at} />, sort: 'created_at' },
    { label: 'Updated',      cell: (port) => <Timestamp at={port.updated_at} />, sort: 'updated_at' },
    { label: 'Operator',     cell: (port) => port.counterparty },
    { label: 'Target',       cell: (port) => <Target port={port} /> },
    { label: 'Type',         cell: (port) => NUMBER_TYPE_LABELS[port.number_type] },
    { label: 'Service Type', cell: (port) => <EventsButton label="Event History" msgidentifier={port.msgidentifier} onOpen={() => show({ ...search, events: port.msgidentifier }, 'as a step back')} /> },
    { label: 'Actions',      cell: (port) => <PortInActions port={port} /> },
  ]
  return (
    <>
      <PortList
        title="Port IN"
        direction="in"
        empty="No port-in request yet. Porting Request submits the first."
        columns={columns}
        search={search}
        onSearch={show}
      />
      {search.events !== undefined && (
        <Events msgidentifier={search.events} onClose={() => show({ ...search, events: undefined }, 'in place')} />
      )}
    </>
  )
}

/** The original of a resubmission in green (contract 3.1.5), and what replaced a record (contract O-31). */
function PortId({ port }: { readonly port: Port }) {
  return (
    <>
      <PortLink direction="in" msgidentifier={port.msgidentifier} />
      {port.original_msgidentifier && (
        <span className={classes.original} title="This record resubmits that request">
          {port.original_msgidentifier}
        </span>
      )}
      {port.superseded_by && (
        <span className={classes.superseded}>
          superseded by <PortLink direction="in" msgidentifier={port.superseded_by} />
        </span>
      )}
    </>
  )
}

function State({ port }: { readonly port: Port }) {
  return (
    <>
      <StateBadge name={port.state} withMeaning="with meaning" />
      {port.failure_reason !== null && <span className={classes.reason}>{rejectionText(port.failure_reason)}</span>}
      <FailedSteps port={port} />
      <DeadlineNote port={port} />
    </>
  )
}

/** The contact number as it was given: with the country code, or as local digits, which are as many as the range's; and the numbers where they are others. */
function Target({ port }: { readonly port: Port }) {
  const market = useMarket()
  const contact = port.contact_number ?? ''
  const isLocal = contact.length <= port.first_number.length - 1 - market.country_code.length
  const target = numberText(isLocal ? market.country_code + contact : contact, market)
  const numbers = rangeText(port, market)
  return (
    <>
      <span className={classes.number}>{target}</span>
      {numbers !== target && (
        <span className={classes.by}>
          {numbers}, {sizeText(port)}
        </span>
      )}
    </>
  )
}

function Events({ msgidentifier, onClose }: { readonly msgidentifier: string; readonly onClose: () => void }) {
  const port = usePortInRecord(msgidentifier)
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
