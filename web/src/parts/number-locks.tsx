import { Button, Loader, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useMarket } from '../api/market.ts'
import { type NumberLock, useLift, useLocks } from '../api/number-guard.ts'
import { tell } from '../api/told.ts'
import type { LocksSearch } from '../router.tsx'
import { Confirm, Named } from './confirm.tsx'
import { useDraft } from './draft.ts'
import { rangeText, sizeText } from './number.ts'
import { Pager } from './pager.tsx'
import classes from './parts.module.css'
import { Refused } from './refused.tsx'
import { Table, type TableColumn } from './table.tsx'
import { Timestamp } from './timestamp.tsx'

type Props = { readonly search: LocksSearch; readonly onTurn: (cursor: string | undefined) => void }

/** Numbers that must not leave, with the reason; each lock that stands can be lifted. */
export function NumberLocks({ search: { number, state, locks: cursor }, onTurn }: Props) {
  const market = useMarket()
  const [asked, setAsked] = useState<NumberLock>()
  const locks = useLocks({ number, state, cursor })
  // biome-ignore format: a table
  const columns: readonly TableColumn<NumberLock>[] = [
    { label: 'Numbers', cell: (lock) => <strong className={classes.number}>{rangeText(lock, market)}</strong> },
    { label: 'Reason',  cell: ({ reason }) => <span className={classes.words}>{reason}</span> },
    { label: 'Set',     cell: ({ created_at, created_by }) => <><Timestamp at={created_at} /><span className={classes.by}>by {created_by}</span></> },
    { label: 'Until',   cell: ({ until }) => until === null ? 'it is lifted' : <Timestamp at={until} /> },
    state === 'ended'
      ? { label: 'Lifted',  cell: (lock) => <Lifted lock={lock} /> }
      : { label: 'Actions', cell: (lock) => <Button size="compact-sm" variant="default" aria-label={`Lift: lock of ${rangeText(lock, market)}`} onClick={() => setAsked(lock)}>Lift</Button> },
  ]
  if (locks.error) return <Refused error={locks.error} what="Locks" again={() => locks.refetch()} />
  if (!locks.data) return <Loader aria-label="Asking for the locks" />
  const { items, next } = locks.data
  return (
    <>
      {items.length === 0 && (
        <Text className={classes.empty}>
          {state === 'ended' ? 'No lock has ended' : 'No lock stands'}
          {number && ' on this number'}.
        </Text>
      )}
      {items.length > 0 && <Table label="Locks" columns={columns} rows={items} keyOf={({ id }) => id} />}
      <Pager label="Pages of the locks" cursor={cursor} next={next} onTurn={onTurn} />
      {asked && <Lift lock={asked} onClose={() => setAsked(undefined)} />}
    </>
  )
}

function Lifted({ lock: { lifted_at, lifted_by } }: { readonly lock: NumberLock }) {
  if (lifted_at === null) return 'its time was over'
  return (
    <>
      <Timestamp at={lifted_at} />
      <span className={classes.by}>by {lifted_by}</span>
    </>
  )
}

function Lift({ lock, onClose }: { readonly lock: NumberLock; readonly onClose: () => void }) {
  const market = useMarket()
  const { values, set, clear } = useDraft(`lift.${lock.id}`, { why: '' })
  const lift = useLift(lock.id)
  const done = () => {
    clear()
    tell(`Lifted: lock of ${rangeText(lock, market)}`)
    onClose()
  }
  return (
    <Confirm
      title="Lift: lock"
      action="Lift the lock"
      color="stop"
      isRunning={lift.isPending}
      error={lift.error}
      onConfirm={() => lift.mutate(values.why.trim(), { onSuccess: done })}
      onClose={onClose}
    >
      <Named>
        {rangeText(lock, market)} ({sizeText(lock)})
      </Named>
      <Text size="sm">
        Locked for “{lock.reason}”. Once it is lifted another operator can take these numbers, unless another lock
        stands on them.
      </Text>
      <Textarea
        label="Why"
        description="Kept in the audit"
        autosize
        minRows={2}
        maxLength={500}
        value={values.why}
        onChange={({ currentTarget }) => set('why', currentTarget.value)}
      />
    </Confirm>
  )
}
