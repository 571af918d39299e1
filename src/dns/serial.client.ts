import { lookup, Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { DnsNode } from './probe.codec.ts'

const TIMEOUT_MS = 1000

export type SerialAnswer =
  | { readonly kind: 'serial'; readonly serial: number }
  | { readonly kind: 'silent'; readonly reason: string }

/** Asks a node for the serial of a zone, which is the generation of its routes. Never throws: a node that is down is an answer. */
export async function askSerial({ host, port }: DnsNode, zone: string): Promise<SerialAnswer> {
  try {
    const address = isIP(host) === 0 ? (await lookup(host)).address : host
    const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 })
    resolver.setServers([address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`])
    return { kind: 'serial', serial: (await resolver.resolveSoa(zone)).serial }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ETIMEOUT') return { kind: 'silent', reason: `no answer within ${TIMEOUT_MS} ms` }
    return { kind: 'silent', reason: error instanceof Error ? error.message : 'no answer' }
  }
}
