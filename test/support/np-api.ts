import { join } from 'node:path'
import { Registry } from 'prom-client'
import { createKeys, type Keys, TIERS, type Tier } from '../../src/accounts/key.ts'
import type { RequestRate } from '../../src/accounts/request-limit.ts'
import { pxsEncoder } from '../../src/clearinghouses/pxs/encode.ts'
import { PXS_PROFILE } from '../../src/clearinghouses/pxs/profile.ts'
import { readConfig } from '../../src/config.ts'
import { appendAudit } from '../../src/events/audit.store.ts'
import type { Receive } from '../../src/http/np-api/recv.routes.ts'
import { npApiSurface } from '../../src/http/np-api/surface.ts'
import { createServer, type HttpServer } from '../../src/http/server.ts'
import { createSmsTester } from '../../src/integrations/sms/sms.ts'
import { composeRouting } from '../../src/main/routing.ts'
import { loadMarket } from '../../src/numbers/load-market.ts'
import { localOf, parseNumber, parseRange } from '../../src/numbers/market.ts'
import { type EdgeCause, takeEdge } from '../../src/porting/edge.ts'
import { numberDesk } from '../../src/porting/number-desk.ts'
import { lockNewest } from '../../src/porting/port.store.ts'
import type { PortInTrigger } from '../../src/porting/port-in.machine.ts'
import { portInService } from '../../src/porting/port-in.ts'
import { portOutService } from '../../src/porting/port-out.ts'
import type { Porting } from '../../src/porting/porting.ts'
import { INCORRECT_ACCOUNT_TYPE } from '../../src/porting/rejection.ts'
import { createLog, type Log } from '../../src/shared/log.ts'
import { type TestDatabase, testDatabase } from './database.ts'

/** The np_api surface on a socket and a database of its own, over the real rooms of the `doc` market. */
export type TestNpApi = {
  readonly url: string
  readonly database: TestDatabase
  readonly server: HttpServer
  readonly porting: Porting
  readonly keys: Keys
  /** One key per tier; the user name is `<tier>-user`. */
  readonly key: Readonly<Record<Tier, string>>
  /** Takes edges of a port, as the clearinghouse's messages would. */
  move(msgidentifier: string, ...said: readonly PortInTrigger[]): Promise<void>
  close(): Promise<void>
}

export type TestNpApiOptions = {
  readonly isDocPublic?: boolean
  readonly log?: Log
  /** Stands behind the receiver; by default nothing does. */
  readonly receive?: Receive
  /** How many requests a key may send; by default any. */
  readonly rate?: RequestRate | undefined
  readonly registry?: Registry
}

const ROOT = join(import.meta.dirname, '../..')

/** The request of porting-manager.md, "Create Port-In Request", as printed. */
export const PRINTED_CREATE = {
  donornetworkoperator: 'DONOR',
  email: 'ops@example.com',
  overridecooloff: false,
  contacttelephonenumber: '5550100',
  Type_of_Numbers: 'mobile',
  telephonenumberseriestart: '5550100',
  telephonenumberserieend: '5550199',
  AccountType: 'Prepaid',
}

/** The month of the document's examples, with a fraction of a second that no answer shows. */
const NOW = Temporal.Instant.from('2025-01-15T10:30:00.987Z')

/** No clearinghouse is here to answer. */
const INFO_TIMEOUT_SECONDS = 0.1

export async function testNpApi({
  isDocPublic = false,
  log,
  receive = nothingThere,
  rate,
  registry = new Registry(),
}: TestNpApiOptions = {}): Promise<TestNpApi> {
  const database = await testDatabase()
  const { db } = database
  const now = () => NOW
  const quiet = createLog('silent')
  const market = await loadMarket(join(ROOT, 'markets'), 'doc')
  const porting: Porting = {
    db,
    market,
    encode: pxsEncoder({ market, profile: PXS_PROFILE }),
    now,
    requiredSteps: [],
    log: quiet,
  }
  const keys = createKeys({ db, log: quiet, now, audit: (tx, row) => appendAudit(tx, [row]) })
  const key: Record<Tier, string> = { admin: '', pxs: '', read_only: '', clearinghouse: '' }
  for (const tier of TIERS) key[tier] = (await keys.createKey({ username: `${tier}-user`, tier, by: 'test' })).key
  const surface = npApiSurface({
    portIn: portInService(porting),
    portOut: portOutService(porting, { noticeMinutes: 0 }),
    numberDesk: numberDesk(porting, INFO_TIMEOUT_SECONDS),
    numbers: {
      parseRange: (text) => parseRange(market, text),
      parseNumber: (text) => parseNumber(market, text),
      localOf: (number) => localOf(market, number),
    },
    sms: createSmsTester({ access: new Map(), now, log: quiet }),
    routing: composeRouting({ config: readConfig({}, ROOT), porting, log: quiet }).desk,
    keys,
    receive,
    deploymentPrefix: 'doc-pxs',
    isDocPublic,
  })
  const server = await createServer({ log: log ?? quiet, surfaces: [surface], registry, rate })
  return {
    url: await server.listen({ host: '127.0.0.1', listenPort: 0 }),
    database,
    server,
    porting,
    keys,
    key,
    async move(msgidentifier, ...said) {
      for (const on of said) {
        await db.tx(async (tx) => {
          const port = await lockNewest(tx, 'in', msgidentifier)
          if (!port) throw new Error(`no port ${msgidentifier}`)
          const cause: EdgeCause = { by: 'pxs', surface: 'pxs' }
          const isRejected = on === 'pxs:rejected'
          await takeEdge(porting, tx, port, on, isRejected ? { ...cause, code: INCORRECT_ACCOUNT_TYPE } : cause)
        })
      }
    },
    async close() {
      await server.close()
      await database.close()
    },
  }
}

const nothingThere: Receive = async () => ({
  status: 404,
  contentType: 'text/plain',
  body: 'nothing stands behind the receiver',
})

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Empty where the answer is no JSON object. */
  readonly json: Readonly<Record<string, unknown>>
}

/** One request, bounded in time. */
export async function askHttp(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(30_000), ...init })
  const text = await response.text()
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, text, json: isJson && text ? JSON.parse(text) : {} }
}

export function basic(username: string, key: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${username}:${key}`).toString('base64')}` }
}
