import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useMarket } from '../api/market.ts'
import type { PushReport, PushWish } from '../api/routes.ts'
import { PUSH_CONFIRMED_FROM } from '../api/tables.gen.ts'
import { Confirm, Named } from './confirm.tsx'
import { digitsOf, rangeText } from './number.ts'
import { PushChanges } from './push-report.tsx'

type Props = {
  readonly wish: PushWish
  /** What the server says that it would change. */
  readonly report: PushReport
  readonly isRunning: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Shows what a push would change before it is done; of many numbers whoever pushes must say how many they are. */
export function PushPreview({ wish, report, isRunning, onConfirm, onClose }: Props) {
  const market = useMarket()
  const [typed, setTyped] = useState('')
  const { numbers } = report
  const isLarge = numbers > PUSH_CONFIRMED_FROM
  const isCounted = !isLarge || digitsOf(typed) === String(numbers)
  return (
    <Confirm
      title="Push Routing"
      action={isLarge ? `Write ${numbers.toLocaleString('en')} routes` : 'Write the route'}
      color="stop"
      size="lg"
      isRunning={isRunning}
      error={null}
      waitsFor={isCounted ? undefined : 'First say how many numbers they are.'}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <Named>
        {wish.routes.map(({ first_number, last_number = first_number }) =>
          rangeText({ first_number, last_number }, market),
        )}
      </Named>
      <PushChanges wish={wish} report={report} />
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
