import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault, type FaultCode } from '../../shared/fault.ts'
import { faultOf, isTooSlow } from '../request-fault.ts'

type Row = readonly [status: 400 | 401 | 403 | 404 | 409 | 412 | 422 | 428 | 429 | 500 | 503, title: string]

/** What each refusal is on this surface: a problem of RFC 9457 whose `type` is the code. */
// biome-ignore format: a table
export const NATIVE_PROBLEMS: Record<FaultCode, Row> = {
  body_invalid:             [400, 'The body cannot be read'],
  field_missing:            [400, 'A field is missing'],
  field_invalid:            [400, 'A field is not right'],
  number_invalid:           [400, 'This is no telephone number'],
  number_outside_plan:      [400, 'The number is outside the numbering plan'],
  range_reversed:           [400, 'The range ends before it begins'],
  range_unequal_length:     [400, 'The two ends of the range differ in length'],
  range_too_large:          [400, 'The range is too large'],
  range_spans_donors:       [400, 'The range has more than one donor'],
  donor_unknown:            [400, 'The donor is not an operator of the market'],
  donor_not_found:          [400, 'No operator is known for these numbers'],
  routing_number_invalid:   [400, 'The routing number is not right'],
  operator_unknown:         [400, 'This is no operator of the market'],
  import_unreadable:        [400, 'The file is not of the format'],
  message_malformed:        [400, 'The message cannot be read'],
  body_too_large:           [400, 'The body is too large'],
  unauthenticated:          [401, 'The credentials are missing or wrong'],
  tier_insufficient:        [403, 'The tier of the key is not enough'],
  import_admin_only:        [403, 'Only an admin imports'],
  rate_limited:             [429, 'Too many wrong keys'],
  too_many_requests:        [429, 'Too many requests'],
  endpoint_not_found:       [404, 'There is no such endpoint'],
  port_not_found:           [404, 'There is no such port'],
  file_not_found:           [404, 'There is no such file'],
  route_not_found:          [404, 'There is no such route'],
  subscription_not_found:   [404, 'There is no such subscription'],
  resource_not_found:       [404, 'There is no such thing'],
  illegal_transition:       [409, 'The state of the port does not allow it'],
  range_overlaps_live_port: [409, 'A live port has some of these numbers'],
  number_already_served:    [409, 'The numbers are served here already'],
  cool_off_not_overridable: [409, 'The cool-off period stands in the way'],
  identifiers_exhausted:    [409, 'The identifiers of this month are used up'],
  route_held_by_port:       [409, 'A port holds the route'],
  count_unconfirmed:        [409, 'The count was not confirmed'],
  import_conflict:          [409, 'Another process goes on with the import'],
  cool_off_active:          [409, 'The numbers moved too short a time ago'],
  notice_pending:           [409, 'The customer has not been told long enough'],
  number_locked:            [409, 'The number is locked'],
  number_not_served:        [409, 'The number is not served here'],
  clearinghouse_refused:    [409, 'The clearinghouse refused it'],
  clearinghouse_silent:     [503, 'The clearinghouse does not answer'],
  hss_unavailable:          [503, 'The HSS does not answer'],
  resource_exists:          [409, 'It exists already'],
  last_admin:               [409, 'Nobody would be left to administer'],
  version_missing:          [428, 'The header If-Match is missing'],
  version_conflict:         [412, 'It was changed since it was read'],
  idempotency_key_reused:   [422, 'The Idempotency-Key was used for another request'],
  idempotency_unfinished:   [409, 'A request with this Idempotency-Key has not been answered'],
  streams_exhausted:        [503, 'There are too many event streams'],
}

const CHALLENGE = 'Basic realm="portolan", charset="UTF-8"'
/** When to ask again, of refusals that pass by themselves. */
const RETRY_AFTER_SECONDS: { readonly [code in FaultCode]?: number } = {
  rate_limited: 60,
  too_many_requests: 1, // a bucket that is empty has room for some by then
  clearinghouse_silent: 5,
  hss_unavailable: 5,
  streams_exhausted: 5,
}

/** Answers whatever was thrown as `application/problem+json`. What is no Fault of ours is a bug: 500, and no detail outside. */
export function refuse(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const fault = faultOf(thrown, request)
  if (!fault) request.log.error({ err: thrown, operation: request.routeOptions?.config?.operation }, 'request failed')
  const problem = fault ? problemOf(fault) : internalProblem(thrown)
  if (problem.status === 401) reply.header('www-authenticate', CHALLENGE)
  const seconds = fault && RETRY_AFTER_SECONDS[fault.code]
  if (seconds !== undefined) reply.header('retry-after', seconds)
  return reply
    .code(problem.status)
    .type('application/problem+json; charset=utf-8')
    .send({ ...problem, instance: request.id })
}

/** A refusal as a line of a larger answer, such as the verdict on one line of a bulk request. */
export function problemOf({ code, message, field }: Fault) {
  const [status, title] = NATIVE_PROBLEMS[code]
  return { type: `about:portolan:${code}`, title, status, detail: message, ...(field !== undefined && { field }) }
}

/** A bug, or an answer that took too long. */
export function internalProblem(thrown: unknown) {
  const detail = isTooSlow(thrown)
    ? 'no answer within a minute; whether it was done is not known, so look first'
    : 'internal error; the log tells more about this request'
  return { type: 'about:portolan:internal', title: 'A fault of ours', status: 500, detail }
}

/** Nothing of that name: a key, a user, a webhook, a delivery. */
export function nothing(what: string, name: string): Fault {
  return new Fault('resource_not_found', `there is no ${what} ${JSON.stringify(name)}`)
}
