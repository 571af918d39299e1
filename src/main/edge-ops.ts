import { Registry } from 'prom-client'
import type { EdgeOps } from '../cli/dns.ts'
import type { EdgeNode } from '../dns/edge.ts'
import { parseDnsName, ROOT } from '../dns/name.codec.ts'
import { askNaptr } from '../dns/probe.client.ts'
import { opsSurface, type ReadinessCheck } from '../http/ops/surface.ts'
import { createServer } from '../http/server.ts'
import { loopbackOf } from '../shared/loopback.ts'
import { registerDnsGauges } from './dns-gauges.ts'
import { gauge } from './gauge.ts'

/** Health, readiness and metrics of a node that answers from a file; as those of every other process of Portolan, for who may ask. */
export const serveEdgeOps: EdgeOps = async ({ node, dnsHost, at, allowedNetworks, log }) => {
  const registry = new Registry()
  const { table, changedSeconds } = node
  registerDnsGauges(registry, { server: node, table, generation: () => table.generation })
  const help = 'Seconds since the file of routes was changed that the node answers from'
  gauge(registry, 'portolan_dns_file_age_seconds', help, [], async (set) => {
    set(Math.max(0, Math.floor(Temporal.Now.instant().epochMilliseconds / 1000) - changedSeconds), {})
  })
  const ops = opsSurface({ checks: [answering(node, dnsHost)], registry, allowedNetworks })
  const server = await createServer({ log, registry, surfaces: [ops] })
  log.info({ url: await server.listen({ host: at.host, listenPort: at.port }) }, 'health and metrics are served')
  return server
}

/** Asked over DNS. Whatever the answer is: an access list may leave this machine out. */
function answering({ port, config }: EdgeNode, dnsHost: string): ReadinessCheck {
  const apex = parseDnsName(config.apexes[0] ?? '.') ?? ROOT
  return {
    name: 'DNS',
    async check() {
      const answer = await askNaptr({ host: loopbackOf(dnsHost), port }, apex)
      return answer.kind === 'silent' ? answer.reason : undefined
    },
  }
}
