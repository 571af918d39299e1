import { Stack, Text, Textarea, TextInput } from '@mantine/core'
import { type RefObject, useRef } from 'react'
import { ask } from '../api/client.ts'
import { useMarket } from '../api/market.ts'
import { type Port, usePortCommand } from '../api/ports.ts'
import { reasonsByField } from '../api/reason.ts'
import { Confirm, Named } from './confirm.tsx'
import { useDraft } from './draft.ts'
import { rangeText, sizeText } from './number.ts'
import { instantIn, zoneLabel } from './time.ts'
import { useFocusInvalid } from './use-focus-invalid.ts'

const EMPTY = { at: '', note: '' }
const LABELS = { requested_at: 'New time', note: 'Note' }

type Props = {
  readonly port: Port
  readonly opener: RefObject<HTMLElement | null>
  readonly onClose: () => void
}

/** Asks the clearinghouse to have a port-in that was instructed carried out at another time, or otherwise. */
export function ChangeDialog({ port, opener, onClose }: Props) {
  const market = useMarket()
  const { values, set, clear } = useDraft(`change.${port.msgidentifier}`, EMPTY)
  const fields = useRef<HTMLDivElement>(null)
  const command = usePortCommand(async (msgidentifier) => {
    await ask('changePort', { params: { msgidentifier }, body: wishOf(values, market.time_zone) })
    return { message: `The clearinghouse is asked for a change of ${msgidentifier}.` }
  })
  const reasons = reasonsByField(command.error, LABELS)
  useFocusInvalid(fields, command.error)
  const done = () => {
    clear()
    onClose()
  }
  return (
    <Confirm
      title={`Change: ${port.msgidentifier}`}
      action="Ask for the change"
      color="ocean"
      isRunning={command.isPending}
      error={reasons[''] === undefined ? undefined : command.error}
      opener={opener}
      onConfirm={() => command.mutate(port.msgidentifier, { onSuccess: done })}
      onClose={onClose}
    >
      <Named>
        {rangeText(port, market)} ({sizeText(port)})
      </Named>
      <Text size="sm">
        From {port.counterparty}. The clearinghouse is asked for it, and answers with the time that then holds. Whatever
        it answers, the port goes on; while it is asked, nothing else can be asked of it.
      </Text>
      <Stack ref={fields}>
        <TextInput
          type="datetime-local"
          label={LABELS.requested_at}
          description={`When the numbers shall move instead, in ${zoneLabel(market.time_zone)}. Empty: the time stays.`}
          value={values.at}
          error={reasons.requested_at}
          onChange={({ currentTarget }) => set('at', currentTarget.value)}
        />
        <Textarea
          label={LABELS.note}
          description="The wish in words; the clearinghouse and the donor read it."
          autosize
          minRows={2}
          maxLength={255}
          value={values.note}
          error={reasons.note}
          onChange={({ currentTarget }) => set('note', currentTarget.value)}
        />
      </Stack>
    </Confirm>
  )
}

/** What is left empty is not asked for; without either the server says what is missing. */
function wishOf({ at, note }: typeof EMPTY, zone: string): { requested_at?: string; note?: string } {
  const requestedAt = instantIn(zone, at)
  return {
    ...(requestedAt && { requested_at: requestedAt.toISOString() }),
    ...(note.trim() !== '' && { note: note.trim() }),
  }
}
