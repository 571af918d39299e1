/**
 * What a running product answered: operation, status, body (text where it is no JSON). `test/examples` asks, and
 * `npm run generate` writes the answers down; nobody edits them. The operation `any` has refusals that any operation may give.
 */
export type Examples = Readonly<Record<string, Readonly<Record<string, unknown>>>>

type Media = { schema?: object; example?: unknown; examples?: unknown }
type Response = { content?: Record<string, Media> }
type Operation = { operationId?: string; responses?: Record<string, Response> }
type Document = { paths?: Record<string, Record<string, Operation>> }

/** Puts answers into an OpenAPI document, in the place of what its schemas have for an example. */
export function addExamples(document: object, examples: Examples): void {
  const { paths = {} } = document as Document // OpenAPI, as its generator has just made it
  for (const { operationId = '', responses = {} } of Object.values(paths).flatMap((path) => Object.values(path))) {
    for (const [status, answer] of Object.entries(examples[operationId] ?? {})) {
      const [media] = Object.values(responses[status]?.content ?? {})
      if (!media) throw new Error(`${operationId} has answered ${status}, which its description does not know`)
      media.example = answer
      delete media.examples
    }
  }
}
