import { TextInput } from '@mantine/core'
import { useMarket } from '../api/market.ts'
import { useLock } from '../api/number-guard.ts'
import { useDraft } from './draft.ts'
import { NumbersForm } from './numbers-form.tsx'
import { NO_RANGE, rangeWish } from './range-fields.tsx'
import { zoneLabel } from './time.ts'

const EMPTY = { ...NO_RANGE, reason: '', until: '' }
const LABELS = { reason: 'Reason', until: 'Until' }

/** Locks a number or a range, with the reason for everybody who asks why it cannot leave. */
export function LockForm() {
  const market = useMarket()
  const { values, set, clear } = useDraft('lock', EMPTY)
  const lock = useLock()
  const send = () => {
    const { reason, until } = values
    lock.mutate(
      { numbers: [rangeWish(values)], reason: reason.trim(), ...(until !== '' && { until }) },
      { onSuccess: clear },
    )
  }
  return (
    <NumbersForm
      name="Lock numbers"
      action="Lock"
      done="Locked:"
      change={lock}
      labels={LABELS}
      range={values}
      onRange={set}
      onSend={send}
    >
      {(reasons) => (
        <>
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
        </>
      )}
    </NumbersForm>
  )
}
