import { getRouteApi } from '@tanstack/react-router'
import { useMarket } from '../api/market.ts'
import { type Port, usePortOutRecord } from '../api/ports.ts'
import { DeadlineNote } from '../parts/deadline-note.tsx'
import { EventHistory, EventsButton } from '../parts/event-history.tsx'
import { FailedSteps } from '../parts/failed-steps.tsx'
import { HeldNote } from '../parts/held-note.tsx'
import { rangeText, sizeText } from '../parts/number.ts'
import classes from '../parts/parts.module.css'
import { PortLink } from '../parts/port-link.tsx'
import { type Column, PortList } from '../parts/port-list.tsx'
import { PortOutActions } from '../parts/port-out-actions.tsx'
import { rejectionText } from '../parts/rejection.ts'
import { StateBadge } from '../parts/state-badge.tsx'
import { Timestamp } from '../parts/timestamp.tsx'
import type { ListSearch } from '../router.tsx'
import { NUMBER_TYPE_LABELS, PORT_OUT_WORDS } from '../words.ts'

const route = getRouteApi('/port-out')

/** porting-manager.md, "Port OUT Dashboard": its nine columns in its order. */
export function PortOutPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const show = (next: ListSearch, how: 'as a step back' | 'in place') =>
    void navigate({ to: '.', search: next, replace: how === 'in place' })

  // biome-ignore format: a table
  const columns: readonly Column[] = [
    { label: 'ID',           cell: (port) => port.number },
    { label: 'Port ID',      cell: (port) => <PortLink direction="out" msgidentifier={port.msgidentifier} /> },
    { label: 'State',        cell: (port) => <State port={port} /> },
    { label: 'Requested',    cell: (port) => <Timestamp at={port.created_at} />, sort: 'created_at' },
    { label: 'Updated',      cell: (port) => <Timestamp at={port.updated_at} />, sort: 'updated_at' },
    { label: 'Operator',     cell: (port) => port.counterparty },
    { label: 'Targets',      cell: (port) => <Targets port={port} /> },
    { label: 'Service Type', cell: (port) => <EventsButton label="Event Log" msgidentifier={port.msgidentifier} onOpen={() => show({ ...search, events: port.msgidentifier }, 'as a step back')} /> },
    { label: 'Actions',      cell: (port) => <PortOutActions port={port} /> },
  ]
  return (
    <>
      <PortList
        title="Port OUT"
        direction="out"
        empty="No other operator has asked for a number of ours yet."
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

function State({ port }: { readonly port: Port }) {
  return (
    <>
      <StateBadge name={port.state} words={PORT_OUT_WORDS} withMeaning="with meaning" />
      <HeldNote port={port} />
      <FailedSteps port={port} />
      {port.failure_reason !== null && <span className={classes.reason}>{rejectionText(port.failure_reason)}</span>}
      <DeadlineNote port={port} />
    </>
  )
}

function Targets({ port }: { readonly port: Port }) {
  const market = useMarket()
  return (
    <>
      <span className={classes.number}>{rangeText(port, market)}</span>
      <span className={classes.meaning}>
        {sizeText(port)}, {NUMBER_TYPE_LABELS[port.number_type]}
      </span>
    </>
  )
}

function Events({ msgidentifier, onClose }: { readonly msgidentifier: string; readonly onClose: () => void }) {
  const port = usePortOutRecord(msgidentifier)
  return (
    <EventHistory
      title="Event Log"
      msgidentifier={msgidentifier}
      events={port.data?.events.map((event) => ({ ...event, id: event.porting_out_event_id }))}
      record={port.data}
      error={port.error}
      onClose={onClose}
    />
  )
}
