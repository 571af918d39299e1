import type { FastifyRequest } from 'fastify'
import { Counter, type Registry } from 'prom-client'
import { networkOf } from '../accounts/network.ts'
import { createRequestLimit, type RequestLimit, type RequestRate } from '../accounts/request-limit.ts'
import { Fault } from '../shared/fault.ts'

export type RequestLimits = {
  /** Counts a request that was let in, by its key, or by its address where nobody was asked for one. Fault: too_many_requests. */
  admit(request: FastifyRequest): void
  /** Counts a request that showed no right key, by its address. @returns what it is refused for */
  turnAway(refusal: unknown, request: FastifyRequest): unknown
}

/**
 * One limit for each key and one for each address without. The clearinghouse has none: of its messages each may be the only word that
 * a number has moved, who sends them is one known peer, and how many there are the market says.
 */
export function createRequestLimits(rate: RequestRate | undefined, registry: Registry): RequestLimits {
  const refused = new Counter({
    name: 'http_requests_limited_total',
    help: 'HTTP requests refused because too many came, by surface and by whose they were: one key or one address',
    labelNames: ['surface', 'whose'],
    registers: [registry],
  })
  if (!rate) return { admit: () => undefined, turnAway: (refusal) => refusal }
  // apart, so that addresses without end do not make the keys forgotten
  const limits: Record<Whose, RequestLimit> = { key: createRequestLimit(rate), address: createRequestLimit(rate) }
  const excess = (whose: Whose, who: string, request: FastifyRequest): Fault | undefined => {
    if (limits[whose].take(who)) return undefined
    refused.inc({ surface: request.routeOptions.config?.surface ?? 'none', whose })
    const { perSecond, atOnce } = rate
    return new Fault(
      'too_many_requests',
      `too many requests with one ${whose}: at most ${perSecond} a second, and ${atOnce} at once after a rest; nothing was done, ask again in a second`,
    )
  }
  return {
    admit(request) {
      const { caller } = request
      if (caller?.tier === 'clearinghouse') return
      const fault = caller ? excess('key', caller.keyId, request) : excess('address', networkOf(request.ip), request)
      if (fault) throw fault
    },
    turnAway(refusal, request) {
      const isStranger = refusal instanceof Fault && refusal.code === 'unauthenticated'
      return (isStranger && excess('address', networkOf(request.ip), request)) || refusal
    },
  }
}

type Whose = 'key' | 'address'
