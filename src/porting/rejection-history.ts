import type { Reader } from '../db/db.ts'
import { explainRejection } from './rejection.ts'
import type { CauseName } from './rejection-causes.ts'
import { countAsked, listRejections, type RejectionPeriod } from './rejection-history.store.ts'

type Reading = { readonly db: Reader }

/** What became of a donor's refusals for one cause. */
export type CauseRate = {
  readonly cause: CauseName
  readonly rejected: number
  /** Asked again for the same numbers, by itself or by a person. */
  readonly askedAgain: number
  /** Authorised when asked again. */
  readonly cured: number
  /** 0 to 1, of those that were asked again; undefined while none was. */
  readonly successRate: number | undefined
}

export type DonorRates = {
  readonly donor: string
  /** Requests that the donor has answered, by yes, no or silence. */
  readonly asked: number
  readonly rejected: number
  readonly rejectionRate: number
  /** The most frequent first. */
  readonly causes: readonly CauseRate[]
}

/** How each donor refused since a moment, why, and how often asking again helped: computed from the ports themselves. */
export async function rejectionRates({ db }: Reading, period: RejectionPeriod): Promise<DonorRates[]> {
  const asked = await countAsked(db, period)
  const rejections = await listRejections(db, period)
  return asked.map(({ donor, count }): DonorRates => {
    const own = rejections.filter((one) => one.donor === donor)
    const byCause = Map.groupBy(own, ({ code, text }) => explainRejection(code, text).cause)
    const causes = [...byCause].map(([cause, group]) => {
      const sum = (of: (one: (typeof group)[number]) => number) => group.reduce((total, one) => total + of(one), 0)
      const [rejected, askedAgain, cured] = [
        sum((one) => one.count),
        sum((one) => one.askedAgain),
        sum((one) => one.cured),
      ]
      return { cause, rejected, askedAgain, cured, successRate: askedAgain === 0 ? undefined : cured / askedAgain }
    })
    const rejected = causes.reduce((total, cause) => total + cause.rejected, 0)
    causes.sort((a, b) => b.rejected - a.rejected || a.cause.localeCompare(b.cause))
    return { donor, asked: count, rejected, rejectionRate: count === 0 ? 0 : rejected / count, causes }
  })
}

/** Words of a donor that no row of the table knows: to be mapped by a person. */
export type UnmappedText = {
  readonly donor: string
  readonly code: number
  readonly text: string
  readonly count: number
  readonly lastAt: Temporal.Instant
}

export async function unmappedRejections({ db }: Reading, period: RejectionPeriod): Promise<UnmappedText[]> {
  const rejections = await listRejections(db, period)
  return rejections.flatMap(({ donor, code, text, count, lastAt }) =>
    text !== null && explainRejection(code, text).readFrom === 'nothing' ? [{ donor, code, text, count, lastAt }] : [],
  )
}
