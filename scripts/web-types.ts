import { nativeDocument } from '../src/http/native/document.ts'
import { npApiDocument } from '../src/http/np-api/document.ts'

/** The part of a JSON Schema that our OpenAPI documents use. */
type Schema = {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly format?: string
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>
type Operation = {
  readonly operationId?: string
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema: Schema
  }[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}
type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }

const HEADER = `// Generated from the OpenAPI document of the server by \`npm run generate\`; change the routes instead.
`
const JSON_TYPE = 'application/json'
const SIMPLE = new Map([
  ['string', 'string'],
  ['integer', 'number'],
  ['number', 'number'],
  ['boolean', 'boolean'],
  ['null', 'null'],
])

/** The types of np_api and of the native API for the web UI: what each operation takes and answers, and where it is. */
export async function operationTypes(): Promise<string> {
  // the documents are made by our own server, whose surfaces have tests of their shape
  return typesOf([(await npApiDocument()) as Document, (await nativeDocument()) as Document])
}

/** One entry for each operation: its place as a value, its input and answer as types. */
function typesOf(documents: readonly Document[]): string {
  const operations = documents
    .flatMap(({ paths }) => Object.entries(paths))
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))
    .filter(({ operation }) => operation.operationId !== undefined)
  const names = operations.map(({ operation }) => operation.operationId)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Error(`two operations are called ${twice}`)
  const places = operations.map(
    ({ path, method, operation }) => `  ${operation.operationId}: ['${method.toUpperCase()}', '${path}'],\n`,
  )
  const types = operations.map(({ operation }) => `  ${operation.operationId}: ${operationType(operation)}\n`)
  return `${HEADER}
export const OPERATIONS = {
${places.join('')}} as const

export type Operations = {
${types.join('')}}
`
}

function operationType({ parameters = [], requestBody, responses }: Operation): string {
  const inputOf = (place: string) => {
    const some = parameters.filter((parameter) => parameter.in === place)
    const fields = some.map(({ name, required, schema }) => `${key(name)}${required ? '' : '?'}: ${typeOf(schema, 3)}`)
    return fields.length === 0 ? 'undefined' : `{ ${fields.join('; ')} }`
  }
  const body = requestBody?.content[JSON_TYPE]?.schema
  const answer = responses['200']?.content?.[JSON_TYPE]?.schema
  return `{
    params: ${inputOf('path')}
    query: ${inputOf('query')}
    body: ${body ? typeOf(body, 2) : 'undefined'}
    answer: ${answer ? typeOf(answer, 2) : 'Blob'}
  }`
}

/** A JSON Schema as TypeScript writes it. What is not understood is `unknown`, which the compiler makes the reader check. */
function typeOf(schema: Schema, depth: number): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return [...new Set(choices.map((choice) => typeOf(choice, depth)))].join(' | ')
  if (schema.allOf) return schema.allOf.map((part) => typeOf(part, depth)).join(' & ')
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type }, depth)).join(' | ')
  if (schema.type === 'array') return `(${schema.items ? typeOf(schema.items, depth) : 'unknown'})[]`
  if (schema.type === 'object') return objectType(schema, depth)
  return SIMPLE.get(String(schema.type)) ?? 'unknown'
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema, depth: number): string {
  const pad = '  '.repeat(depth + 1)
  const rest = typeof additionalProperties === 'object' ? typeOf(additionalProperties, depth + 1) : 'unknown'
  const names = Object.entries(properties)
  if (names.length === 0) return `Record<string, ${rest}>`
  const lines = names.map(
    ([name, schema]) => `${pad}${key(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema, depth + 1)}\n`,
  )
  return `{\n${lines.join('')}${'  '.repeat(depth)}}`
}

function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)
}
