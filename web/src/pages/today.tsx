import { Group, Loader, Stack, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type OpenAlert, useAlerts } from '../api/alerts.ts'
import type { Answer } from '../api/client.ts'
import { type Endangered, type Port, useEndangered, useQueues } from '../api/ports.ts'
import { counted } from '../parts/count.ts'
import { DeadlineNote } from '../parts/deadline-note.tsx'
import { FailedSteps } from '../parts/failed-steps.tsx'
import { HeldNote } from '../parts/held-note.tsx'
import { NearLimit } from '../parts/near-limit.tsx'
import { isUnseen, OpenAlerts } from '../parts/open-alerts.tsx'
import classes from '../parts/parts.module.css'
import { PortInActions } from '../parts/port-in-actions.tsx'
import { PortOutActions } from '../parts/port-out-actions.tsx'
import { Queue, QueueRows } from '../parts/queue.tsx'
import { Refused } from '../parts/refused.tsx'
import { rejectionText } from '../parts/rejection.ts'
import { RetrySteps } from '../parts/retry-steps.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { Tile } from '../parts/tile.tsx'
import { distanceOf, instantOf, now } from '../parts/time.ts'
import { ZoneNote } from '../parts/timestamp.tsx'
import { useTicking } from '../parts/use-ticking.ts'
import type { TodaySearch } from '../router.tsx'
import { PORT_OUT_WORDS, STATE_WORDS, type StateName } from '../words.ts'

type PortsOfQueue = Answer<'getQueues'>['queues'][number]

/** Queues that wait for a person; where nobody is late and nothing has failed, an empty one is good news. */
const ALARMING: readonly string[] = ['overdue', 'failed_steps']

/** Queues whose title is no word for the ports in it. */
const COUNTED_AS: Readonly<Record<string, { readonly one: string; readonly many: string }>> = {
  failed_steps: { one: 'Port with failed steps', many: 'Ports with failed steps' },
}

/** Ports of each queue, at first and for whoever wants to see more: the most that the server gives. */
const SHOWN = { few: 8, many: 100 }

const route = getRouteApi('/today')

/** The work of the day by next action, the most pressing first (porting-manager.md, "Daily Operations"). */
export function TodayPage() {
  useTicking()
  const { show }: TodaySearch = route.useSearch()
  const queues = useQueues(SHOWN[show ?? 'few'])
  const alerts = useAlerts()
  const endangered = useEndangered(SHOWN.many)
  return (
    <>
      <div className={classes.headingRow}>
        <h1>Today</h1>
        <ZoneNote />
      </div>
      {alerts.error && <Refused error={alerts.error} what="Alerts" again={() => alerts.refetch()} />}
      {queues.error && <Refused error={queues.error} what="Today" again={() => queues.refetch()} />}
      {endangered.error && (
        <Refused error={endangered.error} what="Limit of the market" again={() => endangered.refetch()} />
      )}
      {queues.isPending && <Loader aria-label="Asking for the queues" />}
      {queues.data && (
        <>
          <ul className={classes.counts} aria-label="Queues">
            {alerts.data && <AlertCount alerts={alerts.data.items} isMore={alerts.data.next !== null} />}
            {queues.data.queues.map(({ name, title, count, is_more }) => (
              <Tile
                key={name}
                of={name}
                count={count}
                isMore={is_more}
                isAlarming={ALARMING.includes(name) && count > 0}
                {...(COUNTED_AS[name] ?? { many: title })}
              />
            ))}
            {endangered.data && (
              <Tile
                of="limit"
                count={endangered.data.items.length}
                isMore={endangered.data.next !== null}
                isAlarming={endangered.data.items.some(({ timeline }) => timeline.standing === 'broken')}
                many="Near or past the limit"
              />
            )}
          </ul>
          <Stack gap="lg">
            {alerts.data && (
              <Queue id="alerts" title="Alerts" next="what the monitors find wrong now">
                <OpenAlerts alerts={alerts.data.items} />
              </Queue>
            )}
            {queues.data.queues.map((queue) => (
              <PortQueue key={queue.name} queue={queue} />
            ))}
            {endangered.data && <Limits ports={endangered.data.items} isMore={endangered.data.next !== null} />}
          </Stack>
        </>
      )}
    </>
  )
}

/** Beside the queues: how much is wrong that nobody sees to yet. */
function AlertCount({ alerts, isMore }: { readonly alerts: readonly OpenAlert[]; readonly isMore: boolean }) {
  const unseen = alerts.filter(isUnseen)
  return (
    <Tile
      of="alerts"
      count={unseen.length}
      isMore={isMore}
      isAlarming={unseen.some(({ severity }) => severity === 'critical')}
      one="Alert"
      many="Alerts"
    />
  )
}

function Limits({ ports, isMore }: { readonly ports: readonly Endangered[]; readonly isMore: boolean }) {
  const { show }: TodaySearch = route.useSearch()
  const shown = ports.slice(0, SHOWN[show ?? 'few'])
  return (
    <NearLimit ports={shown}>
      <Others name="limit" hidden={ports.length - shown.length} isMore={isMore} />
    </NearLimit>
  )
}

function PortQueue({ queue: { name, title, next, count, is_more, ports } }: { readonly queue: PortsOfQueue }) {
  return (
    <Queue id={name} title={title} next={next}>
      <QueueRows ports={ports} empty="Nothing waits here.">
        {(port) => <WhatIsToDo port={port} />}
      </QueueRows>
      <Others name={name} hidden={count - ports.length} isMore={is_more} />
    </Queue>
  )
}

/** The list that has the others of a queue too; some queues are no one state of a port. */
// biome-ignore format: a table
const LISTS: Readonly<Record<string, { readonly to: '/port-in' | '/port-out'; readonly state: StateName }>> = {
  to_instruct: { to: '/port-in',  state: 'Waiting_for_Instruction' },
  to_decide:   { to: '/port-out', state: 'Waiting_for_Authorisation_Response' },
  rejected:    { to: '/port-in',  state: 'Rejected' },
}

type OthersProps = { readonly name: string; readonly hidden: number; readonly isMore: boolean }

/** How many of a queue are not shown, and where they are. */
function Others({ name, hidden, isMore }: OthersProps) {
  if (hidden <= 0 && !isMore) return null
  const others = hidden > 0 ? `${counted(hidden, 'other')}${isMore ? ' or more' : ''}` : 'There are others'
  return (
    <Text size="sm">
      {others}: <WhereOthersAre name={name} />
    </Text>
  )
}

function WhereOthersAre({ name }: Pick<OthersProps, 'name'>) {
  const { show }: TodaySearch = route.useSearch()
  const list = LISTS[name]
  // no list of one state has them
  if (!list && show === 'many') return `a queue shows ${SHOWN.many} at most`
  if (!list)
    return (
      <Link to="/today" search={{ show: 'many' }}>
        show up to {SHOWN.many}
      </Link>
    )
  return (
    <Link to={list.to} search={{ state: list.state }}>
      all in {STATE_WORDS[list.state].label}
    </Link>
  )
}

/** How a port stands, until when, and the buttons that act on it. */
function WhatIsToDo({ port }: { readonly port: Port }) {
  return (
    <>
      <div>
        <StateBadge name={port.state} words={port.direction === 'in' ? STATE_WORDS : PORT_OUT_WORDS} />
        <HeldNote port={port} />
        <FailedSteps port={port} />
        {port.failure_reason !== null && <span className={classes.reason}>{rejectionText(port.failure_reason)}</span>}
      </div>
      <div className={classes.ages}>
        <span className={classes.meaning}>changed {distanceOf(instantOf(port.updated_at), now())}</span>
        <DeadlineNote port={port} look="with time" />
      </div>
      <Group gap="xs">
        {port.failed_steps.length > 0 && <RetrySteps msgidentifier={port.msgidentifier} steps={port.failed_steps} />}
        {port.direction === 'in' ? <PortInActions port={port} /> : <PortOutActions port={port} />}
      </Group>
    </>
  )
}
