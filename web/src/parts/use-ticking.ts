import { useInterval } from '@mantine/hooks'
import { useState } from 'react'

/** Draws again every ten seconds, so that a distance in time does not stand still. */
export function useTicking(): void {
  const [, setBeat] = useState(0)
  useInterval(() => setBeat((beat) => beat + 1), 10_000, { autoInvoke: true })
}
