import { Button, Group, Modal, Text, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { type OpenAlert, useAcknowledge, useMessage } from '../api/alerts.ts'
import alarm from './alerts.module.css'
import { Confirm } from './confirm.tsx'
import { useDraft } from './draft.ts'
import classes from './parts.module.css'
import { PortLink } from './port-link.tsx'
import { Refused } from './refused.tsx'
import { Said } from './said.tsx'
import { ToneBadge } from './state-badge.tsx'
import { distanceOf, instantOf, now } from './time.ts'
import { Timestamp } from './timestamp.tsx'

const SEVERITIES = { critical: ['Critical', 'failed'], warning: ['Warning', 'act'] } as const

/** Nobody has seen to it yet. */
export function isUnseen({ acknowledgement }: OpenAlert): boolean {
  return acknowledgement === null
}

/** What the monitors found, the worst first; what somebody sees to already is folded away below. */
export function OpenAlerts({ alerts }: { readonly alerts: readonly OpenAlert[] }) {
  const unseen = alerts.filter(isUnseen).toSorted((a, b) => rankOf(a) - rankOf(b))
  const seen = alerts.filter((alert) => !isUnseen(alert))
  return (
    <>
      {unseen.length === 0 && (
        <Text size="sm" c="dimmed">
          {seen.length === 0 ? 'The monitors find nothing wrong.' : 'Somebody sees to everything that is wrong.'}
        </Text>
      )}
      <ul className={alarm.list} aria-label="Open alerts">
        {unseen.map((alert) => (
          <Row key={alert.id} alert={alert} />
        ))}
      </ul>
      {seen.length > 0 && (
        <details className={alarm.seen}>
          <summary>{seen.length} that somebody sees to</summary>
          <ul className={alarm.list} aria-label="Acknowledged alerts">
            {seen.map((alert) => (
              <Row key={alert.id} alert={alert} />
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

function rankOf({ severity }: OpenAlert): number {
  return severity === 'critical' ? 0 : 1
}

function Row({ alert }: { readonly alert: OpenAlert }) {
  const [isAsking, setIsAsking] = useState(false)
  const [label, tone] = SEVERITIES[alert.severity]
  const { acknowledgement: seen } = alert
  return (
    <li>
      <div>
        <ToneBadge tone={tone} label={label} />
        <span className={alarm.title}>{alert.title}</span>
        <span className={classes.meaning}>since {distanceOf(instantOf(alert.since), now())}</span>
      </div>
      <div>
        <strong className={alarm.what}>
          <Said>{alert.what}</Said>
        </strong>
        {alert.said !== null && <span className={alarm.said}>“{alert.said}”</span>}
        <span className={alarm.todo}>{withCode(alert.todo)}</span>
        {seen && (
          <span className={alarm.todo}>
            {seen.by} sees to it since <Timestamp at={seen.at} />
            {seen.note !== null && `: ${seen.note}`}
          </span>
        )}
      </div>
      <div className={alarm.about}>
        {/* the page itself knows in which direction the port goes */}
        {alert.msgidentifier !== null && <PortLink direction="in" msgidentifier={alert.msgidentifier} />}
        <Group gap="xs">
          {alert.message_id !== null && <MessageButton id={alert.message_id} />}
          {!seen && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`Acknowledge: ${alert.what}`}
              onClick={() => setIsAsking(true)}
            >
              Acknowledge
            </Button>
          )}
        </Group>
      </div>
      {isAsking && <Acknowledging alert={alert} onClose={() => setIsAsking(false)} />}
    </li>
  )
}

function Acknowledging({ alert, onClose }: { readonly alert: OpenAlert; readonly onClose: () => void }) {
  const { values, set, clear } = useDraft(`acknowledge.${alert.id}`, { note: '' })
  const acknowledge = useAcknowledge(alert.id)
  const done = () => {
    clear()
    onClose()
  }
  return (
    <Confirm
      title={`Acknowledge: ${alert.title}`}
      action="I see to it"
      color="ocean"
      isRunning={acknowledge.isPending}
      error={acknowledge.error}
      onConfirm={() => acknowledge.mutate(values.note, { onSuccess: done })}
      onClose={onClose}
    >
      <Text size="sm" className={alarm.what}>
        {alert.what}
      </Text>
      <Textarea
        label="Note"
        description="What was found or done. Everybody at the desk reads it, and the audit keeps it."
        autosize
        minRows={2}
        maxLength={1000}
        value={values.note}
        onChange={({ currentTarget }) => set('note', currentTarget.value)}
      />
    </Confirm>
  )
}

/** The bytes that nobody understood, for whoever does by hand what they ask for. */
function MessageButton({ id }: { readonly id: string }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setIsOpen(true)}>
        Read the message
      </Button>
      <Modal opened={isOpen} onClose={() => setIsOpen(false)} title="Message of the clearinghouse" size="lg">
        {isOpen && <MessageBody id={id} />}
      </Modal>
    </>
  )
}

function MessageBody({ id }: { readonly id: string }) {
  const message = useMessage(id)
  if (message.error) return <Refused error={message.error} what="The message" again={() => message.refetch()} />
  if (!message.data) return <Text size="sm">Asking …</Text>
  const { direction, peer, at, msgtype, note, body } = message.data
  return (
    <>
      <Text size="sm" mb="xs">
        {msgtype ?? 'Of no known type'}, {direction === 'sent' ? 'sent to' : 'received from'} {peer},{' '}
        <Timestamp at={at} />
        {note !== null && `: ${note}`}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <pre className={classes.json} tabIndex={0}>
        {body ?? 'Its time was over, and it was removed.'}
      </pre>
    </>
  )
}

/** What the server puts between backquotes is for a terminal or a program. */
function withCode(text: string): ReactNode[] {
  return text.split('`').map((part, index) => (index % 2 === 0 ? part : <code key={part}>{part}</code>))
}
