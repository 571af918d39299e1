import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { answeredRequests } from '../../src/accounts/answered-request.ts'
import { createKeys, type Keys, TIERS, type Tier } from '../../src/accounts/key.ts'
import type { RequestRate } from '../../src/accounts/request-limit.ts'
import { createUsers } from '../../src/accounts/user.ts'
import { pxsEncoder } from '../../src/clearinghouses/pxs/encode.ts'
import { PXS_PROFILE } from '../../src/clearinghouses/pxs/profile.ts'
import { readConfig } from '../../src/config.ts'
import { appendAudit } from '../../src/events/audit.store.ts'
import { auditLog } from '../../src/events/audit-log.ts'
import { createEventFeed } from '../../src/events/feed.ts'
import { createWebhooks, type Webhooks } from '../../src/events/webhooks.ts'
import { STREAM_LIMITS, type StreamLimits } from '../../src/http/native/events.routes.ts'
import { nativeSurface } from '../../src/http/native/surface.ts'
import { createServer, type HttpServer } from '../../src/http/server.ts'
import { composeRoutes } from '../../src/main/route-book.ts'
import { loadMarket } from '../../src/numbers/load-market.ts'
import { parseRange } from '../../src/numbers/market.ts'
import { createAlerts } from '../../src/porting/alerts.ts'
import type { StepName } from '../../src/porting/checklist.ts'
import { portDesk } from '../../src/porting/desk.ts'
import { type EdgeCause, takeEdge } from '../../src/porting/edge.ts'
import { createFees } from '../../src/porting/fees.ts'
import { numberGuard } from '../../src/porting/number-guard.ts'
import { createWatch } from '../../src/porting/outlook.ts'
import { lockNewest } from '../../src/porting/port.store.ts'
import type { Port } from '../../src/porting/port.ts'
import type { PortInTrigger } from '../../src/porting/port-in.machine.ts'
import { type PortInService, portInService } from '../../src/porting/port-in.ts'
import type { Porting } from '../../src/porting/porting.ts'
import { periodsOf } from '../../src/porting/retention.ts'
import { createLog } from '../../src/shared/log.ts'
import { createVault } from '../../src/shared/vault.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { type Answer, askHttp } from './np-api.ts'

/** The native API on a socket and a database of its own, over the real rooms of the `doc` market. */
export type TestNative = {
  readonly url: string
  readonly database: TestDatabase
  readonly server: HttpServer
  readonly keys: Keys
  readonly key: Readonly<Record<Tier, string>>
  readonly porting: Porting
  readonly webhooks: Webhooks
  readonly now: () => Temporal.Instant
  readonly portIn: PortInService
  /** Asks as the tier (admin when none is named). */
  ask(
    method: string,
    path: string,
    more?: { body?: unknown; tier?: Tier; headers?: Record<string, string> },
  ): Promise<Answer>
  /** A port-in of local digits, saved. */
  create(first: string, last?: string): Promise<Port>
  /** Takes edges of a port, as the clearinghouse's messages would. */
  move(msgidentifier: string, ...said: readonly [on: PortInTrigger, cause?: Partial<EdgeCause>][]): Promise<void>
  /** Moves the clock of the rules. */
  advance(duration: Temporal.DurationLike): void
  close(): Promise<void>
}

const NOW = Temporal.Instant.from('2025-01-15T10:30:00.987Z')

type NativeSettings = {
  readonly limits?: Partial<StreamLimits>
  readonly requiredSteps?: readonly StepName[]
  /** How many requests a key may send; by default any. */
  readonly rate?: RequestRate
}

export async function testNative({ limits, requiredSteps = [], rate }: NativeSettings = {}): Promise<TestNative> {
  const database = await testDatabase()
  const { db } = database
  let at = NOW
  const now = () => at
  const quiet = createLog('silent')
  const market = await loadMarket(join(import.meta.dirname, '../../markets'), 'doc')
  const encode = pxsEncoder({ market, profile: PXS_PROFILE })
  const porting: Porting = { db, market, encode, now, requiredSteps, log: quiet }
  const vault = createVault(randomBytes(32))
  const keys = createKeys({ db, log: quiet, now, audit: (tx, row) => appendAudit(tx, [row]) })
  const key: Record<Tier, string> = { admin: '', pxs: '', read_only: '', clearinghouse: '' }
  for (const tier of TIERS) key[tier] = (await keys.createKey({ username: `${tier}-user`, tier, by: 'test' })).key
  const webhooks = createWebhooks({ db, vault, now })
  const feed = createEventFeed({ db, log: quiet })
  const portIn = portInService(porting)
  const surface = nativeSurface({
    market,
    desk: portDesk(porting),
    numberGuard: numberGuard(porting),
    ...composeRoutes({
      config: readConfig({}, join(import.meta.dirname, '../..')),
      porting,
      dns: undefined,
      log: quiet,
    }),
    enumZones: ['e164enum.net', 'e164.arpa'],
    keys,
    users: createUsers({ db, now, keys, audit: (tx, row) => appendAudit(tx, [row]) }),
    webhooks,
    audit: auditLog(db),
    alerts: createAlerts({ db, now }),
    watch: createWatch({ db, market, now }),
    fees: createFees({ db, now, timeZone: market.timeZone }),
    periods: () => periodsOf(porting, { messages: 730 }),
    now,
    answered: answeredRequests({ db, vault, now }),
    feed,
    limits: { ...STREAM_LIMITS, ...limits },
    isDocPublic: false,
  })
  const server = await createServer({ log: quiet, surfaces: [surface], registry: new Registry(), rate })
  const url = await server.listen({ host: '127.0.0.1', listenPort: 0 })
  return {
    url,
    webhooks,
    now,
    database,
    server,
    keys,
    key,
    porting,
    portIn,
    ask: (method, path, { body, tier = 'admin', headers = {} } = {}) =>
      askHttp(`${url}/v1${path}`, {
        method,
        headers: {
          'x-api-key': key[tier],
          ...(body !== undefined && typeof body !== 'string' && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    create: (first, last = first) =>
      portIn.submit({
        range: parseRange(market, { first, last, numberType: 'mobile', fields: { first: 'first', last: 'last' } }),
        numberType: 'mobile',
        accountType: 'Prepaid',
        donor: undefined,
        email: 'ops@example.com',
        contactNumber: first,
        isCoolOffOverridden: false,
        by: 'pxs-user',
      }),
    async move(msgidentifier, ...said) {
      for (const [on, cause] of said) {
        await db.tx(async (tx) => {
          const port = await lockNewest(tx, 'in', msgidentifier)
          if (!port) throw new Error(`no port ${msgidentifier}`)
          await takeEdge(porting, tx, port, on, { by: 'pxs', surface: 'pxs', ...cause })
        })
      }
    },
    advance(duration) {
      at = at.add(duration)
    },
    async close() {
      feed.close()
      await server.close()
      await database.close()
    },
  }
}
