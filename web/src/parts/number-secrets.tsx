import { Button, Loader, Text } from '@mantine/core'
import { useState } from 'react'
import { useMarket } from '../api/market.ts'
import { type NumberSecret, type SecretKind, useRemoveSecret, useSecrets } from '../api/number-guard.ts'
import { tell } from '../api/told.ts'
import type { LocksSearch } from '../router.tsx'
import { Confirm, Named } from './confirm.tsx'
import { rangeText, sizeText } from './number.ts'
import { Pager } from './pager.tsx'
import classes from './parts.module.css'
import { Refused } from './refused.tsx'
import { Table, type TableColumn } from './table.tsx'
import { Timestamp } from './timestamp.tsx'

export const SECRET_LABELS: Readonly<Record<SecretKind, string>> = { pin: 'PIN', account: 'Account number' }

type Props = { readonly search: LocksSearch; readonly onTurn: (cursor: string | undefined) => void }

/** On which numbers a PIN or an account number is set, and by whom; each can be cleared. */
export function NumberSecrets({ search: { number, secrets: cursor }, onTurn }: Props) {
  const market = useMarket()
  const [asked, setAsked] = useState<NumberSecret>()
  const secrets = useSecrets({ number, cursor })
  // biome-ignore format: a table
  const columns: readonly TableColumn<NumberSecret>[] = [
    { label: 'Numbers', cell: (secret) => <strong className={classes.number}>{rangeText(secret, market)}</strong> },
    { label: 'Kind',    cell: ({ kind }) => SECRET_LABELS[kind] },
    { label: 'Set',     cell: ({ set_at, set_by }) => <><Timestamp at={set_at} /><span className={classes.by}>by {set_by}</span></> },
    { label: 'Actions', cell: (secret) => <Button size="compact-sm" variant="default" aria-label={`Clear: ${SECRET_LABELS[secret.kind]} of ${rangeText(secret, market)}`} onClick={() => setAsked(secret)}>Clear</Button> },
  ]
  if (secrets.error)
    return <Refused error={secrets.error} what="PINs and account numbers" again={() => secrets.refetch()} />
  if (!secrets.data) return <Loader aria-label="Asking for PINs and account numbers" />
  const { items, next } = secrets.data
  return (
    <>
      {items.length === 0 && (
        <Text className={classes.empty}>No PIN and no account number is set{number && ' on this number'}.</Text>
      )}
      {items.length > 0 && (
        <Table label="PINs and account numbers" columns={columns} rows={items} keyOf={({ id }) => id} />
      )}
      <Pager label="Pages of PINs and account numbers" cursor={cursor} next={next} onTurn={onTurn} />
      {asked && <Clear secret={asked} onClose={() => setAsked(undefined)} />}
    </>
  )
}

function Clear({ secret, onClose }: { readonly secret: NumberSecret; readonly onClose: () => void }) {
  const market = useMarket()
  const remove = useRemoveSecret(secret.id)
  const label = SECRET_LABELS[secret.kind]
  const done = () => {
    tell(`Cleared: ${label} of ${rangeText(secret, market)}`)
    onClose()
  }
  return (
    <Confirm
      title={`Clear: ${label}`}
      action={`Clear the ${label}`}
      color="stop"
      isRunning={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: done })}
      onClose={onClose}
    >
      <Named>
        {rangeText(secret, market)} ({sizeText(secret)})
      </Named>
      <Text size="sm">
        A port-out of these numbers need not show it any longer. It cannot be brought back: it is set anew, by whoever
        knows it.
      </Text>
    </Confirm>
  )
}
