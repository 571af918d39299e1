import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AnsweredRequests, KeptAnswer, RepeatableRequest } from '../../accounts/answered-request.ts'
import { Fault } from '../../shared/fault.ts'
import { isTooSlow } from '../request-fault.ts'
import { callerOf } from '../surface.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while a write under an Idempotency-Key is being done for the first time. */
    repeatable: RepeatableRequest | undefined
  }
}

const KEPT_HEADERS = ['content-type', 'etag', 'location']

/**
 * Every write of the surface may carry an `Idempotency-Key`: the same request again gets the first answer, and is not done
 * twice. What was refused before it was looked into (401, 403, a body that is not right) takes no key.
 */
export function makeWritesRepeatable(app: FastifyInstance, answered: AnsweredRequests): void {
  app.decorateRequest('repeatable', undefined)
  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key']
    if (key === undefined || !isWrite(request)) return
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) {
      throw new Fault(
        'field_invalid',
        'Idempotency-Key must be 1 to 200 printable ASCII characters without a space, such as a UUID',
        'Idempotency-Key',
      )
    }
    const { method, url, body, headers } = request
    // what depends on a version, or on a reason, is another request when that is another
    const reason = headers['x-audit-reason']
    const said = JSON.stringify([
      method,
      url,
      headers['if-match'] ?? null,
      body ?? null,
      ...(reason === undefined ? [] : [reason]),
    ])
    const repeatable = { caller: callerOf(request).name, key, said }
    const answer = await answered.begin(repeatable)
    if (answer) return replay(reply, answer)
    request.repeatable = repeatable
  })
  // whether it was done, nobody knows yet: its key stays taken, so that a repetition does not do it beside the first
  app.addHook('onError', async (request, _reply, error) => {
    if (isTooSlow(error)) request.repeatable = undefined
  })
  app.addHook('onSend', async (request, reply, payload) => {
    const { repeatable } = request
    if (!repeatable) return payload
    // our own fault is not kept: what was done was rolled back, or is found when the request comes again
    if (reply.statusCode >= 500) await answered.forget(repeatable)
    else await answered.finish(repeatable, answerOf(reply, payload))
    return payload
  })
}

function isWrite({ method, routeOptions }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS' && !routeOptions.config.isQuestion
}

function answerOf(reply: FastifyReply, payload: unknown): KeptAnswer {
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = reply.getHeader(name)
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  return {
    status: reply.statusCode,
    headers: Object.fromEntries(headers),
    body: typeof payload === 'string' ? payload : '',
  }
}

function replay(reply: FastifyReply, { status, headers, body }: KeptAnswer): FastifyReply {
  // a serialised body: sent as it is, whatever the route's schema says
  return reply
    .code(status)
    .headers({ ...headers, 'idempotent-replayed': 'true' })
    .serializer((text: unknown) => String(text))
    .send(body)
}
