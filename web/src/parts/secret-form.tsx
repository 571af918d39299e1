import { Alert, Button, NativeSelect, PasswordInput, Stack } from '@mantine/core'
import { type FormEvent, useRef, useState } from 'react'
import { useMarket } from '../api/market.ts'
import { type SecretKind, useSetSecret } from '../api/number-guard.ts'
import { reasonsByField } from '../api/reason.ts'
import { useDraft } from './draft.ts'
import { rangeText } from './number.ts'
import { SECRET_LABELS } from './number-secrets.tsx'
import classes from './parts.module.css'
import { NO_RANGE, RangeFields, rangeWish } from './range-fields.tsx'
import { useFocusInvalid } from './use-focus-invalid.ts'

const EMPTY = { ...NO_RANGE, kind: 'pin' }
const FIELDS = ['first_number', 'last_number', 'secret']
const KINDS = Object.entries(SECRET_LABELS).map(([value, label]) => ({ value, label }))

/** Sets what a port-out must show. The secret alone does not outlive a reload: it is kept nowhere but as the server's hash. */
export function SecretForm() {
  const market = useMarket()
  const form = useRef<HTMLFormElement>(null)
  const { values, set, clear } = useDraft('number-secret', EMPTY)
  const [secret, setSecret] = useState('')
  const change = useSetSecret()
  useFocusInvalid(form, change.error)
  const reasons = reasonsByField(change.error, FIELDS)
  const kind: SecretKind = values.kind === 'account' ? 'account' : 'pin'
  const send = (event: FormEvent) => {
    event.preventDefault()
    change.mutate(
      { kind, numbers: [{ ...rangeWish(values), secret }] },
      {
        onSuccess: () => {
          clear()
          setSecret('')
        },
      },
    )
  }
  return (
    <form onSubmit={send} ref={form} noValidate aria-label="Set a PIN or account number">
      <Stack>
        {reasons[''] && (
          <Alert color="stop" role="alert" title="It was refused">
            {reasons['']}
          </Alert>
        )}
        <RangeFields first={values.first} last={values.last} onChange={set} reasons={reasons} />
        <NativeSelect
          label="Kind"
          value={kind}
          onChange={({ currentTarget }) => set('kind', currentTarget.value)}
          data={KINDS}
        />
        <PasswordInput
          label={SECRET_LABELS[kind]}
          description="4 to 64 characters. It is shown to nobody again, and not kept over a reload."
          required
          withAsterisk={false}
          autoComplete="off"
          spellCheck={false}
          maxLength={64}
          value={secret}
          error={reasons.secret}
          onChange={({ currentTarget }) => setSecret(currentTarget.value)}
          visibilityToggleButtonProps={{ tabIndex: 0, 'aria-label': `Show or hide the ${SECRET_LABELS[kind]}` }}
        />
        <Button type="submit" loading={change.isPending}>
          Set
        </Button>
        <span role="status" className={classes.done}>
          {change.data && `Set on ${rangeText(change.data, market)}`}
        </span>
      </Stack>
    </form>
  )
}
