import { Alert, Button, Checkbox, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { saveKey } from '../api/key.ts'

type Props = {
  readonly isOpen: boolean
  readonly mayClose: boolean
  /** Why the server did not take the last key. */
  readonly refusal: string | undefined
  readonly onClose: () => void
}

/** The document's "Enter API Key" (porting-manager.md, "Getting Started"); it also serves Change API Key. */
export function KeyModal({ isOpen, mayClose, refusal, onClose }: Props) {
  const queries = useQueryClient()
  const [key, setKey] = useState('')
  const [isKept, setIsKept] = useState(() => sessionStorage.getItem('portolan.key') === null)
  const [problem, setProblem] = useState<string>()

  const save = (event: FormEvent) => {
    event.preventDefault()
    const given = key.trim()
    if (!/^[\x21-\x7e]+$/.test(given)) {
      setProblem(
        given === ''
          ? 'Enter the API key that you were given.'
          : 'An API key has no spaces and no letters outside ASCII.',
      )
      return
    }
    setProblem(undefined)
    saveKey(given, isKept ? 'on this device' : 'in this tab')
    // nothing that the old key was allowed to see stays for the new one
    void queries.resetQueries()
    setKey('')
    onClose()
  }

  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title="Enter API Key"
      centered
      withCloseButton={mayClose}
      closeOnEscape={mayClose}
      closeOnClickOutside={mayClose}
    >
      <form onSubmit={save} noValidate>
        <Stack>
          <Text size="sm">Your key decides which pages you are offered. Your administrator gives it out.</Text>
          {refusal && (
            <Alert color="stop" role="alert" title="The server did not take the key">
              {refusal}
            </Alert>
          )}
          <PasswordInput
            label="API Key"
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            error={problem}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
            visibilityToggleButtonProps={{ tabIndex: 0, 'aria-label': 'Show or hide the key' }}
          />
          <Checkbox
            label="Remember on this device"
            description="Off: the key is forgotten when this tab is closed"
            checked={isKept}
            onChange={(event) => setIsKept(event.currentTarget.checked)}
          />
          <Button type="submit">Save Changes</Button>
        </Stack>
      </form>
    </Modal>
  )
}
