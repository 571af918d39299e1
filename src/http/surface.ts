import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller, Tier } from '../accounts/key.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set by the server when the route is registered. */
    surface?: string
    /** Names the route in refusals, logs, metrics and OpenAPI: one camel-case word for one thing that can be asked. */
    operation?: string
    /** A question in the body of a POST: it changes nothing, so it needs no Idempotency-Key, and its answer is not kept. */
    isQuestion?: boolean
    /** Who may ask. A route that does not say cannot be registered. */
    tiers?: Tiers
  }
  interface FastifyRequest {
    /** Set by the surface's authentication; undefined on a route that anyone may ask. */
    caller: Caller | undefined
  }
}

export type Tiers = readonly Tier[] | 'anyone'

/** One API with its prefix, its credentials and its way to refuse. */
export type Surface = {
  readonly name: string
  /** `/np_api`; empty: the root. */
  readonly prefix: string
  readonly plugin: FastifyPluginAsync
  /** Answered however often it is asked: a probe that is refused would take a busy process for a dead one. */
  readonly isUnlimited?: true
  /** Answers whatever was thrown, in this surface's words: a Fault, a fault of Fastify, or a bug. */
  readonly refuse: (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply
}

/** A route as it was registered. */
export type RouteRow = {
  readonly surface: string
  readonly method: string
  readonly url: string
  readonly operation: string
  readonly tiers: Tiers
}

/** Who asked, on a route whose tiers are not 'anyone'. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('a route that needs a caller was reached without one')
  return request.caller
}
