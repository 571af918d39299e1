import { Button } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useMarket } from '../api/market.ts'
import { type PortOut, usePortOut, usePortOuts } from '../api/port-outs.ts'
import { EventHistory } from '../parts/event-history.tsx'
import { rangeText } from '../parts/number.ts'
import classes from '../parts/parts.module.css'
import { type Column, PortList } from '../parts/port-list.tsx'
import { PortOutActions } from '../parts/port-out-actions.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { Timestamp } from '../parts/timestamp.tsx'
import type { ListSearch } from '../router.tsx'
import { NUMBER_TYPE_LABELS, PORT_OUT_WORDS } from '../words.ts'

const route = getRouteApi('/port-out')

/** porting-manager.md, "Port OUT Dashboard": its nine columns in its order. */
export function PortOutPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const ports = usePortOuts(search)
  const show = (next: ListSearch, how: 'as a step back' | 'in place') =>
    navigate({ to: '.', search: next, replace: how === 'in place' })

  // biome-ignore format: a table
  const columns: readonly Column<PortOut>[] = [
    { label: 'ID',           cell: (port) => port.port_out_id },
    { label: 'Port ID',      cell: (port) => <span className={classes.code}>{port.msgidentifier}</span> },
    { label: 'State',        cell: (port) => <StateBadge name={port.PortingStateString} words={PORT_OUT_WORDS} withMeaning="with meaning" /> },
    { label: 'Requested',    cell: (port) => <Timestamp at={port.submission_timestamp} /> },
    { label: 'Updated',      cell: (port) => <Timestamp at={port.update_timestamp} /> },
    { label: 'Operator',     cell: (port) => port.recipientnetworkoperator },
    { label: 'Targets',      cell: (port) => <Targets port={port} /> },
    { label: 'Service Type', cell: (port) => <EventLogButton msgidentifier={port.msgidentifier} onOpen={() => show({ ...search, events: port.msgidentifier }, 'as a step back')} /> },
    { label: 'Actions',      cell: (port) => <PortOutActions port={port} /> },
  ]
  return (
    <>
      <PortList
        title="Port OUT"
        empty="No other operator has asked for a number of ours yet."
        columns={columns}
        keyOf={(port) => port.msgidentifier}
        ports={ports}
        search={search}
        onSearch={(next) => show(next, 'in place')}
      />
      {search.events !== undefined && (
        <PortOutEvents
          msgidentifier={search.events}
          onClose={() => show({ ...search, events: undefined }, 'in place')}
        />
      )}
    </>
  )
}

function Targets({ port }: { readonly port: PortOut }) {
  const market = useMarket()
  return (
    <>
      {port.phone_number_ranges.map((range) => (
        <div key={range.telephonenumberseriestart} className={classes.number}>
          {rangeText(range, market)}
        </div>
      ))}
      <span className={classes.meaning}>{NUMBER_TYPE_LABELS[port.Type_of_Numbers]}</span>
    </>
  )
}

function EventLogButton({ msgidentifier, onOpen }: { readonly msgidentifier: string; readonly onOpen: () => void }) {
  return (
    <Button size="compact-sm" variant="default" aria-label={`Event Log of ${msgidentifier}`} onClick={onOpen}>
      Event Log
    </Button>
  )
}

function PortOutEvents({ msgidentifier, onClose }: { readonly msgidentifier: string; readonly onClose: () => void }) {
  const port = usePortOut(msgidentifier)
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
