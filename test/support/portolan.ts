import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../src/config.ts'
import type { Db } from '../../src/db/db.ts'
import { startPortolan } from '../../src/main/portolan.ts'
import { testDatabase } from './database.ts'
import { ask, type DnsAnswer } from './dns.ts'
import { until } from './until.ts'

export const ROOT = join(import.meta.dirname, '..', '..')
export const ADMIN_KEY = 'walk-admin-key-0001'

export type Answer = { readonly status: number; readonly body: unknown; readonly text: string }

/** The whole product on a database of its own, with the simulator as the process it is; every port is a free one. */
export type TestPortolan = {
  readonly db: Db
  readonly url: string
  readonly databaseUrl: string
  readonly simulatorUrl: string
  readonly dnsPort: number
  /** Where PORTOLAN_SIP_PORT is set. */
  readonly sipPort: number | undefined
  /** The keys that the first start made, by tier. */
  readonly keys: Readonly<Record<string, string>>
  /** A request to np_api as admin, or as the given `user:key`. */
  api(
    method: string,
    path: string,
    body?: unknown,
    credentials?: string,
    headers?: Record<string, string>,
  ): Promise<Answer>
  /** Makes a key of a tier; returns its `user:key`. */
  key(tier: 'pxs' | 'read_only'): Promise<string>
  /** A NAPTR question over UDP for a full number without plus. */
  enum(digits: string, apex?: string): Promise<DnsAnswer>
  /** Creates a port-in of local digits; returns its msgidentifier. */
  create(first: string, last?: string, more?: Record<string, unknown>): Promise<string>
  /** Waits until the newest record of a chain is in a state; fails loudly with its log when it is not in time. */
  reaches(msgidentifier: string, state: number): Promise<PortInRecord>
  get(msgidentifier: string): Promise<PortInRecord>
  /** Delivers bytes to our receiver as the clearinghouse. */
  deliver(body: string | Buffer): Promise<Answer>
  /** Moves the clocks: ours alone, or the simulator's too. */
  advance(seconds: number, whose: 'ours' | 'both'): Promise<void>
  close(): Promise<void>
}

export type PortInRecord = {
  readonly port_in_id: number
  readonly msgidentifier: string
  readonly PortingState: number
  readonly PortingStateString: string
  readonly donornetworkoperator: string
  readonly AccountType: string
  readonly failure_reason: number | null
  readonly original_porting_request: string | null
  readonly events: readonly { readonly msgtype: string; readonly direction: number; readonly eventlog: string }[]
}

const STEP_MS = '20'
const CLEARINGHOUSE_KEY = 'walk-clearinghouse-1'

export async function testPortolan(settings: Record<string, string> = {}): Promise<TestPortolan> {
  const { url: databaseUrl, db, close } = await testDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'portolan-walk-'))
  let movedSeconds = 0
  const env = {
    DATABASE_URL: databaseUrl,
    PORTOLAN_DATA_DIR: dataDir,
    PORTOLAN_HTTP_PORT: '0',
    PORTOLAN_DNS_PORT: '0',
    PORTOLAN_SIM_PORT: '0',
    PORTOLAN_SIM_STEP_MS: STEP_MS,
    PORTOLAN_ADMIN_KEY: ADMIN_KEY,
    PORTOLAN_LOG_LEVEL: 'silent',
    ...settings,
  }
  const now = () => Temporal.Now.instant().add({ seconds: movedSeconds })
  const portolan = await startPortolan({ config: readConfig(env, ROOT), root: ROOT, now })
  await portolan.keys.createKey({ username: 'walk', tier: 'clearinghouse', by: 'walk', key: CLEARINGHOUSE_KEY })
  const { httpUrl, dnsPort, simulatorUrl = '' } = portolan
  if (httpUrl === undefined || dnsPort === undefined) throw new Error('a walk needs HTTP and DNS')

  const call = async (address: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(address, init)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    return { status: response.status, text, body: isJson ? JSON.parse(text) : undefined }
  }
  const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`
  const api: TestPortolan['api'] = (method, path, body, credentials = `admin:${ADMIN_KEY}`, headers = {}) =>
    call(`${httpUrl}/np_api${path}`, {
      method,
      headers: {
        authorization: basic(credentials),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const get = async (msgidentifier: string) => {
    const { status, body, text } = await api('GET', `/PortIn/${msgidentifier}`)
    if (status !== 200) throw new Error(`GET ${msgidentifier}: ${status} ${text}`)
    return body as PortInRecord // np_api's own schema has shaped it
  }
  return {
    db,
    url: httpUrl,
    databaseUrl,
    simulatorUrl,
    dnsPort,
    sipPort: portolan.sipPort,
    keys: Object.fromEntries(portolan.firstKeys.map(({ tier, key }) => [tier, key])),
    api,
    async key(tier) {
      const key = `walk-${tier}-key-0001`
      await portolan.keys.createKey({ username: tier, tier, by: 'walk', key })
      return `${tier}:${key}`
    },
    get,
    enum: (digits, apex = 'e164.arpa') => ask(dnsPort, `${[...digits].reverse().join('.')}.${apex}`, 'NAPTR'),
    async create(first, last = first, more = {}) {
      const { status, body, text } = await api('POST', '/PortIn/create', { ...request(first, last), ...more })
      if (status !== 200) throw new Error(`create ${first}: ${status} ${text}`)
      return (body as { msgidentifier: string }).msgidentifier // np_api's own schema has shaped it
    },
    async reaches(msgidentifier, state) {
      let seen: PortInRecord | undefined
      const look = async () => {
        seen = await get(msgidentifier)
        // a port passes through 20 on its way to 30, and both count as ported (contract O-55)
        return (seen.PortingState === state || (state === 20 && seen.PortingState === 30)) && seen
      }
      return until(`${msgidentifier} in state ${state}`, look).catch((error: Error) => {
        throw new Error(`${error.message}\n${JSON.stringify(seen, null, 1)}`)
      })
    },
    deliver: (body) =>
      call(`${httpUrl}/np_api/pxs/recv/`, {
        method: 'POST',
        headers: { authorization: basic(`walk:${CLEARINGHOUSE_KEY}`), 'content-type': 'application/xml' },
        body: typeof body === 'string' ? body : new Uint8Array(body),
      }),
    async advance(seconds, whose) {
      movedSeconds += seconds
      if (whose === 'ours') return
      await call(`${simulatorUrl}/sim/clock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ advanceSeconds: seconds }),
      })
    },
    async close() {
      await portolan.close()
      await close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The body of a create, as the document prints it. */
export function request(first: string, last = first) {
  return {
    email: 'ops@example.com',
    overridecooloff: false,
    contacttelephonenumber: first,
    Type_of_Numbers: 'mobile',
    telephonenumberseriestart: first,
    telephonenumberserieend: last,
    AccountType: 'Prepaid',
  }
}
