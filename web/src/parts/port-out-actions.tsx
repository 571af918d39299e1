import { Button, Group, Text } from '@mantine/core'
import { useRef, useState } from 'react'
import { ask } from '../api/client.ts'
import { useMarket } from '../api/market.ts'
import { type Port, usePortCommand } from '../api/ports.ts'
import { Confirm, Named } from './confirm.tsx'
import { EvidenceOf } from './guard-evidence.tsx'
import { rangeText, sizeText } from './number.ts'
import { OneOf } from './one-of.tsx'
import { rejectionText } from './rejection.ts'
import { useFocusInvalid } from './use-focus-invalid.ts'

/** The four reasons that porting-manager.md calls legitimate, and the code of the catalogue that each is said with. */
// biome-ignore format: a table
const REASONS = [
  { label: 'Account mismatch',    code: 32 },
  { label: 'Outstanding balance', code: 33 },
  { label: 'Fraudulent request',  code: 37 },
  { label: 'Number not active',   code: 31 },
  { label: 'Another reason',      code: 99 },
] as const
const CHOICES = REASONS.map(({ label, code }) => ({ value: String(code), label, description: rejectionText(code) }))

type Props = { readonly port: Port; readonly look?: 'row' | 'page' }

/** Authorise (green) and Reject (red), where the server offers them. */
export function PortOutActions({ port, look = 'row' }: Props) {
  const [asked, setAsked] = useState<'authorise' | 'reject'>()
  const size = look === 'row' ? 'compact-sm' : 'sm'
  return (
    <Group gap={6} wrap="nowrap">
      {port.actions.includes('authorise') && (
        <Button size={size} color="go" onClick={() => setAsked('authorise')}>
          Authorise
        </Button>
      )}
      {port.actions.includes('reject') && (
        <Button size={size} color="stop" onClick={() => setAsked('reject')}>
          Reject
        </Button>
      )}
      {asked === 'authorise' && <Authorise port={port} onClose={() => setAsked(undefined)} />}
      {asked === 'reject' && <Reject port={port} onClose={() => setAsked(undefined)} />}
    </Group>
  )
}

type AskProps = { readonly port: Port; readonly onClose: () => void }

function Authorise({ port, onClose }: AskProps) {
  const command = usePortCommand((msgidentifier) => ask('authorisePortOut', { params: { msgidentifier } }))
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
      <Numbers port={port} />
      <Text size="sm">
        {port.counterparty} is told that it may take these numbers. Our customer loses the service with us when the port
        is carried out; this cannot be taken back here.
      </Text>
      <EvidenceOf msgidentifier={port.msgidentifier} />
    </Confirm>
  )
}

function Reject({ port, onClose }: AskProps) {
  const [code, setCode] = useState('')
  const [problem, setProblem] = useState<{ readonly reason: string }>()
  const form = useRef<HTMLDivElement>(null)
  useFocusInvalid(form, problem)
  const command = usePortCommand((msgidentifier) =>
    ask('rejectPortOut', { params: { msgidentifier }, body: { reason: Number(code) } }),
  )
  const confirm = () => {
    if (code === '') setProblem({ reason: 'Choose the reason: it is told to the recipient and kept as evidence.' })
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
      <Numbers port={port} />
      <EvidenceOf msgidentifier={port.msgidentifier} />
      <div ref={form}>
        <OneOf
          label="Reason"
          description="Only for a legitimate reason"
          choices={CHOICES}
          value={code}
          error={problem?.reason}
          onChange={(value) => {
            setCode(value)
            setProblem(undefined)
          }}
        />
      </div>
    </Confirm>
  )
}

function Numbers({ port }: Pick<AskProps, 'port'>) {
  const market = useMarket()
  return (
    <Named>
      {rangeText(port, market)} ({sizeText(port)})
    </Named>
  )
}
