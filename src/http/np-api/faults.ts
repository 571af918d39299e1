import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify'
import { Fault, type FaultCode } from '../../shared/fault.ts'

/** What each refusal is on this surface (contract O-17). The body is always `{ result, Reason }`. */
// biome-ignore format: a table
export const NP_API_STATUS = {
  body_invalid: 400, field_missing: 400, field_invalid: 400, number_invalid: 400, number_outside_plan: 400,
  range_reversed: 400, range_unequal_length: 400, range_too_large: 400, range_spans_donors: 400,
  donor_unknown: 400, donor_not_found: 400, routing_number_invalid: 400, body_too_large: 400,
  operator_unknown: 400, import_unreadable: 400,
  unauthenticated: 401, rate_limited: 401, // O-17 has no 429: too many wrong keys are still a matter of the key
  tier_insufficient: 403, import_admin_only: 403,
  file_not_found: 403, // as printed (O-18)
  endpoint_not_found: 404, port_not_found: 404, route_not_found: 404, subscription_not_found: 404,
  illegal_transition: 409, range_overlaps_live_port: 409, number_already_served: 409, cool_off_not_overridable: 409,
  identifiers_exhausted: 409, route_held_by_port: 409, count_unconfirmed: 409, import_conflict: 409,
  hss_unavailable: 500, // of the printed codes the only one for a system of the deployment that fails (O-17)
  message_malformed: 500, // O-51: the clearinghouse must not take a message for done that could not be read
} as const satisfies Record<FaultCode, 400 | 401 | 403 | 404 | 409 | 500>

const CHALLENGE = 'Basic realm="np_api", charset="UTF-8"'

/** Answers whatever was thrown. What is no Fault of ours and no fault of the request is a bug: 500, and no detail outside. */
export function refuse(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const operation = request.routeOptions?.config?.operation ?? 'np_api'
  const result = `Exception raised in ${operation}`
  reply.type('application/json; charset=utf-8')
  const fault = faultOf(thrown)
  if (!fault) {
    request.log.error({ err: thrown, operation }, 'request failed')
    return reply.code(500).send({ result, Reason: internalReason(thrown, request) })
  }
  const status = NP_API_STATUS[fault.code]
  if (status === 401) reply.header('www-authenticate', CHALLENGE)
  return reply.code(status).send({ result, Reason: reasonOf(fault) })
}

/** `field: sentence`, unless the sentence names the field already. */
export function reasonOf({ field, message }: Fault): string {
  return field && !message.includes(field) ? `${field}: ${message}` : message
}

function internalReason(thrown: unknown, request: FastifyRequest): string {
  const isTooSlow = isFastifyError(thrown) && thrown.code === 'FST_ERR_HANDLER_TIMEOUT'
  const what = isTooSlow
    ? 'no answer within a minute; whether it was done is not known, so look first'
    : 'internal error'
  return `${what}; the log tells more about request ${request.id}`
}

/** Faults of the request that Fastify finds before a handler runs. */
// biome-ignore format: a table
const FASTIFY_FAULTS: Record<string, readonly [code: FaultCode, reason: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE:         ['body_too_large',     'the body is too large: at most 256 kB'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['body_invalid',       'the body is not as long as Content-Length says'],
  FST_ERR_BAD_URL:                    ['body_invalid',       'the address of the request has a percent-encoding that cannot be read'],
  FST_ERR_MAX_PARAM_LENGTH:           ['endpoint_not_found', 'the address of the request is too long'],
}

function faultOf(thrown: unknown): Fault | undefined {
  if (thrown instanceof Fault) return thrown
  if (!isFastifyError(thrown)) return undefined
  if (thrown.validation) return validationFault(thrown.validation)
  const known = FASTIFY_FAULTS[thrown.code]
  return known && new Fault(...known)
}

function isFastifyError(thrown: unknown): thrown is FastifyError {
  return thrown instanceof Error && ('validation' in thrown || ('code' in thrown && typeof thrown.code === 'string'))
}

/** All problems of a body or query in one sentence each, from the descriptions in the schema itself. */
function validationFault(problems: readonly FastifySchemaValidationError[]): Fault {
  const told = new Map<string, { readonly isMissing: boolean; readonly sentence: string }>()
  for (const problem of problems) {
    const isMissing = problem.keyword === 'required'
    const field = isMissing ? String(problem.params.missingProperty) : (problem.instancePath.split('/')[1] ?? '')
    const isOrMissing = isMissing ? 'is missing' : 'is not right'
    const right = descriptionOf(problem, isMissing ? field : undefined)
    if (!told.has(field)) told.set(field, { isMissing, sentence: `${field} ${isOrMissing}: it must be ${right}` })
  }
  const [first] = told
  if (!first || first[0] === '') return new Fault('body_invalid', 'the body must be one JSON object')
  const [field, { isMissing }] = first
  const sentences = [...told.values()].map(({ sentence }) => sentence).join('. ')
  return new Fault(isMissing ? 'field_missing' : 'field_invalid', sentences, field)
}

/** Ajv is told to be verbose, so a problem carries the schema that it broke; Fastify's type does not say so. */
function descriptionOf(problem: FastifySchemaValidationError, missing: string | undefined): string {
  const { parentSchema } = problem as {
    parentSchema?: { description?: string; properties?: Record<string, { description?: string }> }
  }
  const schema = missing === undefined ? parentSchema : parentSchema?.properties?.[missing]
  return schema?.description ?? problem.message ?? 'as the document says'
}
