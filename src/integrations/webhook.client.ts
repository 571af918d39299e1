import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector, request } from 'undici'
import { startOf } from '../shared/bounded.ts'
import type { Reach } from './webhook-reach.ts'

/** What came of one POST: a status, or the reason why there was none. `detail` never repeats what was sent. */
export type Answer = { readonly status: number | undefined; readonly detail: string | undefined }

export type WebhookClient = {
  post(url: string, headers: Record<string, string>, body: string): Promise<Answer>
  close(): Promise<void>
}

export type WebhookClientOptions = {
  readonly reach: Reach
  readonly timeoutSeconds?: number
  readonly connections?: number
}

const DETAIL_BYTES = 300

/** The beginning of an answer, for the delivery log. */
async function detailOf(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const start = await startOf(body, DETAIL_BYTES)
  return (
    start
      .toString('utf8')
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim() || undefined
  )
}

/** Why there was no answer, in the words of the system: a code where there is one, the chain of causes otherwise. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code} ` : ''
  return `${code}${error.message}`.slice(0, DETAIL_BYTES)
}

/**
 * Connects to what may be reached. Looked at is the address that is connected to, when it is: a name may mean another one by now
 * than when the webhook was made.
 */
function connectorWithin(reach: Reach, timeoutMs: number): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs })
  const connectWithin = buildConnector({ timeout: timeoutMs, lookup: lookupWithin(reach) })
  return (options, callback) => {
    const { protocol, hostname, host = hostname } = options
    if (reach.isStated(`${protocol}//${host}`)) return connect(options, callback)
    const problem = isIP(hostname) ? reach.problemOf(hostname) : undefined // an address is not looked up
    if (problem) return callback(new Error(`${hostname} ${problem}`), null)
    return connectWithin(options, callback)
  }
}

/** Of the addresses of a name those that may be reached. */
function lookupWithin(reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, [])
      const within = found.filter(({ address }) => reach.problemOf(address) === undefined)
      const [first] = within
      if (first) return options.all ? callback(null, within) : callback(null, first.address, first.family)
      const problems = found.map(({ address }) => `${address} ${reach.problemOf(address)}`)
      return callback(new Error(`${hostname}: ${problems[0] ?? 'has no address'}`), [])
    })
  }
}

/**
 * POSTs webhooks. Redirects are not followed: a signed body goes to the address that was configured, or nowhere.
 *
 * @param reach - what may be connected to
 * @param timeoutSeconds - for the whole exchange, connecting included
 * @param connections - at most so many at once to one address
 */
export function createWebhookClient({
  reach,
  timeoutSeconds = 10,
  connections = 16,
}: WebhookClientOptions): WebhookClient {
  const dispatcher = new Agent({ connections, connect: connectorWithin(reach, timeoutSeconds * 1000) })
  return {
    async post(url, headers, body) {
      const signal = AbortSignal.timeout(timeoutSeconds * 1000)
      try {
        const answer = await request(url, { method: 'POST', headers, body, dispatcher, signal })
        if (answer.statusCode >= 200 && answer.statusCode < 300) {
          await answer.body.dump({ limit: 64 * 1024 })
          return { status: answer.statusCode, detail: undefined }
        }
        return { status: answer.statusCode, detail: await detailOf(answer.body) }
      } catch (error) {
        return { status: undefined, detail: signal.aborted ? `no answer within ${timeoutSeconds} s` : reasonOf(error) }
      }
    },
    close: () => dispatcher.destroy(),
  }
}
