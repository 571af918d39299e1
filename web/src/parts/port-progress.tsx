import { Group, Paper, Stack, Text } from '@mantine/core'
import { useMarket } from '../api/market.ts'
import type { PortDetail } from '../api/ports.ts'
import { PORT_OUT_WORDS, STATE_WORDS, type StateName } from '../words.ts'
import { DeadlineNote } from './deadline-note.tsx'
import { NextExpected } from './expected.tsx'
import { Check, Cross } from './icon.tsx'
import { rangeText, sizeText } from './number.ts'
import classes from './parts.module.css'
import { PortInActions } from './port-in-actions.tsx'
import { PortOutActions } from './port-out-actions.tsx'
import { rejectionText } from './rejection.ts'
import { StateBadge } from './state-badge.tsx'

type Step = { readonly label: string; readonly during: readonly StateName[] }

/** The walk of a port as people tell it, the same from either side, and the states in which each step is what is waited for. */
// biome-ignore format: a table
const STEPS: readonly Step[] = [
  { label: 'Requested',     during: ['NoPort'] },
  { label: 'Authorised',    during: ['Waiting_for_Authorisation_Response'] },
  { label: 'Instructed',    during: ['Waiting_for_Instruction', 'Waiting_for_Instruction_Response'] },
  { label: 'Number ported', during: ['Waiting_for_Ported_Response', 'Waiting_for_Change_Response'] },
  { label: 'Complete',      during: ['Number_Ported'] },
]

/** Where one port is, what can be done, and until when something has to happen. */
export function PortProgress({ port }: { readonly port: PortDetail }) {
  const market = useMarket()
  const isIn = port.direction === 'in'
  return (
    <Paper withBorder p="md">
      <Stack gap="md">
        <Group justify="space-between" align="start">
          <div>
            <Text fw={650} className={classes.number}>
              {rangeText(port, market)} <span className={classes.quiet}>({sizeText(port)})</span>
            </Text>
            <Text size="sm" c="dimmed">
              {isIn ? 'from' : 'to'} {port.counterparty}
            </Text>
          </div>
          {isIn ? <PortInActions port={port} look="page" /> : <PortOutActions port={port} look="page" />}
        </Group>
        <div role="status" aria-label="State of the port">
          <StateBadge name={port.state} words={isIn ? STATE_WORDS : PORT_OUT_WORDS} withMeaning="with meaning" />
          {port.failure_reason !== null && <span className={classes.reason}>{rejectionText(port.failure_reason)}</span>}
        </div>
        {port.next_expected ? (
          <NextExpected expected={port.next_expected} />
        ) : (
          <DeadlineNote port={port} look="with time" />
        )}
        <Steps port={port} />
      </Stack>
    </Paper>
  )
}

const HOW_WORDS = { done: ', done', now: ', awaited now', ahead: ', not yet', failed: ', did not happen' } as const

function Steps({ port }: { readonly port: PortDetail }) {
  const stepOf = (state: string | null) =>
    STEPS.findIndex(({ during }) => (during as readonly (string | null)[]).includes(state))
  const isComplete = port.state === 'Number_Ported_Complete'
  const awaited = stepOf(port.state)
  const hasEnded = awaited === -1 && !isComplete
  // a port that ended early stopped where its log says that it was
  const last = Math.max(...port.events.map(({ from_state }) => stepOf(from_state)), 0)
  const at = isComplete ? STEPS.length : hasEnded ? last : awaited
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
