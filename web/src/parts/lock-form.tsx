import { Alert, Button, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useRef } from 'react'
import { useMarket } from '../api/market.ts'
import { useLock } from '../api/number-guard.ts'
import { reasonsByField } from '../api/reason.ts'
import { useDraft } from './draft.ts'
import { rangeText } from './number.ts'
import classes from './parts.module.css'
import { NO_RANGE, RangeFields, rangeWish } from './range-fields.tsx'
import { zoneLabel } from './time.ts'
import { useFocusInvalid } from './use-focus-invalid.ts'

const EMPTY = { ...NO_RANGE, reason: '', until: '' }
const FIELDS = ['first_number', 'last_number', 'reason', 'until']

/** Locks a number or a range, with the reason for everybody who asks why it cannot leave. */
export function LockForm() {
  const market = useMarket()
  const form = useRef<HTMLFormElement>(null)
  const { values, set, clear } = useDraft('lock', EMPTY)
  const lock = useLock()
  useFocusInvalid(form, lock.error)
  const reasons = reasonsByField(lock.error, FIELDS)
  const send = (event: FormEvent) => {
    event.preventDefault()
    const { reason, until } = values
    lock.mutate(
      { numbers: [rangeWish(values)], reason: reason.trim(), ...(until !== '' && { until }) },
      { onSuccess: clear },
    )
  }
  return (
    <form onSubmit={send} ref={form} noValidate aria-label="Lock numbers">
      <Stack>
        {reasons[''] && (
          <Alert color="stop" role="alert" title="The lock was refused">
            {reasons['']}
          </Alert>
        )}
        <RangeFields first={values.first} last={values.last} onChange={set} reasons={reasons} />
        <TextInput
          label="Reason"
          description="Whoever is asked to let the numbers go reads it"
          required
          withAsterisk={false}
          maxLength={500}
          value={values.reason}
          error={reasons.reason}
          onChange={({ currentTarget }) => set('reason', currentTarget.value)}
        />
        <TextInput
          type="date"
          label="Until"
          description={`The day is included, in ${zoneLabel(market.time_zone)}. Empty: until it is lifted.`}
          value={values.until}
          error={reasons.until}
          onChange={({ currentTarget }) => set('until', currentTarget.value)}
        />
        <Button type="submit" loading={lock.isPending}>
          Lock
        </Button>
        <span role="status" className={classes.done}>
          {lock.data && `Locked: ${rangeText(lock.data, market)}`}
        </span>
      </Stack>
    </form>
  )
}
