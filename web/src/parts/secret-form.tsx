import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { type SecretKind, useSetSecret } from '../api/number-guard.ts'
import { useDraft } from './draft.ts'
import { SECRET_LABELS } from './number-secrets.tsx'
import { NumbersForm } from './numbers-form.tsx'
import { NO_RANGE, rangeWish } from './range-fields.tsx'
import { SecretInput } from './secret-input.tsx'

const EMPTY = { ...NO_RANGE, kind: 'pin' }
const KINDS = Object.entries(SECRET_LABELS).map(([value, label]) => ({ value, label }))

/** Sets what a port-out must show. The secret alone does not outlive a reload: it is kept nowhere but as the server's hash. */
export function SecretForm() {
  const { values, set, clear } = useDraft('number-secret', EMPTY)
  const [secret, setSecret] = useState('')
  const change = useSetSecret()
  const kind: SecretKind = values.kind === 'account' ? 'account' : 'pin'
  const label = SECRET_LABELS[kind]
  const done = () => {
    clear()
    setSecret('')
  }
  return (
    <NumbersForm
      name="Set a PIN or account number"
      action="Set"
      done="Set on"
      change={change}
      labels={{ secret: label }}
      range={values}
      onRange={set}
      onSend={() => change.mutate({ kind, numbers: [{ ...rangeWish(values), secret }] }, { onSuccess: done })}
    >
      {(reasons) => (
        <>
          <NativeSelect
            label="Kind"
            value={kind}
            onChange={({ currentTarget }) => set('kind', currentTarget.value)}
            data={KINDS}
          />
          <SecretInput
            label={label}
            show={`Show or hide the ${label}`}
            description="4 to 64 characters. It is shown to nobody again, and not kept over a reload."
            required
            maxLength={64}
            value={secret}
            error={reasons.secret}
            onChange={setSecret}
          />
        </>
      )}
    </NumbersForm>
  )
}
