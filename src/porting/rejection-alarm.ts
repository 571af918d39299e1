import type { Porting } from './porting.ts'
import { type AnswerCounts, countAnswers } from './rejection-history.store.ts'

/** What is compared: the last day with the thirty days before it. */
export const ALARM = { recentHours: 24, beforeDays: 30, leastBefore: 20, leastRejected: 3, deviations: 3 } as const

/** A donor's answers of the last day beside those of the thirty days before it. */
export type RejectionTrend = AnswerCounts & {
  readonly recentRate: number
  readonly beforeRate: number
  readonly isAbnormal: boolean
}

/** How each donor refuses now and used to. */
export async function rejectionTrends({ db, now }: Pick<Porting, 'db' | 'now'>): Promise<RejectionTrend[]> {
  const recent = now().subtract({ hours: ALARM.recentHours })
  const counts = await countAnswers(db, { recent, since: recent.subtract({ hours: ALARM.beforeDays * 24 }) })
  return counts.map((one) => ({
    ...one,
    recentRate: rate(one.recentRejected, one.recentAnswered),
    beforeRate: rate(one.beforeRejected, one.beforeAnswered),
    isAbnormal: isAbnormal(one),
  }))
}

/**
 * Whether a donor refuses more than chance explains at the rate that it had: at least 3 refusals, and more than three standard
 * deviations above the binomial mean. A rate of 0 is taken as the one refusal that may come next. Fewer than 20 answers are no history.
 */
export function isAbnormal({
  recentAnswered,
  recentRejected,
  beforeAnswered,
  beforeRejected,
}: Omit<AnswerCounts, 'donor'>): boolean {
  if (beforeAnswered < ALARM.leastBefore || recentRejected < ALARM.leastRejected) return false
  const usual = (beforeRejected + 1) / (beforeAnswered + 2)
  const expected = recentAnswered * usual
  return recentRejected > expected + ALARM.deviations * Math.sqrt(expected * (1 - usual))
}

function rate(rejected: number, answered: number): number {
  return answered === 0 ? 0 : rejected / answered
}
