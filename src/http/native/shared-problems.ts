import type { Example } from '../examples.ts'

type Media = { schema?: object; example?: unknown }
type Response = { description?: string; headers?: object; content?: Record<string, Media>; $ref?: string }
type Operation = { operationId?: string; responses?: Record<string, Response> }
type Document = {
  paths?: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, object>; responses?: Record<string, Response> }
}

const TYPE = 'application/problem+json'
const PROBLEM = { $ref: '#/components/schemas/Problem' }

/**
 * Lets the shape of a refusal stand once in a document, and each refusal that says nothing of its own operation: written out at
 * every operation they were three quarters of it.
 *
 * @param ofAny - answers that any operation may give, by status
 */
export function shareProblems(document: object, ofAny: Example['answers'] = {}): void {
  const { paths = {}, components = {} } = document as Document // OpenAPI, as its generator has just made it
  const schemas = components.schemas ?? {}
  const shared = components.responses ?? {}
  for (const { responses = {} } of Object.values(paths).flatMap((path) => Object.values(path))) {
    for (const [status, response] of Object.entries(responses)) {
      const media = response.content?.[TYPE]
      if (!media?.schema) continue
      schemas.Problem ??= media.schema
      media.schema = PROBLEM
      if (media.example !== undefined) continue
      const example = ofAny[status]
      shared[`Problem${status}`] ??= {
        ...response,
        content: { [TYPE]: { schema: PROBLEM, ...(example !== undefined && { example }) } },
      }
      responses[status] = { $ref: `#/components/responses/Problem${status}` }
    }
  }
  Object.assign(components, { schemas, responses: shared })
}
