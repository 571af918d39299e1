import { Agent, request } from 'undici'

/** What came of one POST: a status, or the reason why there was none. `detail` never repeats what was sent. */
export type Answer = { readonly status: number | undefined; readonly detail: string | undefined }

export type WebhookClient = {
  post(url: string, headers: Record<string, string>, body: string): Promise<Answer>
  close(): Promise<void>
}

const DETAIL_BYTES = 300

/** The first bytes of an answer, for the delivery log; the rest is not read. */
async function startOf(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= DETAIL_BYTES) break
  }
  return (
    Buffer.concat(chunks)
      .subarray(0, DETAIL_BYTES)
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
 * POSTs webhooks. Redirects are not followed: a signed body goes to the address that was configured, or nowhere.
 *
 * @param timeoutSeconds - for the whole exchange, connecting included
 * @param connections - at most so many at once to one address
 */
export function createWebhookClient({ timeoutSeconds = 10, connections = 16 } = {}): WebhookClient {
  const dispatcher = new Agent({ connections, connect: { timeout: timeoutSeconds * 1000 } })
  return {
    async post(url, headers, body) {
      const signal = AbortSignal.timeout(timeoutSeconds * 1000)
      try {
        const answer = await request(url, { method: 'POST', headers, body, dispatcher, signal })
        if (answer.statusCode >= 200 && answer.statusCode < 300) {
          await answer.body.dump({ limit: 64 * 1024 })
          return { status: answer.statusCode, detail: undefined }
        }
        return { status: answer.statusCode, detail: await startOf(answer.body) }
      } catch (error) {
        return { status: undefined, detail: signal.aborted ? `no answer within ${timeoutSeconds} s` : reasonOf(error) }
      }
    },
    close: () => dispatcher.destroy(),
  }
}
