import { Alert, Loader, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '../api/client.ts'
import { useMarket } from '../api/market.ts'
import { messageOf } from '../api/reason.ts'
import type { PushReport, PushWish } from '../api/routes.ts'
import { PUSH_CONFIRMED_FROM } from '../api/tables.gen.ts'
import { Confirm, Named } from './confirm.tsx'
import { digitsOf, rangeText } from './number.ts'
import { PushChanges } from './push-report.tsx'

type Props = {
  readonly wish: PushWish
  readonly why: string
  readonly onDone: (report: PushReport) => void
  readonly onClose: () => void
}

/**
 * Has the server say what a push would change, and pushes it once that has been seen; of many numbers whoever pushes must
 * say how many they are.
 */
export function PushPreview({ wish, why, onDone, onClose }: Props) {
  const market = useMarket()
  const [typed, setTyped] = useState('')
  const preview = useQuery({
    queryKey: ['push', wish, why],
    queryFn: ({ signal }) => ask('pushRoutes', { query: { dry_run: true }, body: wish }, { signal, why }),
    gcTime: 0,
    retry: false,
  })
  const push = useMutation({
    mutationFn: (numbers: number) =>
      ask('pushRoutes', { query: {}, body: { ...wish, confirmed_count: numbers } }, { why }),
    onSuccess: onDone,
  })
  const numbers = preview.data?.numbers ?? 0
  const isLarge = numbers > PUSH_CONFIRMED_FROM
  const isCounted = !isLarge || digitsOf(typed) === String(numbers)
  const waitsFor = preview.error
    ? 'Nothing can be written as it is.'
    : !preview.data
      ? 'The server is being asked what would change.'
      : isCounted
        ? undefined
        : 'It waits for how many numbers they are.'
  return (
    <Confirm
      title="Push Routing"
      action={isLarge ? `Write ${numbers.toLocaleString('en')} routes` : 'Write the route'}
      color="stop"
      size="lg"
      isRunning={push.isPending}
      error={push.error}
      waitsFor={waitsFor}
      onConfirm={() => push.mutate(numbers)}
      onClose={onClose}
    >
      <Named>
        {wish.routes.map(({ first_number, last_number = first_number }) =>
          rangeText({ first_number, last_number }, market),
        )}
      </Named>
      {preview.isPending && <Loader aria-label="Asking what would change" />}
      {preview.error && (
        <Alert color="stop" role="alert" title="The server refused">
          {messageOf(preview.error)}
        </Alert>
      )}
      {preview.data && <PushChanges wish={wish} report={preview.data} />}
      {isLarge && (
        <TextInput
          label="How many numbers are routed?"
          description={`More than ${PUSH_CONFIRMED_FROM} numbers change at once only when whoever pushes says how many.`}
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      )}
    </Confirm>
  )
}
