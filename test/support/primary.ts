import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { withJournal } from '../../src/dns/journal.ts'
import type { DnsPolicy } from '../../src/dns/policy.ts'
import { type DnsServer, startDns } from '../../src/dns/server.ts'
import { type RouteTable, routeTable } from '../../src/dns/table.ts'
import type { ZoneConfig } from '../../src/dns/zone-config.schema.ts'
import { createLog } from '../../src/shared/log.ts'
import { KEY } from '../conformance/signed.ts'
import { DOC, POLICY, setRoute } from '../conformance/world.ts'

/** What it serves: one apex, worded as the wildcards of a transferred zone are. */
export const PRIMARY_CONFIG: ZoneConfig = { ...DOC, apexes: ['e164.arpa'], blockWording: 'reference' }
export const DIG = '/usr/bin/dig'
export type Primary = { readonly dns: DnsServer; readonly table: RouteTable }

/** A server whose zone the given secondaries may have. */
export async function primary(ports: readonly number[], config: Partial<ZoneConfig> = {}): Promise<Primary> {
  const { table, journal } = withJournal(routeTable(1_000_000))
  const secondaries = ports.map((port) => ({ address: '127.0.0.1', port, key: KEY.name }))
  const policy: DnsPolicy = {
    ...POLICY,
    transfers: { keys: [KEY], secondaries: { 'e164.arpa': secondaries } },
  }
  setRoute(table, '+15550100', '+15550199', { operator: 'DIGI', routingNumber: '+15559901' })
  setRoute(table, '+15557000', '+15557000', { operator: 'FLOW', routingNumber: undefined })
  setRoute(table, '+447700900123', '+447700900123', { operator: 'DIGI', routingNumber: '+15559901' })
  table.setGeneration(7)
  const dns = await startDns({
    host: '127.0.0.1',
    port: 0,
    config: { ...PRIMARY_CONFIG, ...config },
    policy,
    table,
    journal,
    log: createLog('silent'),
  })
  return { dns, table }
}

/** Not waited for in one go: the server that it asks lives in this thread. */
export async function dig({ port }: { readonly port: number }, ...words: string[]): Promise<string> {
  const child = spawn(DIG, ['@127.0.0.1', '-p', `${port}`, '+tries=3', '+time=10', '+nocookie', ...words])
  let text = ''
  child.stdout.on('data', (octets) => {
    text += octets
  })
  await once(child, 'close')
  return text
}
export const SIGNED = ['-y', `${KEY.algorithm}:${KEY.name}:${KEY.secret}`]
export const recordsIn = (text: string): string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith(';') && !line.includes('TSIG'))
