import type { Db } from '../../db/db.ts'
import type { E164 } from '../../numbers/e164.ts'
import { beginNotice, endNotice, lockNotice, type NoticeKey, type NoticeRow } from './notice.store.ts'
import type { SmsProvider } from './providers.ts'
import type { SmsTester } from './sms.ts'

export type Notice = NoticeKey & { readonly number: E164; readonly text: string }

/** `waiting`: another worker is at it. `failed`: why, in the provider's words; it may be asked for again. */
export type NoticeAnswer =
  | { readonly kind: 'accepted'; readonly by: string }
  | { readonly kind: 'waiting' | 'failed'; readonly reason: string }

export type NoticeDeps = {
  readonly db: Db
  readonly sms: Pick<SmsTester, 'notify' | 'whoAmI'>
  readonly provider: SmsProvider
  readonly now: () => Temporal.Instant
}

/** Longer than a question and a message may take: an attempt that has not ended by then was cut off. */
const ATTEMPT_SECONDS = 60
const FIRST_PAUSE_MINUTES = 2
const LONGEST_PAUSE_MINUTES = 60

/**
 * Sends notices to customers, each at most once as far as the provider says: no provider knows a message again, so that one whose
 * answer was lost may have gone out. It is sent again only after a pause that doubles, and once the provider answers a question that
 * sends nothing: what was away for an hour gets one message more, and not sixty.
 */
export function smsNotices({ db, sms, provider, now }: NoticeDeps): (notice: Notice) => Promise<NoticeAnswer> {
  const { name } = provider
  return async (notice) => {
    const row = await db.tx((tx) => lockNotice(tx, notice, name))
    const early = answerBefore(row, now())
    if (early) return early
    if (againAt(row)) {
      const standing = await sms.whoAmI(provider)
      if (standing.kind !== 'accepted') return { kind: 'failed', reason: saidBy(name, standing.said) }
    }
    const taken = await db.tx(async (tx) => {
      const current = await lockNotice(tx, notice, name)
      const other = answerBefore(current, now())
      if (other) return other
      await beginNotice(tx, notice, { provider: name, at: now() })
      return undefined
    })
    if (taken) return taken
    const outcome = await sms.notify(provider, notice.number, notice.text)
    const at = now()
    if (outcome.isAccepted) {
      await endNotice(db, notice, { kind: 'accepted', messageId: outcome.messageId, at })
      return accepted(name, outcome.messageId)
    }
    await endNotice(db, notice, outcome.isInDoubt ? { kind: 'doubt', at } : { kind: 'refused' })
    return { kind: 'failed', reason: saidBy(name, outcome.response) }
  }
}

/** What can be said without sending anything; undefined: a message may be sent now. */
function answerBefore(row: NoticeRow, now: Temporal.Instant): NoticeAnswer | undefined {
  const { provider, acceptedAt, messageId, begunAt } = row
  if (acceptedAt) return accepted(provider, messageId ?? '')
  if (begunAt && Temporal.Instant.compare(now, begunAt.add({ seconds: ATTEMPT_SECONDS })) < 0)
    return { kind: 'waiting', reason: 'it is being sent' }
  const again = againAt(row)
  if (!again || Temporal.Instant.compare(now, again) >= 0) return undefined
  const when = again.toString({ smallestUnit: 'second' })
  return {
    kind: 'failed',
    reason: `${provider} did not say whether it took the notice; it is sent again after ${when}`,
  }
}

/** What could not be asked names the provider itself. */
function saidBy(name: string, said: string): string {
  return said.startsWith(name) ? said : `${name}: ${said}`
}

function accepted(provider: string, messageId: string): NoticeAnswer {
  return { kind: 'accepted', by: `${provider} ${messageId}`.trim() }
}

/** When a notice that may have gone out may be sent again. One that was cut off in its attempt may have gone out, too. */
function againAt({ doubts, doubtedAt, begunAt }: NoticeRow): Temporal.Instant | undefined {
  const since = begunAt ?? doubtedAt
  const times = doubts + (begunAt ? 1 : 0)
  if (!since || times === 0) return undefined
  return since.add({ minutes: Math.min(LONGEST_PAUSE_MINUTES, FIRST_PAUSE_MINUTES * 2 ** (times - 1)) })
}
