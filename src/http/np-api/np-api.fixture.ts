import { Registry } from 'prom-client'
import { testDatabase } from '../../../test/support/database.ts'
import { createKeys, type Keys, TIERS, type Tier } from '../../accounts/key.ts'
import { type E164, parseE164 } from '../../numbers/e164.ts'
import { Fault } from '../../shared/fault.ts'
import { createLog, type Log } from '../../shared/log.ts'
import { createServer, type HttpServer } from '../server.ts'
import { type MemoryPortIn, memoryPortIn } from './memory-port-in.fixture.ts'
import type { LocalNumbers } from './port-in.wire.ts'
import type { RawAnswer, RawMessage } from './recv.routes.ts'
import { npApiSurface } from './surface.ts'

export type NpApi = {
  readonly url: string
  readonly server: HttpServer
  readonly portIn: MemoryPortIn
  readonly keys: Keys
  readonly received: RawMessage[]
  readonly key: Readonly<Record<Tier, string>>
  readonly registry: Registry
  answerWith(answer: RawAnswer): void
  close(): Promise<void>
}

/** Numbers of the document's fictional plan: country code 1 and 7 local digits. */
export const DOC_NUMBERS: LocalNumbers = {
  parse(text) {
    const digits = text.replace(/[^0-9+]/g, '')
    const number = parseE164(digits.startsWith('+') ? digits : `+1${digits}`)
    if (number?.length !== 9) throw new Fault('number_invalid', `${text} has not 7 local digits`)
    return number
  },
  localOf: (number: E164) => number.slice(2),
}

/** The surface on a socket of its own, with one key per tier in a database of its own. */
export async function startNpApi(options: { isDocPublic?: boolean; log?: Log } = {}): Promise<NpApi> {
  const now = () => Temporal.Instant.from('2025-01-15T10:30:00.987Z')
  const database = await testDatabase()
  const keys = createKeys({ db: database.db, log: createLog('silent'), now, audit: async () => {} })
  const key: Record<Tier, string> = { admin: '', pxs: '', read_only: '', clearinghouse: '' }
  for (const tier of TIERS) key[tier] = (await keys.createKey({ username: `${tier}-user`, tier, by: 'test' })).key
  const portIn = memoryPortIn(now)
  const received: RawMessage[] = []
  let answer: RawAnswer = { status: 200, contentType: 'application/xml', body: '<ack/>' }
  const registry = new Registry()
  const surface = npApiSurface({
    portIn,
    numbers: DOC_NUMBERS,
    keys,
    receive: async (message) => {
      received.push(message)
      return answer
    },
    deploymentPrefix: 'doc-pxs',
    isDocPublic: options.isDocPublic ?? false,
  })
  const server = await createServer({ log: options.log ?? createLog('silent'), surfaces: [surface], registry })
  const url = await server.listen({ host: '127.0.0.1', listenPort: 0 })
  return {
    url,
    server,
    portIn,
    keys,
    received,
    key,
    registry,
    answerWith(next) {
      answer = next
    },
    async close() {
      await server.close()
      await database.close()
    },
  }
}

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Record<string, unknown>
}

/** One request; `json` is empty where the answer is something else. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000), ...init })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return { status: response.status, headers: response.headers, text, json: isJson && text ? JSON.parse(text) : {} }
}

export function basic(username: string, key: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${username}:${key}`).toString('base64')}` }
}
