import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Fault, FaultCode } from '../../shared/fault.ts'
import { faultOf, isTooSlow } from '../request-fault.ts'

/** What each refusal is on this surface (contract O-17). The body is always `{ result, Reason }`. */
// biome-ignore format: a table
export const NP_API_STATUS = {
  body_invalid: 400, field_missing: 400, field_invalid: 400, number_invalid: 400, number_outside_plan: 400,
  range_reversed: 400, range_unequal_length: 400, range_too_large: 400, range_spans_donors: 400,
  donor_unknown: 400, donor_not_found: 400, routing_number_invalid: 400, body_too_large: 400,
  operator_unknown: 400, import_unreadable: 400,
  unauthenticated: 401, rate_limited: 401, // O-17 has no 429: too many wrong keys are still a matter of the key
  too_many_requests: 429, // and too many requests are none of the caller's key, nor of the state of anything
  tier_insufficient: 403, import_admin_only: 403,
  file_not_found: 403, // as printed (O-18)
  endpoint_not_found: 404, port_not_found: 404, route_not_found: 404, subscription_not_found: 404,
  illegal_transition: 409, range_overlaps_live_port: 409, number_already_served: 409, cool_off_not_overridable: 409,
  identifiers_exhausted: 409, route_held_by_port: 409, number_not_served: 409, clearinghouse_refused: 409,
  number_locked: 409, notice_pending: 409, cool_off_active: 409, count_unconfirmed: 409, import_conflict: 409,
  hss_unavailable: 500, clearinghouse_silent: 500, // of the printed codes the only one for a system of the deployment that fails (O-17)
  // of the native API alone
  resource_not_found: 404, resource_exists: 409, last_admin: 409, version_missing: 409, version_conflict: 409,
  idempotency_key_reused: 409, idempotency_unfinished: 409, streams_exhausted: 409,
  message_malformed: 500, // O-51: the clearinghouse must not take a message for done that could not be read
} as const satisfies Record<FaultCode, 400 | 401 | 403 | 404 | 409 | 429 | 500>

const CHALLENGE = 'Basic realm="np_api", charset="UTF-8"'
/** A bucket that is empty has room for some requests after a second. */
const RETRY_AFTER_SECONDS = 1

/** Answers whatever was thrown. What is no Fault of ours and no fault of the request is a bug: 500, and no detail outside. */
export function refuse(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const operation = request.routeOptions?.config?.operation ?? 'np_api'
  const result = `Exception raised in ${operation}`
  reply.type('application/json; charset=utf-8')
  const fault = faultOf(thrown, request)
  if (!fault) {
    request.log.error({ err: thrown, operation }, 'request failed')
    return reply.code(500).send({ result, Reason: internalReason(thrown, request) })
  }
  const status = NP_API_STATUS[fault.code]
  if (status === 401) reply.header('www-authenticate', CHALLENGE)
  if (status === 429) reply.header('retry-after', RETRY_AFTER_SECONDS)
  return reply.code(status).send({ result, Reason: reasonOf(fault) })
}

/** `field: sentence`, unless the sentence names the field already. */
export function reasonOf({ field, message }: Fault): string {
  return field && !message.includes(field) ? `${field}: ${message}` : message
}

function internalReason(thrown: unknown, request: FastifyRequest): string {
  const what = isTooSlow(thrown)
    ? 'no answer within a minute; whether it was done is not known, so look first'
    : 'internal error'
  return `${what}; the log tells more about request ${request.id}`
}
