import { Button, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMarket } from '../api/market.ts'
import { type PortInRecord, usePortIn } from '../api/ports.ts'
import { REJECT_CODES } from '../api/tables.gen.ts'
import type { StateName } from '../words.ts'
import { EventList } from './event-history.tsx'
import { Check, Cross } from './icon.tsx'
import { rangeText, sizeText } from './number.ts'
import classes from './parts.module.css'
import { PortInActions } from './port-in-actions.tsx'
import { Refused } from './refused.tsx'
import { StateBadge } from './state-badge.tsx'
import { ZoneNote } from './timestamp.tsx'

/** The walk of a port-in as people tell it, and the states in which each step is what is being waited for. */
// biome-ignore format: a table
const STEPS: readonly { readonly label: string; readonly during: readonly StateName[] }[] = [
  { label: 'Requested',     during: ['NoPort'] },
  { label: 'Authorised',    during: ['Waiting_for_Authorisation_Response'] },
  { label: 'Instructed',    during: ['Waiting_for_Instruction', 'Waiting_for_Instruction_Response'] },
  { label: 'Number ported', during: ['Waiting_for_Ported_Response', 'Waiting_for_Change_Response'] },
  { label: 'Complete',      during: ['Number_Ported'] },
]

/** One port-in followed live: where it is, what can be done, what was said. */
export function PortInWatch({ msgidentifier }: { readonly msgidentifier: string }) {
  const port = usePortIn(msgidentifier)
  if (port.error && !port.data)
    return <Refused error={port.error} what={`Port ${msgidentifier}`} again={() => port.refetch()} />
  if (!port.data) return <Loader aria-label={`Asking for port ${msgidentifier}`} />
  const { data } = port
  return (
    <Stack>
      {data.msgidentifier !== msgidentifier && (
        <Text size="sm">
          {msgidentifier} was resubmitted as <strong className={classes.code}>{data.msgidentifier}</strong> with account
          type {data.AccountType}.
        </Text>
      )}
      <PortInProgress port={data} />
      <section aria-labelledby="watched-events">
        <div className={classes.headingRow}>
          <Title order={2} size="h5" id="watched-events">
            Events
          </Title>
          <ZoneNote />
        </div>
        <EventList events={data.events.map((event) => ({ ...event, id: event.porting_in_event_id }))} />
      </section>
      <Group>
        <Button
          size="xs"
          variant="default"
          renderRoot={(props) => (
            <Link to="/port-in/$msgidentifier" params={{ msgidentifier: data.msgidentifier }} {...props} />
          )}
        >
          Open {data.msgidentifier}
        </Button>
      </Group>
    </Stack>
  )
}

export function PortInProgress({ port }: { readonly port: PortInRecord }) {
  const market = useMarket()
  const state = port.PortingStateString
  return (
    <Paper withBorder p="md">
      <Stack gap="md">
        <Group justify="space-between" align="start">
          <div>
            {port.phone_number_ranges.map((range) => (
              <Text key={range.telephonenumberseriestart} fw={650} className={classes.number}>
                {rangeText(range, market)} <span className={classes.quiet}>({sizeText(range)})</span>
              </Text>
            ))}
            <Text size="sm" c="dimmed">
              from {port.donornetworkoperator}
            </Text>
          </div>
          <PortInActions port={port} look="page" />
        </Group>
        <div role="status" aria-label="State of the port">
          <StateBadge name={state} withMeaning="with meaning" />
          {port.failure_reason !== null && (
            <span className={classes.reason}>
              {port.failure_reason} {REJECT_CODES[port.failure_reason] ?? REJECT_CODES[0]}
            </span>
          )}
        </div>
        <Steps port={port} />
      </Stack>
    </Paper>
  )
}

/** A port that ended early stopped at the first step that its log does not tell of. */
function Steps({ port }: { readonly port: PortInRecord }) {
  const state = port.PortingStateString
  const waitingFor = STEPS.findIndex(({ during }) => (during as readonly string[]).includes(state))
  const isComplete = state === 'Number_Ported_Complete'
  const hasEnded = waitingFor === -1 && !isComplete
  const at = isComplete ? STEPS.length : hasEnded ? stepsTold(port) : waitingFor
  return (
    <ol className={classes.steps} aria-label="Progress">
      {STEPS.map(({ label }, index) => {
        const how = index < at ? 'done' : index > at ? 'ahead' : hasEnded ? 'failed' : 'now'
        return (
          <li key={label} data-how={how} aria-current={how === 'now' ? 'step' : undefined}>
            <span className={classes.stepMark}>
              {how === 'done' && <Check size={14} />}
              {how === 'failed' && <Cross size={14} />}
            </span>
            <span>
              {label}
              <span className={classes.hidden}>{HOW_WORDS[how]}</span>
            </span>
          </li>
        )
      })}
    </ol>
  )
}

const HOW_WORDS = { done: ', done', now: ', awaited now', ahead: ', not yet', failed: ', did not happen' } as const

function stepsTold({ PortingStateString, events }: PortInRecord): number {
  const said = (word: string) => events.some(({ msgtype }) => msgtype.toLowerCase() === word)
  if (said('instruction_response')) return 3
  const isEndedByDonor = PortingStateString === 'Rejected' || !said('authorisation_response')
  return isEndedByDonor ? 1 : 2
}
