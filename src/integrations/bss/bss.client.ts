import { Agent, request } from 'undici'
import type { NumberRange } from '../../numbers/range.ts'
import { textWithin } from '../../shared/bounded.ts'
import { hasShape } from '../../shared/shape.ts'
import { headersOf } from '../webhook.ts'
import { EligibilityReply } from './eligibility.schema.ts'

export type EligibilityQuestion = {
  /** The same for every repetition. */
  readonly id: string
  readonly msgidentifier: string
  readonly range: NumberRange
  readonly numberType: 'mobile' | 'fixed'
  readonly accountType: 'Prepaid' | 'Postpaid' | null
  readonly recipient: string
  /** Until when the answer is of use. */
  readonly answerDueAt: Temporal.Instant
  /** Counts from 1. */
  readonly attempt: number
}

/** `silent` is everything that is no answer: nothing in time, another status, or what cannot be read. */
export type EligibilityAnswer =
  | { readonly kind: 'eligible'; readonly reason: string | undefined }
  | { readonly kind: 'ineligible'; readonly code: number | undefined; readonly reason: string | undefined }
  | { readonly kind: 'silent'; readonly detail: string }

export type BssAccess = {
  readonly url: string
  readonly secret: string
  /** For the whole exchange, connecting included. */
  readonly timeoutSeconds: number
  readonly now: () => Temporal.Instant
}

export type BssClient = {
  /** One attempt. Never throws: what goes wrong on the way is `silent`. */
  ask(question: EligibilityQuestion): Promise<EligibilityAnswer>
  close(): Promise<void>
}

const EVENT = 'port_out.eligibility'
/** A verdict is a line; nothing longer is read. */
const MAX_ANSWER_BYTES = 64 * 1024
/** So much of what stands in the place of a verdict is kept. */
const MAX_WORDS = 200

/** Asks the operator's BSS whether a customer may leave, signed as webhooks are (docs/webhooks.md). */
export function bssClient({ url, secret, timeoutSeconds, now }: BssAccess): BssClient {
  const dispatcher = new Agent({ connections: 16, connect: { timeout: timeoutSeconds * 1000 } })
  return {
    async ask(question) {
      const body = bodyOf(question)
      const sent = { body, at: now(), attempt: question.attempt }
      const headers = headersOf({ secret }, { id: question.id, type: EVENT }, sent)
      const signal = AbortSignal.timeout(timeoutSeconds * 1000)
      try {
        // redirects are not followed: a signed question goes to the address that was configured, or nowhere
        const answer = await request(url, { method: 'POST', headers, body, dispatcher, signal })
        return answerOf(answer.statusCode, await textWithin(answer.body, MAX_ANSWER_BYTES))
      } catch (error) {
        // whatever the network does is no answer; the reason is kept with the check
        const reason = error instanceof Error ? error.message : 'the attempt failed'
        return {
          kind: 'silent',
          detail: signal.aborted ? `no answer within ${timeoutSeconds} s` : reason.slice(0, 300),
        }
      }
    },
    close: () => dispatcher.destroy(),
  }
}

function bodyOf({
  id,
  msgidentifier,
  range,
  numberType,
  accountType,
  recipient,
  answerDueAt,
}: EligibilityQuestion): string {
  return JSON.stringify({
    id,
    msgidentifier,
    first_number: range.first,
    last_number: range.last,
    number_type: numberType,
    account_type: accountType,
    recipient,
    answer_due_at: answerDueAt.toString({ smallestUnit: 'second' }),
  })
}

function answerOf(status: number, text: string): EligibilityAnswer {
  if (status !== 200) {
    const words = text.replace(/\s+/g, ' ').trim().slice(0, MAX_WORDS)
    return { kind: 'silent', detail: `HTTP ${status}${words && `: ${words}`}` }
  }
  const reply = parsed(text)
  if (!hasShape(EligibilityReply, reply))
    return { kind: 'silent', detail: 'HTTP 200 with something else than a verdict' }
  const { eligible, code, reason } = reply
  return eligible ? { kind: 'eligible', reason } : { kind: 'ineligible', code, reason }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no JSON: the caller says so
  }
}
