import { deepEqual, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import npApi from '../../docs/openapi/np-api.json' with { type: 'json' }
import native from '../../docs/openapi/v1.json' with { type: 'json' }
import { type TestNative, testNative } from '../../test/support/native.ts'
import { askHttp, type TestNpApi, testNpApi } from '../../test/support/np-api.ts'

/** What of JSON Schema and OpenAPI is needed to make up a request. */
type Schema = {
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly examples?: readonly unknown[]
  readonly minimum?: number
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
}
type Parameter = { readonly name: string; readonly in: string; readonly schema: Schema }
type Operation = {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: { readonly 'application/json'?: { readonly schema: Schema } } }
}
type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }

let v1: TestNative
let np: TestNpApi
before(async () => {
  v1 = await testNative()
  np = await testNpApi()
})
after(() => Promise.all([v1.close(), np.close()]))

/** What nobody should send in the place of a text or a number, and somebody will. */
// biome-ignore format: a list
const HOSTILE = [
  '\0', 'x\ud800', '\u202e=1+1', '1e300', '-1', '99999999999999999999', '0000-01-01', '0000-01-01T00:00:00Z', '-271821-04-20T00:00:00Z',
  '+275760-09-13T00:00:00Z', '00000000-0000-0000-0000-000000000000',
]
const HOSTILE_JSON = [...HOSTILE, null, 1e300, -1, 2 ** 53, {}, [], ['\0'], { length: 1 }]

/** Something that the schema takes. */
function sample({ examples, enum: choice, anyOf, ...schema }: Schema): unknown {
  if (examples) return examples[0]
  if (choice) return choice[0]
  if (anyOf?.[0]) return sample(anyOf[0])
  if (schema.properties) return mapped(schema.properties, sample)
  if (schema.items) return [sample(schema.items)]
  if (schema.format === 'uuid') return '0198c1de-5f7b-7aaa-8000-5d2f4d1c9a11'
  if (schema.format === 'date-time') return '2025-12-31T00:00:00Z'
  if (schema.type === 'integer') return schema.minimum ?? 1
  return schema.type === 'boolean' ? false : '15550100'
}

function mapped<Given, Made>(from: Readonly<Record<string, Given>>, make: (one: Given) => Made): Record<string, Made> {
  return Object.fromEntries(Object.entries(from).map(([name, one]) => [name, make(one)]))
}

/** The text of a hostile value in an address; half a character can only be sent by its bytes. */
const escaped = (text: string) => (text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80')

type Request = { readonly method: string; readonly path: string; readonly body?: unknown }

/** Each part of an operation spoilt in turn, and the others as they should be. */
function spoilt(method: string, path: string, { parameters = [], requestBody }: Operation): Request[] {
  const filled = (skip = '') =>
    parameters
      .filter((one) => one.in === 'path' && one.name !== skip)
      .reduce((text, { name, schema }) => text.replace(`{${name}}`, escaped(String(sample(schema)))), path)
  const schema = requestBody?.content['application/json']?.schema
  const body = schema && (sample(schema) as Record<string, unknown>) // a body of JSON is an object here
  const has = body === undefined ? {} : { body }
  const ofPath = parameters
    .filter((one) => one.in === 'path')
    .flatMap(({ name }) =>
      HOSTILE.map((text) => ({ method, path: filled(name).replace(`{${name}}`, escaped(text)), ...has })),
    )
  const ofQuery = parameters
    .filter((one) => one.in === 'query')
    .flatMap(({ name }) => HOSTILE.map((text) => ({ method, path: `${filled()}?${name}=${escaped(text)}`, ...has })))
  const ofBody = Object.keys(body ?? {}).flatMap((name) =>
    HOSTILE_JSON.map((value) => ({ method, path: filled(), body: { ...body, [name]: value } })),
  )
  return [...ofPath, ...ofQuery, ...ofBody]
}

const operationsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )

/** A clearinghouse that is silent, an HSS that is not there and our own fault have one status in np_api: the words tell. */
const isOurFault = (text: string) => /internal error/.test(text)

for (const [name, document, where] of [
  ['/v1', native as unknown as Document, () => ({ url: v1.url, key: v1.key.admin })],
  ['np_api', npApi as unknown as Document, () => ({ url: np.url, key: np.key.admin })],
] as const) {
  test(`whatever stands in an address or a body of ${name}, it is no fault of ours`, async () => {
    const { url, key } = where()
    const found: string[] = []
    let asked = 0
    for (const { path, method, operation } of operationsOf(document)) {
      // a stream does not end, and the walk over the audit has nothing to spoil
      if (operation.operationId === 'followEvents') continue
      for (const request of spoilt(method, path, operation)) {
        const json = request.body === undefined ? {} : { 'content-type': 'application/json' }
        const answer = await askHttp(`${url}${request.path}`, {
          method,
          headers: { 'x-api-key': key, 'if-match': '"1"', ...json },
          ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
        })
        asked += 1
        if (answer.status === 401) throw new Error(`${operation.operationId} wants another key`)
        if (isOurFault(answer.text)) found.push(`${method} ${request.path} ${JSON.stringify(request.body ?? '')}`)
      }
    }
    ok(asked > 100)
    deepEqual(found, [])
  })
}
