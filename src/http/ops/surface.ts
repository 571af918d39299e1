import { BlockList, isIPv6 } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import { Fault } from '../../shared/fault.ts'
import type { Surface } from '../surface.ts'

/** One thing that must work before this process can do its job. */
export type ReadinessCheck = {
  readonly name: string
  /** @returns what is wrong, undefined when nothing is; throwing counts as wrong */
  check(): Promise<string | undefined>
}

export type OpsDeps = {
  readonly checks: readonly ReadinessCheck[]
  readonly registry: Registry
  /** Addresses and networks in CIDR notation that may ask, besides loopback: those of probes and scrapers. */
  readonly allowedNetworks?: readonly string[]
}

const CHECK_TIMEOUT_MS = 2_000

/**
 * `/healthz`, `/readyz` and `/metrics`: without a key, and therefore for loopback and the allowed networks only. The server
 * binds to 127.0.0.1 unless told otherwise; when it is bound to more, these three still answer nobody else, and nobody
 * whose request a proxy forwarded.
 */
export function opsSurface({ checks, registry, allowedNetworks = [] }: OpsDeps): Surface {
  const isAllowed = addressList(allowedNetworks)
  return {
    name: 'ops',
    prefix: '',
    isUnlimited: true,
    refuse,
    plugin: async (app) => {
      app.addHook('onRequest', async (request) => {
        if (!isAllowed(request)) throw new Fault('tier_insufficient', 'only for this machine and the allowed networks')
      })
      app.get('/healthz', { config: { tiers: 'anyone', operation: 'health' } }, async () => ({ status: 'ok' }))
      app.get('/readyz', { config: { tiers: 'anyone', operation: 'readiness' } }, async (_request, reply) => {
        const results = await Promise.all(
          checks.map(async (one) => [one.name, (await problemOf(one)) ?? 'ok'] as const),
        )
        const isReady = results.every(([, result]) => result === 'ok')
        return reply
          .code(isReady ? 200 : 503)
          .send({ status: isReady ? 'ready' : 'not ready', checks: Object.fromEntries(results) })
      })
      app.get('/metrics', { config: { tiers: 'anyone', operation: 'metrics' } }, async (_request, reply) =>
        reply.type(registry.contentType).send(await registry.metrics()),
      )
    },
  }
}

/** A check that does not end in time is a problem like any other. */
async function problemOf({ check }: ReadinessCheck): Promise<string | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(resolve, CHECK_TIMEOUT_MS, `no answer within ${CHECK_TIMEOUT_MS} ms`)
  try {
    return await Promise.race([check(), late])
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    clearTimeout(timer)
  }
}

/** @throws Error for text that is neither, so that the start fails and not the first probe */
function addressList(networks: readonly string[]): (request: FastifyRequest) => boolean {
  const list = new BlockList()
  for (const network of ['127.0.0.0/8', '::1/128', ...networks]) {
    const [address = '', bits] = network.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return ({ ip, headers, socket }) => {
    // a proxy on this machine would lend its own loopback address to the whole world
    const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
    if (isForwarded && ip === socket.remoteAddress) return false
    return list.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4')
  }
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Fault)
    return reply.code(error.code === 'endpoint_not_found' ? 404 : 403).send({ error: error.message })
  request.log.error({ err: error }, 'request failed')
  return reply.code(500).send({ error: 'internal error' })
}
