/**
 * What was asked of a running product and what it answered, by operation. `test/examples` asks, and `npm run generate` writes it
 * down; nobody edits it. The operation `any` has refusals that any operation may give.
 */
export type Examples = Readonly<Record<string, Example>>

export type Example = {
  /** Path and query of the first request that was granted. */
  readonly address?: string
  /** What was sent with such requests, by content type; text where it is no JSON. */
  readonly bodies?: Readonly<Record<string, unknown>>
  /** What was answered, by status. */
  readonly answers: Readonly<Record<string, unknown>>
}

type Media = { schema?: object; example?: unknown; examples?: unknown }
type Content = Record<string, Media>
type Parameter = { name: string; in: string; required?: boolean; example?: unknown }
type Operation = {
  operationId?: string
  parameters?: Parameter[]
  requestBody?: { content?: Content }
  responses?: Record<string, { content?: Content }>
}
type Document = { paths?: Record<string, Record<string, Operation>> }

/** Puts examples into an OpenAPI document, in the place of those that its schemas have. */
export function addExamples(document: object, examples: Examples): void {
  const { paths = {} } = document as Document // OpenAPI, as its generator has just made it
  for (const [path, operations] of Object.entries(paths)) {
    for (const { operationId = '', parameters = [], requestBody, responses = {} } of Object.values(operations)) {
      const { address, bodies = {}, answers = {} } = examples[operationId] ?? {}
      if (address !== undefined) fillIn(parameters, path, address)
      for (const [type, body] of Object.entries(bodies)) show(requestBody?.content, type, body, operationId)
      for (const [status, answer] of Object.entries(answers)) {
        const content = responses[status]?.content
        show(content, Object.keys(content ?? {})[0], answer, `${operationId} ${status}`)
      }
    }
  }
}

function show(content: Content | undefined, type: string | undefined, example: unknown, what: string): void {
  const media = type === undefined ? undefined : content?.[type]
  if (!content || !type || !media) throw new Error(`${what} was recorded, and its description does not know it`)
  const { examples: _, ...rest } = media // one object may stand at several types
  content[type] = { ...rest, example }
}

/** Gives what must be named its value in an address; what may be left out stays empty, for whoever tries it. */
function fillIn(parameters: Parameter[], template: string, address: string): void {
  const [path = '', query] = address.split('?')
  const found = new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`).exec(path)
  if (!found) throw new Error(`${address} was recorded for ${template}`)
  const asked = new URLSearchParams(query)
  for (const parameter of parameters.filter(({ required }) => required)) {
    const value = parameter.in === 'path' ? found.groups?.[parameter.name] : asked.get(parameter.name)
    if (value) parameter.example = decodeURIComponent(value)
  }
}
