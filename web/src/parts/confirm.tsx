import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode, RefObject } from 'react'
import { headlineOf, messageOf } from '../api/reason.ts'
import { useFocusBack } from './use-focus-back.ts'

type Props = {
  readonly title: string
  /** The numbers, and what will become of them. */
  readonly children: ReactNode
  readonly action: string
  readonly color: 'go' | 'stop' | 'ocean'
  readonly isRunning: boolean
  readonly error: unknown
  /** What is still missing before it may be done. */
  readonly waitsFor?: string | undefined
  readonly size?: 'lg'
  /** Where the focus goes when what opened this is gone. */
  readonly opener?: RefObject<HTMLElement | null> | undefined
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks once more before what cannot be taken back, naming the numbers. A refusal stays beside the button. */
export function Confirm({ title, children, action, color, isRunning, error, onConfirm, onClose, ...rest }: Props) {
  const { waitsFor, size = 'md', opener } = rest
  useFocusBack(opener)
  return (
    <Modal opened onClose={onClose} title={title} size={size} centered>
      <Stack>
        {children}
        {error !== null && error !== undefined && (
          <Alert color="stop" role="alert" title={headlineOf(error)}>
            {messageOf(error)}
          </Alert>
        )}
        {waitsFor !== undefined && (
          <Text size="sm" c="dimmed">
            {waitsFor}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Not now
          </Button>
          <Button color={color} loading={isRunning} disabled={waitsFor !== undefined} onClick={onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

/** The line of a confirmation that nobody may overlook. */
export function Named({ children }: { readonly children: ReactNode }) {
  return (
    <Text fw={650} size="lg" style={{ fontVariantNumeric: 'tabular-nums' }}>
      {children}
    </Text>
  )
}
