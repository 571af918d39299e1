import { ActionIcon, Button, Group, Menu, Text } from '@mantine/core'
import { type RefObject, useRef, useState } from 'react'
import { ask } from '../api/client.ts'
import { useMarket } from '../api/market.ts'
import { type Port, usePortCommand } from '../api/ports.ts'
import { PORT_IN_STATES } from '../api/tables.gen.ts'
import { isStateName, STATE_NAMES, STATE_WORDS, type StateName } from '../words.ts'
import { ChangeDialog } from './change-dialog.tsx'
import { Confirm, Named } from './confirm.tsx'
import { Dots } from './icon.tsx'
import { rangeText, sizeText } from './number.ts'

type Action = 'instruct' | 'abort' | 'change'
/** What is asked once more and needs no form. */
type Sure = Exclude<Action, 'change'>
type SureWords = {
  readonly confirm: string
  readonly consequence: string
  readonly run: (msgidentifier: string) => Promise<{ readonly message: string }>
}

/** What a button says. Which port offers it the server says, from the table of its machine. */
// biome-ignore format: a table
const ACTIONS: Readonly<Record<Action, { readonly label: string; readonly color: 'go' | 'stop' | 'ocean' }>> = {
  instruct: { label: 'Instruction', color: 'go' },
  abort:    { label: 'Abort',       color: 'stop' },
  change:   { label: 'Change',      color: 'ocean' },
}
const ORDER = ['instruct', 'abort', 'change'] as const

/** What it says of itself before it is done, and what it does. */
const SURE: Readonly<Record<Sure, SureWords>> = {
  instruct: {
    confirm: 'Send the instruction',
    consequence:
      'The donor carries the port out. From then on calls to these numbers go to us, and the port can no longer be aborted here.',
    run: (msgidentifier) => ask('instructPortIn', { params: { msgidentifier } }),
  },
  abort: {
    confirm: 'Abort the port',
    consequence: 'The request ends for good. The numbers stay with the donor; another attempt is a new request.',
    run: (msgidentifier) => ask('abortPortIn', { params: { msgidentifier } }),
  },
}

/** The printed button of a state (porting-manager.md, "Actions"; contract O-10); whatever else it offers is in the menu. */
const PRIMARY: Partial<Record<string, Action>> = {
  Waiting_for_Authorisation_Response: 'abort',
  Waiting_for_Instruction: 'instruct',
} satisfies Partial<Record<StateName, Action>>
/** Beside those, where there is room. */
const ON_ITS_PAGE: typeof PRIMARY = { Waiting_for_Ported_Response: 'change' } satisfies Partial<
  Record<StateName, Action>
>

type Props = { readonly port: Port; readonly look?: 'row' | 'page' }

/** The printed button, and a menu with every action: those that are not possible now say when they would be. */
export function PortInActions({ port, look = 'row' }: Props) {
  const [asked, setAsked] = useState<Action>()
  const menu = useRef<HTMLButtonElement>(null)
  const primary = PRIMARY[port.state] ?? (look === 'page' ? ON_ITS_PAGE[port.state] : undefined)
  if (port.superseded_by !== null) return null
  return (
    <Group gap={6} wrap="nowrap">
      {primary && port.actions.includes(primary) && (
        <Button
          size={look === 'row' ? 'compact-sm' : 'sm'}
          color={ACTIONS[primary].color}
          onClick={() => setAsked(primary)}
        >
          {ACTIONS[primary].label}
        </Button>
      )}
      <Menu position="bottom-end" withinPortal width={280}>
        <Menu.Target>
          <ActionIcon
            ref={menu}
            variant="subtle"
            color="gray"
            size={look === 'row' ? 26 : 36}
            aria-label={`All actions of ${port.msgidentifier}`}
          >
            <Dots />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {ORDER.map((action) => (
            <Menu.Item key={action} disabled={!port.actions.includes(action)} onClick={() => setAsked(action)}>
              {ACTIONS[action].label}
              {!port.actions.includes(action) && (
                <Text size="xs" display="block">
                  {whyNot(action, port.state)}
                </Text>
              )}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {asked === 'change' && <ChangeDialog port={port} opener={menu} onClose={() => setAsked(undefined)} />}
      {asked && asked !== 'change' && (
        <AskFirst action={asked} port={port} opener={menu} onClose={() => setAsked(undefined)} />
      )}
    </Group>
  )
}

type AskProps = {
  readonly action: Sure
  readonly port: Port
  readonly opener: RefObject<HTMLElement | null>
  readonly onClose: () => void
}

function AskFirst({ action, port, opener, onClose }: AskProps) {
  const market = useMarket()
  const { label, color } = ACTIONS[action]
  const { confirm, consequence, run } = SURE[action]
  const command = usePortCommand(run)
  return (
    <Confirm
      title={`${label}: ${port.msgidentifier}`}
      action={confirm}
      color={color}
      isRunning={command.isPending}
      error={command.error}
      opener={opener}
      onConfirm={() => command.mutate(port.msgidentifier, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Named>
        {rangeText(port, market)} ({sizeText(port)})
      </Named>
      <Text size="sm">
        From {port.counterparty}. {consequence}
      </Text>
    </Confirm>
  )
}

/** `Only in Waiting for Instruction; this port is Rejected`. */
function whyNot(action: Action, state: string): string {
  const where = STATE_NAMES.filter((name) => (PORT_IN_STATES[name].offers as readonly string[]).includes(action))
  const here = isStateName(state) ? STATE_WORDS[state].label : state
  return `Only in ${where.map((name) => STATE_WORDS[name].label).join(', ')}; this port is ${here}`
}
