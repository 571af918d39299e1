import type { Db } from '../../db/db.ts'
import type { Log } from '../../shared/log.ts'
import type { SmsTester } from './sms.ts'
import { claimQuestion, findRefused, type Refused, saveStanding } from './standing.store.ts'

export type StandingDeps = {
  readonly db: Db
  readonly sms: Pick<SmsTester, 'providers' | 'whoAmI'>
  readonly now: () => Temporal.Instant
  readonly log: Log
  /** How often a provider that accepts us is asked. */
  readonly everyMinutes: number
}

export type SmsStandings = {
  /** Asks the providers whose turn it is whether they accept our credentials. @returns 0: the clock says when to ask again */
  ask(): Promise<number>
  /** Those that do not. */
  refused(): Promise<readonly Refused[]>
}

/** A provider that refuses us, or does not answer, is asked again sooner; not so soon that it would take us for a guesser. */
const ELSE_MINUTES = 5

/** Watches whether the providers of SMS accept our credentials, so that a wrong one is known before the first message. */
export function smsStandings({ db, sms, now, log, everyMinutes }: StandingDeps): SmsStandings {
  const names = sms.providers.map(({ name }) => name)
  // what was asked before this start may have been asked with other credentials
  let isFirst = true
  return {
    async ask() {
      const pauses = { afterYes: everyMinutes * 60, afterElse: Math.min(everyMinutes, ELSE_MINUTES) * 60 }
      const { afterYes, afterElse } = isFirst ? { afterYes: 0, afterElse: 0 } : pauses
      isFirst = false
      await Promise.all(
        sms.providers.map(async (provider) => {
          if (!(await claimQuestion(db, provider.name, { now: now(), afterYes, afterElse }))) return
          const standing = await sms.whoAmI(provider)
          await saveStanding(db, provider.name, standing, now())
          if (standing.kind !== 'accepted') log.warn({ provider: provider.name, ...standing }, 'SMS provider asked')
        }),
      )
      return 0
    },
    refused: () => findRefused(db, names),
  }
}
