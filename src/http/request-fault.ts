import type { FastifyError, FastifyRequest, FastifySchemaValidationError } from 'fastify'
import { Fault, type FaultCode } from '../shared/fault.ts'

/** Faults of the request that Fastify finds before a handler runs. */
// biome-ignore format: a table
const FASTIFY_FAULTS: Record<string, readonly [code: FaultCode, reason: string]> = {
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['body_invalid',       'the body is not as long as Content-Length says'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE:     ['body_invalid',       'the body must be of a content type that this takes, such as application/json'],
  FST_ERR_CTP_INVALID_JSON_BODY:      ['body_invalid',       'the body is not valid JSON'],
  FST_ERR_CTP_EMPTY_JSON_BODY:        ['body_invalid',       'the header Content-Type says JSON, and the body is empty'],
  FST_ERR_BAD_URL:                    ['body_invalid',       'the address of the request has a percent-encoding that cannot be read'],
  FST_ERR_MAX_PARAM_LENGTH:           ['endpoint_not_found', 'the address of the request is too long'],
}

/** The Fault that was thrown, or that a fault of Fastify amounts to; undefined for a bug. */
export function faultOf(thrown: unknown, { routeOptions }: FastifyRequest): Fault | undefined {
  if (thrown instanceof Fault) return thrown
  if (!isFastifyError(thrown)) return undefined
  if (thrown.validation) return validationFault(thrown.validation)
  if (thrown.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Fault('body_too_large', `the body is too large: at most ${routeOptions.bodyLimit / 1024} kB`)
  const known = FASTIFY_FAULTS[thrown.code]
  return known && new Fault(...known)
}

/** Whether a handler took longer than it may; what it began may still be done. */
export function isTooSlow(thrown: unknown): boolean {
  return isFastifyError(thrown) && thrown.code === 'FST_ERR_HANDLER_TIMEOUT'
}

function isFastifyError(thrown: unknown): thrown is FastifyError {
  return thrown instanceof Error && ('validation' in thrown || ('code' in thrown && typeof thrown.code === 'string'))
}

/** All problems of a body or query in one sentence each, from the descriptions in the schema itself. */
function validationFault(problems: readonly FastifySchemaValidationError[]): Fault {
  const told = new Map<string, { readonly isMissing: boolean; readonly sentence: string }>()
  for (const problem of problems) {
    if (problem.keyword === 'additionalProperties') {
      const field = [...problem.instancePath.split('/').slice(1), String(problem.params.additionalProperty)].join('.')
      told.set(field, { isMissing: false, sentence: `${field} is not a field of this request` })
      continue
    }
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

type Described = { readonly description?: string; readonly enum?: readonly unknown[] }

/** Ajv is told to be verbose, so a problem carries the schema that it broke; Fastify's type does not say so. */
function descriptionOf(problem: FastifySchemaValidationError, missing: string | undefined): string {
  const { parentSchema } = problem as { parentSchema?: Described & { properties?: Record<string, Described> } }
  const { description, enum: words = [] } =
    (missing === undefined ? parentSchema : parentSchema?.properties?.[missing]) ?? {}
  if (description === undefined) return problem.message ?? 'as the document says'
  const isEachNamed = words.every((word) => description.includes(String(word)))
  return isEachNamed ? description : `one of ${words.join(', ')}: ${description}`
}
