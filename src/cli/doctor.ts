import { Resolver } from 'node:dns/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { type Config, configOfProcess } from '../config.ts'
import { askPeers } from '../integrations/peers.ts'
import { loopbackOf } from '../shared/loopback.ts'
import { TARGET_OPTIONS, type Target } from './api.ts'
import { printJson, printTable } from './print.ts'

type Finding = { readonly check: string; readonly verdict: 'ok' | 'problem' | 'not checked'; readonly detail: string }

const TIMEOUT_MS = 5_000
const MOST_SKEW_SECONDS = 5

/** `portolan doctor`: is everything there that this deployment needs? Ends with 1 when something is wrong. */
export function doctorCommand(): Command {
  const command = new Command('doctor').description(
    'check the configuration of this environment, and the server, database, DNS, clock, clearinghouse and other systems behind it',
  )
  for (const option of TARGET_OPTIONS) command.addOption(option())
  return command.action(async (flags: Target) => {
    const findings = await examine(flags)
    if (flags.json) printJson({ findings })
    else
      printTable(findings, [
        ['CHECK', 'check'],
        ['VERDICT', 'verdict'],
        ['WHAT', 'detail'],
      ])
    if (findings.some(({ verdict }) => verdict === 'problem')) process.exitCode = 1
  })
}

async function examine(flags: Target): Promise<Finding[]> {
  const config = readable()
  if (typeof config === 'string') {
    return [{ check: 'configuration', verdict: 'problem', detail: config }, ...(await server(flags))]
  }
  const ok: Finding = { check: 'configuration', verdict: 'ok', detail: `market ${config.market}` }
  return [ok, ...(await server(flags)), await dns(config), await clearinghouse(config), ...(await peers(config))]
}

function readable(): Config | string {
  try {
    return configOfProcess(join(import.meta.dirname, '..', '..'))
  } catch (error) {
    return error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error)
  }
}

/** The server's own readiness says how its database and its feed are; its Date says how far the clocks are apart. */
async function server({ url, key }: Target): Promise<Finding[]> {
  const response = await fetchSoon(new URL('/readyz', url).href)
  if (typeof response === 'string')
    return [{ check: 'server', verdict: 'problem', detail: `${url} does not answer: ${response}` }]
  const said: unknown = await response.json().catch(() => ({}))
  const checks =
    typeof said === 'object' && said !== null && 'checks' in said ? Object.entries(Object(said.checks)) : []
  const findings = checks.map(
    ([check, detail]): Finding => ({ check, verdict: detail === 'ok' ? 'ok' : 'problem', detail: String(detail) }),
  )
  return [
    readiness(url, response),
    ...findings,
    clock(response.headers.get('date')),
    await credentials(url, key),
    ...(await alerts(url, key)),
  ]
}

/** Health is told to this machine and to PORTOLAN_OPS_NETWORKS alone: who asks from elsewhere has found no problem. */
function readiness(url: string, { ok, status }: Response): Finding {
  const check = 'server'
  if (status === 403)
    return { check, verdict: 'not checked', detail: `${url} tells its health to PORTOLAN_OPS_NETWORKS only` }
  return { check, verdict: ok ? 'ok' : 'problem', detail: `${url} answers ${status}` }
}

function clock(date: string | null): Finding {
  const check = 'clock'
  if (!date) return { check, verdict: 'not checked', detail: 'the server does not say its time' }
  const theirs = instantOf(date)
  if (!theirs) return { check, verdict: 'not checked', detail: `the server says ${date}` }
  const seconds = Math.round(Math.abs(Temporal.Now.instant().since(theirs).total('seconds')))
  const detail = `${seconds} s apart from the server`
  return { check, verdict: seconds <= MOST_SKEW_SECONDS ? 'ok' : 'problem', detail }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7). */
function instantOf(date: string): Temporal.Instant | undefined {
  const [, day, month = '', year, time] = /^\w{3}, (\d{2}) (\w{3}) (\d{4}) (\d{2}:\d{2}:\d{2}) GMT$/.exec(date) ?? []
  const number = MONTHS.indexOf(month) + 1
  return number === 0 ? undefined : Temporal.Instant.from(`${year}-${String(number).padStart(2, '0')}-${day}T${time}Z`)
}

async function credentials(url: string, key: string | undefined): Promise<Finding> {
  const check = 'API key'
  if (key === undefined) return { check, verdict: 'not checked', detail: 'none is given (--key or NP_API_KEY)' }
  const response = await fetchSoon(new URL('/v1/me', url).href, { 'x-api-key': key })
  if (typeof response === 'string') return { check, verdict: 'problem', detail: response }
  const said = Object(await response.json().catch(() => ({})))
  return response.ok
    ? { check, verdict: 'ok', detail: `${said.name} (${said.tier})` }
    : { check, verdict: 'problem', detail: String(said.detail ?? response.status) }
}

/** What the monitors of the server have found and nobody has acknowledged; only the desk may ask. */
async function alerts(url: string, key: string | undefined): Promise<Finding[]> {
  if (key === undefined) return []
  const response = await fetchSoon(new URL('/v1/alerts?acknowledged=false&limit=20', url).href, { 'x-api-key': key })
  if (typeof response === 'string' || !response.ok) return []
  const { items, next } = Object(await response.json().catch(() => ({})))
  const found = (Array.isArray(items) ? items : []).map((one): Finding => {
    const { title, what, said } = Object(one)
    return { check: String(title), verdict: 'problem', detail: `${what}${said ? `: ${said}` : ''}` }
  })
  const more: Finding = { check: 'alerts', verdict: 'problem', detail: 'there are more: GET /v1/alerts' }
  return typeof next === 'string' ? [...found, more] : found
}

/** Every ENUM apex must have its SOA. */
async function dns({ dns: { host, listenPort, zones }, roles }: Config): Promise<Finding> {
  const check = 'DNS'
  if (!roles.has('dns')) return { check, verdict: 'not checked', detail: 'not a role of this environment' }
  if (listenPort === 0) return { check, verdict: 'not checked', detail: 'PORTOLAN_DNS_PORT is 0: any port' }
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 })
  const address = loopbackOf(host)
  resolver.setServers([address.includes(':') ? `[${address}]:${listenPort}` : `${address}:${listenPort}`])
  try {
    const serials = await Promise.all(
      zones.map(async (zone) => `${zone} serial ${(await resolver.resolveSoa(zone)).serial}`),
    )
    return { check, verdict: 'ok', detail: serials.join(', ') }
  } catch (error) {
    return {
      check,
      verdict: 'problem',
      detail: `${address}:${listenPort}: ${error instanceof Error ? error.message : error}`,
    }
  }
}

/** Any answer of HTTP shows that the clearinghouse is there; whether it takes our credentials, the first message shows. */
async function clearinghouse({ pxs }: Config): Promise<Finding> {
  const check = 'clearinghouse'
  if (!pxs) return { check, verdict: 'not checked', detail: 'the simulator plays it' }
  const basic = `Basic ${Buffer.from(`${pxs.username}:${pxs.password}`).toString('base64')}`
  const response = await fetchSoon(pxs.url, { authorization: basic })
  if (typeof response === 'string')
    return { check, verdict: 'problem', detail: `${pxs.url} does not answer: ${response}` }
  const isRefused = response.status === 401 || response.status === 403
  const detail = isRefused
    ? `refuses our credentials: ${response.status} ${(await response.text()).slice(0, 200)}`
    : `answers ${response.status}`
  return { check, verdict: isRefused ? 'problem' : 'ok', detail: `${pxs.url} ${detail}` }
}

async function peers(config: Config): Promise<Finding[]> {
  return (await askPeers(config, Temporal.Now.instant)).map(({ peer, verdict, said }) => ({
    check: peer,
    verdict,
    detail: said,
  }))
}

async function fetchSoon(url: string, headers: Record<string, string> = {}): Promise<Response | string> {
  return fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    (error: unknown) => {
      if (!(error instanceof Error)) return String(error)
      return error.cause instanceof Error ? error.cause.message || String(error.cause) : error.message
    },
  )
}
