import type { Registry } from 'prom-client'
import type { DnsServer } from '../dns/server.ts'
import type { RouteTable } from '../dns/table.ts'
import { gauge } from './gauge.ts'

export type WatchedDns = {
  readonly server: Pick<DnsServer, 'counts'>
  readonly table: Pick<RouteTable, 'size'>
  /** Of the routes that it answers from. */
  generation(): number
}

/** What every DNS node tells of itself, whether its routes come from a database or from a file. */
export function registerDnsGauges(registry: Registry, { server, table, generation }: WatchedDns): void {
  gauge(registry, 'portolan_dns_generation', 'Generation of the routes that the DNS answers from', [], async (set) => {
    set(generation(), {})
  })
  gauge(registry, 'portolan_dns_routes', 'Routes in the memory of the DNS', [], async (set) => set(table.size, {}))
  gauge(registry, 'portolan_dns_queries', 'DNS queries since the start', ['via', 'rcode'], async (set) => {
    for (const { via, rcode, count } of server.counts()) set(count, { via, rcode })
  })
}
