import type { Reader } from '../db/db.ts'
import { Fault } from '../shared/fault.ts'
import type { Vault } from '../shared/vault.ts'
import {
  deleteAnswered,
  deleteAnsweredBefore,
  findAnswered,
  insertAnswered,
  saveAnswer,
} from './answered-request.store.ts'

/** A request that may come twice: who asks, under which Idempotency-Key, and what. */
export type RepeatableRequest = {
  readonly caller: string
  readonly key: string
  /** Method, address and body as one text; another text under the same key is refused. */
  readonly said: string
}

export type KeptAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type AnsweredRequests = {
  /**
   * Takes the key for this request. @returns the answer it was given before, or undefined when it is the first.
   * Faults: idempotency_key_reused, idempotency_unfinished.
   */
  begin(request: RepeatableRequest): Promise<KeptAnswer | undefined>
  /** Keeps the answer; a repetition gets the same. */
  finish(request: RepeatableRequest, answer: KeptAnswer): Promise<void>
  /** Nothing was done: the key may be tried again. */
  forget(request: RepeatableRequest): Promise<void>
  /** @returns how many old answers were dropped */
  dropOld(): Promise<number>
}

/** How long an answer is kept for repetition. */
const KEPT = Temporal.Duration.from({ hours: 24 })
const DROPPED_AT_ONCE = 500

type Deps = { readonly db: Reader; readonly vault: Vault; readonly now: () => Temporal.Instant }

/**
 * Requests under an Idempotency-Key are done at most once. A request whose process died before it had answered is never
 * done again by itself: whether it was done is not known, and the refusal says so.
 */
export function answeredRequests({ db, vault, now }: Deps): AnsweredRequests {
  return {
    async begin(request) {
      const { caller, key } = request
      const requestHash = vault.mark(request.said) // what was said may have a PIN in it
      if (await insertAnswered(db, { caller, key, requestHash, at: now() })) return undefined
      const row = await findAnswered(db, caller, key)
      if (row && !row.request_hash.equals(requestHash)) {
        throw new Fault(
          'idempotency_key_reused',
          'this Idempotency-Key was used for another request: take a new one for each thing that is to be done once',
          'Idempotency-Key',
        )
      }
      if (!row?.answer || row.status === null) {
        throw new Fault(
          'idempotency_unfinished',
          'a request with this Idempotency-Key is under way, or its process died before the answer: look whether it was done; if it was not, ask with a new key',
          'Idempotency-Key',
        )
      }
      // only `finish` writes here, and the vault vouches for the bytes
      const kept = JSON.parse(vault.open(row.answer, contextOf(request))) as Omit<KeptAnswer, 'status'>
      return { status: row.status, ...kept }
    },
    async finish(request, { status, headers, body }) {
      const answer = vault.seal(JSON.stringify({ headers, body }), contextOf(request))
      await saveAnswer(db, { caller: request.caller, key: request.key, status, answer })
    },
    forget: ({ caller, key }) => deleteAnswered(db, caller, key),
    dropOld: () => deleteAnsweredBefore(db, now().subtract(KEPT), DROPPED_AT_ONCE),
  }
}

function contextOf({ caller, key }: RepeatableRequest): string {
  return `answer ${caller} ${key}`
}
