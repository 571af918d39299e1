import { Button, Group, NativeSelect, Paper, Stack, TextInput, Title } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { useLocks } from '../api/number-guard.ts'
import { reasonsByField } from '../api/reason.ts'
import { LockForm } from '../parts/lock-form.tsx'
import { NumberLocks } from '../parts/number-locks.tsx'
import { NumberSecrets } from '../parts/number-secrets.tsx'
import classes from '../parts/parts.module.css'
import { SecretForm } from '../parts/secret-form.tsx'
import { ZoneNote } from '../parts/timestamp.tsx'
import { useFocusInvalid } from '../parts/use-focus-invalid.ts'
import type { LocksSearch } from '../router.tsx'

const route = getRouteApi('/locks')

/** What keeps numbers from leaving: locks, and the PINs and account numbers that a port-out must show. */
export function LocksPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const show = (next: LocksSearch) => void navigate({ to: '.', search: next })
  // the number is the same for both lists: what is wrong with it stands beside its field, once
  const { error } = useLocks({ ...search, cursor: search.locks })
  const problem = reasonsByField(error, { number: 'Number' }).number
  return (
    <>
      <div className={classes.headingRow}>
        <h1>Locks and PINs</h1>
        <ZoneNote />
      </div>
      <Find
        key={search.number}
        search={search}
        problem={problem}
        onFind={(number) => show({ ...search, number, locks: undefined, secrets: undefined })}
      />
      {problem === undefined && (
        <Stack gap="xl">
          <Both title="Locks" form={<LockForm />}>
            <NativeSelect
              label="Show"
              mb="sm"
              w="fit-content"
              value={search.state ?? 'standing'}
              onChange={({ currentTarget: { value } }) =>
                show({ ...search, state: value === 'ended' ? value : undefined, locks: undefined })
              }
              data={[
                { value: 'standing', label: 'Those that stand' },
                { value: 'ended', label: 'Those that have ended' },
              ]}
            />
            <NumberLocks search={search} onTurn={(locks) => show({ ...search, locks })} />
          </Both>
          <Both title="PINs and account numbers" form={<SecretForm />}>
            <NumberSecrets search={search} onTurn={(secrets) => show({ ...search, secrets })} />
          </Both>
        </Stack>
      )}
    </>
  )
}

type FindProps = {
  readonly search: LocksSearch
  readonly problem: string | undefined
  readonly onFind: (number: string | undefined) => void
}

function Find({ search: { number }, problem, onFind }: FindProps) {
  const form = useRef<HTMLFormElement>(null)
  const [text, setText] = useState(number ?? '')
  useFocusInvalid(form, problem)
  const find = (event: FormEvent) => {
    event.preventDefault()
    onFind(text.trim() || undefined)
  }
  return (
    <search>
      <form onSubmit={find} ref={form} noValidate>
        <Group align="end" gap="sm" mb="md">
          <TextInput
            label="Number"
            placeholder="All numbers"
            inputMode="tel"
            autoComplete="off"
            maxLength={30}
            value={text}
            error={problem}
            inputWrapperOrder={['label', 'error', 'input']}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            className={classes.find}
          />
          <Button type="submit" variant="default">
            Find
          </Button>
          {number !== undefined && (
            <Button variant="subtle" onClick={() => onFind(undefined)}>
              Show all
            </Button>
          )}
        </Group>
      </form>
    </search>
  )
}

type BothProps = { readonly title: string; readonly form: ReactNode; readonly children: ReactNode }

/** A list, and beside it the form that adds to it. */
function Both({ title, form, children }: BothProps) {
  return (
    <section aria-label={title}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      <div className={classes.formAndResult}>
        <Paper withBorder p="lg">
          {form}
        </Paper>
        <div>{children}</div>
      </div>
    </section>
  )
}
