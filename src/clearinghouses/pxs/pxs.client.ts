import { bytesWithin } from '../../shared/bounded.ts'
import { PXS_PROFILE } from './profile.ts'
import { decodePxs } from './pxs.codec.ts'

/** What came of one attempt: it is taken (now or before), it is refused for good, or it may be tried again. */
export type PxsAnswer =
  | { readonly kind: 'acknowledged'; readonly isDuplicate: boolean }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }

export type PxsClient = {
  /** One attempt to hand over a message that `encodePxs` wrote. Never throws: what goes wrong on the way is `failed`. */
  send(message: Uint8Array): Promise<PxsAnswer>
}

export type PxsAccess = {
  /** Base address; messages go to `{url}/messages`. */
  readonly url: string
  readonly username: string
  readonly password: string
  /** For the whole attempt, from the first byte out to the last byte in. */
  readonly timeoutSeconds: number
}

/** An acknowledgement is a few hundred bytes; nothing longer is read. */
const MAX_ANSWER_BYTES = 64 * 1024

/** Speaks to the clearinghouse over HTTP with Basic authentication. */
export function pxsClient({ url, username, password, timeoutSeconds }: PxsAccess): PxsClient {
  const address = `${url.replace(/\/+$/, '')}/messages`
  const headers = {
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    'content-type': PXS_PROFILE.contentType,
  }
  const secrets = [password, headers.authorization.slice('Basic '.length)].filter((secret) => secret !== '')
  /** A clearinghouse that repeats what it was sent must not put our password into a log. */
  const withoutSecrets = (answer: PxsAnswer): PxsAnswer =>
    'reason' in answer
      ? { ...answer, reason: secrets.reduce((words, secret) => words.replaceAll(secret, '[secret]'), answer.reason) }
      : answer
  return {
    async send(message) {
      try {
        const response = await fetch(address, {
          method: 'POST',
          headers,
          body: Buffer.from(message),
          // A redirection would carry the password elsewhere.
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutSeconds * 1000),
        })
        const body = await bytesWithin(response.body ?? [], MAX_ANSWER_BYTES)
        return withoutSecrets(answerOf(response.status, body, msgidIn(message)))
      } catch (error) {
        // Whatever the network does, the message is tried again; the reason is kept with it.
        return { kind: 'failed', reason: reasonOf(error) }
      }
    },
  }
}

/** Only an acknowledgement that names our message settles it; any other answer is no answer. */
function answerOf(status: number, body: Uint8Array, msgid: string | undefined): PxsAnswer {
  const decoded = decodePxs(body)
  if (decoded.kind !== 'ack') {
    const words = decoded.kind === 'malformed' ? wordsOf(body) : ''
    return { kind: 'failed', reason: `HTTP ${status} without an acknowledgement${words}` }
  }
  const { ack } = decoded
  if (ack.msgid !== msgid) return { kind: 'failed', reason: `HTTP ${status} acknowledges ${ack.msgid}, not ${msgid}` }
  if (ack.result === 'reject') {
    const reasons = ack.errors.map(({ errorCode, description }) => `${errorCode}: ${description}`)
    return { kind: 'refused', reason: reasons.join('; ') || 'refused without a reason' }
  }
  return status === 200
    ? { kind: 'acknowledged', isDuplicate: ack.isDuplicate }
    : { kind: 'failed', reason: `HTTP ${status} with an acknowledgement` }
}

const MAX_WORDS = 200

/** What stands there instead, on one line: whoever reads the reason sees the clearinghouse's own words. */
function wordsOf(body: Uint8Array): string {
  const words = Buffer.from(body.subarray(0, 4 * MAX_WORDS))
    .toString('utf8')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return words === '' ? '' : `: ${words.slice(0, MAX_WORDS)}`
}

function msgidIn(message: Uint8Array): string | undefined {
  const decoded = decodePxs(message)
  return decoded.kind === 'message' ? decoded.message.msgid : undefined
}

/** `fetch` says "fetch failed" and hides the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the attempt failed'
  const { cause } = error
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message
}
