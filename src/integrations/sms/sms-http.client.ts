import { Agent, request } from 'undici'
import { startOf } from '../../shared/bounded.ts'
import type { SmsAccess } from './access.schema.ts'
import { textAt } from './json-path.ts'
import type { HttpProvider, Sms, SmsRequest, SmsStanding } from './providers.ts'

/** What came of handing one message to a provider. Empty identifiers: the provider gave none. */
export type SmsOutcome = {
  readonly isAccepted: boolean
  /** It was handed over, and nothing says whether it was taken: it may go out. */
  readonly isInDoubt: boolean
  readonly messageId: string
  readonly transactionId: string
  /** What the provider said as it stood, or a sentence why it said nothing. */
  readonly response: string
}

export type SmsHttpClient = {
  /** One attempt. Never throws: what goes wrong on the way is an outcome. */
  send(provider: HttpProvider, access: SmsAccess, sms: Sms): Promise<SmsOutcome>
  /** Asks whether our credentials are right, and sends nothing. Never throws. */
  whoAmI(provider: HttpProvider, access: SmsAccess): Promise<SmsStanding>
  close(): Promise<void>
}

/** The longest real answer is some two kilobytes; what is longer is not read. */
const MAX_ANSWER_BYTES = 64 * 1024

/**
 * Asks providers over HTTP. Redirects are not followed: the credentials go to the address that was configured.
 *
 * @param timeoutSeconds - for the whole exchange, connecting included
 */
export function createSmsHttpClient({ timeoutSeconds }: { timeoutSeconds: number }): SmsHttpClient {
  const dispatcher = new Agent({ connections: 8, connect: { timeout: timeoutSeconds * 1000 } })
  const exchange = async (provider: HttpProvider, { baseUrl }: SmsAccess, wanted: Wanted): Promise<HttpAnswer> => {
    const { path, headers, body } = wanted
    const signal = AbortSignal.timeout(timeoutSeconds * 1000)
    try {
      const answer = await request(`${baseUrl.replace(/\/+$/, '')}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { accept: 'application/json', 'user-agent': 'portolan', ...headers },
        ...(body !== undefined && { body }),
        dispatcher,
        signal,
      })
      return { ...answer, text: (await startOf(answer.body, MAX_ANSWER_BYTES)).toString('utf8') }
    } catch (error) {
      const reason = signal.aborted ? `no answer within ${timeoutSeconds} s` : reasonOf(error)
      const isInDoubt = !(codesOf(error).length > 0 && codesOf(error).every((code) => NOT_CONNECTED.has(code)))
      throw new NotAnswered(`${provider.name} could not be asked: ${reason}`, isInDoubt)
    }
  }
  // whatever the network does is an answer to the question that was asked
  return {
    send: (provider, access, sms) =>
      exchange(provider, access, provider.request(sms, access)).then(
        (answer) => outcomeOf(provider, answer),
        ({ message, isInDoubt }: NotAnswered) => ({ ...refused(message), isInDoubt }),
      ),
    whoAmI: (provider, access) => {
      const { path, authorization } = provider.whoAmI(access)
      return exchange(provider, access, { path, headers: { authorization } }).then(
        standingOf,
        ({ message }: NotAnswered) => ({
          kind: 'unknown',
          said: message,
        }),
      )
    },
    close: () => dispatcher.destroy(),
  }
}

/** Why there was no answer. */
class NotAnswered extends Error {
  readonly isInDoubt: boolean

  constructor(message: string, isInDoubt: boolean) {
    super(message)
    this.isInDoubt = isInDoubt
  }
}

/** Codes of Node and undici for a connection that never was, so that nothing can have been handed over. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
])

function codesOf(error: unknown): string[] {
  if (error instanceof AggregateError) return error.errors.flatMap(codesOf)
  return error instanceof Error && 'code' in error ? [String(error.code)] : []
}

type Wanted = Omit<SmsRequest, 'body'> & { readonly body?: string }

function standingOf({ statusCode, text }: HttpAnswer): SmsStanding {
  if (statusCode === 200 && typeof parseJson(text) === 'object') return { kind: 'accepted' }
  return { kind: statusCode === 401 ? 'refused' : 'unknown', said: `HTTP ${statusCode} ${text}`.trim() }
}

export function refused(response: string): SmsOutcome {
  return { isAccepted: false, isInDoubt: false, messageId: '', transactionId: '', response }
}

/** What a gateway says that does not know how it went behind it (RFC 9110 §15.6.3, §15.6.5). */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 504])

type HttpAnswer = {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

function outcomeOf(provider: HttpProvider, { statusCode, headers, text }: HttpAnswer): SmsOutcome {
  const body = parseJson(text)
  const { transactionId: where } = provider
  const header = where && 'header' in where ? headers[where.header] : undefined
  const reply = { status: statusCode, body }
  const isAccepted = provider.isAccepted(reply)
  // an answer that is neither a yes nor a no: a gateway that lost the provider, a page that is not the provider's
  const isNo = (statusCode >= 400 && !GATEWAY_STATUSES.has(statusCode)) || (provider.isRefused?.(reply) ?? false)
  return {
    isAccepted,
    isInDoubt: !isAccepted && !isNo,
    messageId: textAt(body, provider.messageId),
    transactionId: where && 'field' in where ? textAt(body, [where.field]) : ([header].flat()[0] ?? ''),
    response: text.trim() === '' ? `HTTP ${statusCode} without a body` : text,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not JSON: no predicate takes it for a success, and the caller sees the text
  }
}

/** Why there was no answer, in the words of the system: a connection to several addresses fails with several reasons. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  if (!(error instanceof Error)) return 'the attempt failed'
  return error.message || error.name
}
