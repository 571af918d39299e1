import { Agent, request } from 'undici'
import type { SmsAccess } from './access.schema.ts'
import { textAt } from './json-path.ts'
import type { HttpProvider, Sms, SmsRequest, SmsStanding } from './providers.ts'

/** What came of handing one message to a provider. Empty identifiers: the provider gave none. */
export type SmsOutcome = {
  readonly isAccepted: boolean
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
      return { ...answer, text: await startOf(answer.body) }
    } catch (error) {
      const reason = signal.aborted ? `no answer within ${timeoutSeconds} s` : reasonOf(error)
      throw new Error(`${provider.name} could not be asked: ${reason}`)
    }
  }
  // whatever the network does is an answer to the question that was asked
  return {
    send: (provider, access, sms) =>
      exchange(provider, access, provider.request(sms, access)).then(
        (answer) => outcomeOf(provider, answer),
        (error: Error) => refused(error.message),
      ),
    whoAmI: (provider, access) => {
      const { path, authorization } = provider.whoAmI(access)
      return exchange(provider, access, { path, headers: { authorization } }).then(standingOf, (error: Error) => ({
        kind: 'unknown',
        said: error.message,
      }))
    },
    close: () => dispatcher.destroy(),
  }
}

type Wanted = Omit<SmsRequest, 'body'> & { readonly body?: string }

function standingOf({ statusCode, text }: HttpAnswer): SmsStanding {
  if (statusCode === 200 && typeof parseJson(text) === 'object') return { kind: 'accepted' }
  return { kind: statusCode === 401 ? 'refused' : 'unknown', said: `HTTP ${statusCode} ${text}`.trim() }
}

export function refused(response: string): SmsOutcome {
  return { isAccepted: false, messageId: '', transactionId: '', response }
}

type HttpAnswer = {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

function outcomeOf(provider: HttpProvider, { statusCode, headers, text }: HttpAnswer): SmsOutcome {
  const body = parseJson(text)
  const { transactionId: where } = provider
  const header = where && 'header' in where ? headers[where.header] : undefined
  return {
    isAccepted: provider.isAccepted({ status: statusCode, body }),
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

async function startOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= MAX_ANSWER_BYTES) break
  }
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8')
}

/** Why there was no answer, in the words of the system: a connection to several addresses fails with several reasons. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  if (!(error instanceof Error)) return 'the attempt failed'
  return error.message || error.name
}
