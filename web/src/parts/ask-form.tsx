import { Alert, Stack } from '@mantine/core'
import { type FormEvent, type ReactNode, useRef } from 'react'
import { headlineOf, reasonsByField } from '../api/reason.ts'
import { useFocusInvalid } from './use-focus-invalid.ts'

type Props = {
  /** By which the form is found. */
  readonly name: string
  /** What came of the last attempt. */
  readonly error: unknown
  /** The fields by the names that the server has for them, with the labels that people read. */
  readonly labels: Readonly<Record<string, string>>
  readonly onSend: () => void
  /** The fields, each with its reason beside it. */
  readonly children: (reasons: Readonly<Record<string, string>>) => ReactNode
}

/** A form whose problems stand beside their fields, the first of which has the focus. */
export function AskForm({ name, error, labels, onSend, children }: Props) {
  const form = useRef<HTMLFormElement>(null)
  const reasons = reasonsByField(error, labels)
  useFocusInvalid(form, error)
  const send = (event: FormEvent) => {
    event.preventDefault()
    onSend()
  }
  return (
    <form onSubmit={send} ref={form} noValidate aria-label={name}>
      <Stack>
        {reasons[''] && (
          <Alert color="stop" role="alert" title={headlineOf(error)}>
            {reasons['']}
          </Alert>
        )}
        {children(reasons)}
      </Stack>
    </form>
  )
}
