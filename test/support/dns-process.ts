import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Db } from '../../src/db/db.ts'
import type { NumberRange } from '../../src/numbers/range.ts'
import { writeRoutes } from '../../src/routing/route.store.ts'
import { ask } from './dns.ts'
import { ROOT } from './portolan.ts'
import { SURROUNDINGS } from './surroundings.ts'
import { until } from './until.ts'

/** Settings of a process that does nothing but DNS. */
export const DNS_ALONE = {
  PORTOLAN_HTTP_PORT: '0',
  PORTOLAN_ROLES: 'dns',
  PORTOLAN_DNS_PORT: '0',
  PORTOLAN_LOG_LEVEL: 'silent',
}

/** A DNS node as the process that it is. */
export type DnsProcess = { readonly port: number; readonly process: ChildProcess }

/** As the process it is; its port is in what it prints. */
export async function startDnsProcess(env: Readonly<Record<string, string>>): Promise<DnsProcess> {
  const child = spawn(process.execPath, [join(ROOT, 'src', 'main.ts')], {
    env: { ...SURROUNDINGS, ...DNS_ALONE, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (octets) => {
    text += octets
  })
  const look = () => /DNS\s+127\.0\.0\.1:([0-9]+)/.exec(text)?.[1]
  const port = await until('the node answers', look).catch((error) => {
    child.kill('SIGKILL')
    throw error
  })
  return { port: Number(port), process: child }
}

export async function kill({ process: child }: DnsProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

/** Routes local digits to ourselves, as a port does. */
export async function route(db: Db, first: string, last: string): Promise<void> {
  const range = { first: `+1${first}`, last: `+1${last}` } as NumberRange // literals of the right form
  const to = { operator: 'CARR', routingNumber: '+15559901', numberType: 'mobile' as const }
  const at = Temporal.Now.instant()
  await db.tx((tx) => writeRoutes(tx, [{ range, route: to, source: 'port', cause: 'test', by: 'test', at }]))
}

export const naptr = (port: number, digits: string, apex = 'e164.arpa') =>
  ask(port, `${[...digits].reverse().join('.')}.${apex}`, 'NAPTR')
