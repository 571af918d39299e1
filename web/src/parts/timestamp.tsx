import { Text } from '@mantine/core'
import { useMarket } from '../api/market.ts'
import { dayAndTimeIn, instantOf, zoneLabel } from './time.ts'

/** A time of the API in the market's zone. */
export function Timestamp({ at }: { readonly at: string }) {
  const { time_zone } = useMarket()
  const instant = instantOf(at)
  const [day, time] = dayAndTimeIn(time_zone, instant)
  return (
    <time dateTime={instant.toISOString()} title={instant.toISOString()}>
      <span>{day},</span> <span>{time}</span>
    </time>
  )
}

/** Says once, where times are shown, what zone they are in. */
export function ZoneNote() {
  const { time_zone } = useMarket()
  return (
    <Text size="xs" c="dimmed" component="span">
      Times are in {zoneLabel(time_zone)}
    </Text>
  )
}
