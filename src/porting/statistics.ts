import type { Reader } from '../db/db.ts'
import type { Market } from '../numbers/market.ts'
import { Fault } from '../shared/fault.ts'
import {
  countByDay,
  countRejections,
  type DayCount,
  type DonorTime,
  type RejectionCount,
  timeToPort,
} from './statistics.store.ts'

/** A year and a day: the longest period that one question covers. */
const MOST_DAYS = 366
const USUAL_DAYS = 30

export type Statistics = {
  readonly from: Temporal.PlainDate
  readonly to: Temporal.PlainDate
  readonly days: readonly DayCount[]
  readonly timeToPort: readonly DonorTime[]
  readonly rejections: readonly RejectionCount[]
}

type Surroundings = { readonly db: Reader; readonly market: Market; readonly now: () => Temporal.Instant }

/**
 * What came of the ports of some days, both included, counted in the market's zone.
 *
 * Fault: field_invalid.
 */
export async function statistics(
  { db, market, now }: Surroundings,
  asked: { readonly from?: Temporal.PlainDate | undefined; readonly to?: Temporal.PlainDate | undefined },
): Promise<Statistics> {
  const { timeZone } = market
  const to = asked.to ?? now().toZonedDateTimeISO(timeZone).toPlainDate()
  const from = asked.from ?? to.subtract({ days: USUAL_DAYS - 1 })
  const days = from.until(to, { largestUnit: 'day' }).days + 1
  if (days < 1) throw new Fault('field_invalid', `from ${from} is after to ${to}`, 'from')
  if (days > MOST_DAYS)
    throw new Fault('field_invalid', `${from} to ${to} are ${days} days; at most ${MOST_DAYS}`, 'from')
  const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime(timeZone).toInstant()
  const period = { from: startOf(from), to: startOf(to.add({ days: 1 })), timeZone }
  const [byDay, times, rejections] = await Promise.all([
    countByDay(db, period),
    timeToPort(db, period),
    countRejections(db, period),
  ])
  return { from, to, days: byDay, timeToPort: times, rejections }
}
