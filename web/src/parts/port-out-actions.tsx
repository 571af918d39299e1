import { Button, Group, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useMarket } from '../api/market.ts'
import { authorisePortOut, type PortOut, rejectPortOut } from '../api/port-outs.ts'
import { usePortCommand } from '../api/ports.ts'
import { PORT_OUT_STATES, REJECT_CODES } from '../api/tables.gen.ts'
import { isStateName } from '../words.ts'
import { Confirm, Named } from './confirm.tsx'
import { rangeText, sizeText } from './number.ts'

/** The four reasons that porting-manager.md calls legitimate, and the code of the catalogue that each is said with. */
// biome-ignore format: a table
const REASONS = [
  { label: 'Account mismatch',    code: 32 },
  { label: 'Outstanding balance', code: 33 },
  { label: 'Fraudulent request',  code: 36 },
  { label: 'Number not active',   code: 31 },
] as const

type Asked = 'authorise' | 'reject'
type Size = { readonly look?: 'row' | 'page' }

/** Authorise (green) and Reject (red), where the machine's table offers them. */
export function PortOutActions({ port, look = 'row' }: { readonly port: PortOut } & Size) {
  const [asked, setAsked] = useState<Asked>()
  const state = port.PortingStateString
  const offers: readonly string[] = isStateName(state) ? (PORT_OUT_STATES[state]?.offers ?? []) : []
  const size = look === 'row' ? 'compact-sm' : 'sm'
  return (
    <Group gap={6} wrap="nowrap">
      {offers.includes('authorise') && (
        <Button size={size} color="go" onClick={() => setAsked('authorise')}>
          Authorise
        </Button>
      )}
      {offers.includes('reject') && (
        <Button size={size} color="stop" onClick={() => setAsked('reject')}>
          Reject
        </Button>
      )}
      {asked === 'authorise' && <Authorise port={port} onClose={() => setAsked(undefined)} />}
      {asked === 'reject' && <Reject port={port} onClose={() => setAsked(undefined)} />}
    </Group>
  )
}

type AskProps = { readonly port: PortOut; readonly onClose: () => void }

function Authorise({ port, onClose }: AskProps) {
  const command = usePortCommand(authorisePortOut)
  return (
    <Confirm
      title={`Authorise: ${port.msgidentifier}`}
      action="Authorise the port-out"
      color="go"
      isRunning={command.isPending}
      error={command.error}
      onConfirm={() => command.mutate(port.msgidentifier, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Ranges port={port} />
      <Text size="sm">
        {port.recipientnetworkoperator} is told that it may take these numbers. Our customer loses the service with us
        when the port is carried out; this cannot be taken back here.
      </Text>
    </Confirm>
  )
}

function Reject({ port, onClose }: AskProps) {
  const [code, setCode] = useState<string>('')
  const [problem, setProblem] = useState<string>()
  const command = usePortCommand((msgidentifier) => rejectPortOut(msgidentifier, Number(code)))
  const confirm = () => {
    if (code === '') setProblem('Choose the reason: it is told to the recipient and kept as evidence.')
    else command.mutate(port.msgidentifier, { onSuccess: onClose })
  }
  return (
    <Confirm
      title={`Reject: ${port.msgidentifier}`}
      action="Reject the port-out"
      color="stop"
      isRunning={command.isPending}
      error={command.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Ranges port={port} />
      <Radio.Group
        label="Reason"
        description="Only for a legitimate reason"
        value={code}
        error={problem}
        onChange={(value) => {
          setCode(value)
          setProblem(undefined)
        }}
      >
        <Stack gap="xs" mt="xs">
          {[...REASONS, { label: 'Another reason', code: 99 }].map(({ label, code: one }) => (
            <Radio key={one} value={String(one)} label={label} description={`${one} ${REJECT_CODES[one]}`} />
          ))}
        </Stack>
      </Radio.Group>
    </Confirm>
  )
}

function Ranges({ port }: Pick<AskProps, 'port'>) {
  const market = useMarket()
  return port.phone_number_ranges.map((range) => (
    <Named key={range.telephonenumberseriestart}>
      {rangeText(range, market)} ({sizeText(range)})
    </Named>
  ))
}
