import { Button, Checkbox, Modal, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { saveKey } from '../api/key.ts'
import { Missing } from '../api/reason.ts'
import { AskForm } from '../parts/ask-form.tsx'
import { SecretInput } from '../parts/secret-input.tsx'

type Props = {
  readonly isOpen: boolean
  readonly mayClose: boolean
  /** Why the server did not take the last key. */
  readonly refusal: Error | null
  readonly onClose: () => void
}

/** The document's "Enter API Key" (porting-manager.md, "Getting Started"); it also serves Change API Key. */
export function KeyModal({ isOpen, mayClose, refusal, onClose }: Props) {
  const queries = useQueryClient()
  const [key, setKey] = useState('')
  const [isKept, setIsKept] = useState(() => sessionStorage.getItem('portolan.key') === null)
  const [problem, setProblem] = useState<Missing>()
  const refused = useMemo(() => refusal && new Missing({ key: refusal.message }), [refusal])
  const close = () => {
    setProblem(undefined)
    onClose()
  }

  const save = () => {
    const given = key.trim()
    if (!/^[\x21-\x7e]+$/.test(given)) {
      const plain = 'An API key has no spaces and no letters outside ASCII.'
      setProblem(new Missing({ key: given === '' ? 'Enter the API key that you were given.' : plain }))
      return
    }
    saveKey(given, isKept ? 'on this device' : 'in this tab')
    // nothing that the old key was allowed to see stays for the new one
    void queries.resetQueries()
    setKey('')
    close()
  }

  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title="Enter API Key"
      centered
      withCloseButton={mayClose}
      closeOnEscape={mayClose}
      closeOnClickOutside={mayClose}
      // a key may end while another dialog is open
      zIndex={300}
    >
      <AskForm name="The key of this browser" error={problem ?? refused} labels={{ key: 'API Key' }} onSend={save}>
        {(reasons) => (
          <>
            <Text size="sm">Your key decides which pages you are offered. Your administrator gives it out.</Text>
            <SecretInput
              label="API Key"
              show="Show or hide the key"
              value={key}
              error={reasons.key}
              isFirst
              onChange={setKey}
            />
            <Checkbox
              label="Remember on this device"
              description="Off: the key is forgotten when this tab is closed"
              checked={isKept}
              onChange={(event) => setIsKept(event.currentTarget.checked)}
            />
            <Button type="submit">Save Changes</Button>
          </>
        )}
      </AskForm>
    </Modal>
  )
}
