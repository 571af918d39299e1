import type { Registry } from 'prom-client'
import type { Config } from '../config.ts'
import type { Db } from '../db/db.ts'
import type { Following } from '../dns/follow.ts'
import { opsSurface, type ReadinessCheck } from '../http/ops/surface.ts'
import { createServer, type HttpServer } from '../http/server.ts'
import type { Surface } from '../http/surface.ts'
import type { Log } from '../shared/log.ts'

export type OpsOptions = {
  readonly config: Config
  readonly db: Db
  readonly dns: { readonly following: Following } | undefined
  readonly registry: Registry
}

/** Health, readiness and metrics of this process, whatever its roles are. */
export function composeOps({ config, db, dns, registry }: OpsOptions): Surface {
  const checks: ReadinessCheck[] = [
    { name: 'database', check: async () => ((await db.isUp()) ? undefined : 'does not answer') },
  ]
  if (dns) {
    const isFeedUp = () => dns.following.health().isFeedUp
    const check = async () => (isFeedUp() ? undefined : 'does not answer; calls are routed from memory')
    checks.push({ name: 'route feed', check })
  }
  return opsSurface({ checks, registry, allowedNetworks: config.opsNetworks })
}

/** The server of a process without the role http: a supervisor must be able to ask such a one too. */
export function createOpsServer(options: OpsOptions, log: Log): Promise<HttpServer> {
  const { config, registry } = options
  const { trustedProxies } = config.http
  return createServer({ log, registry, surfaces: [composeOps(options)], trustedProxies })
}
