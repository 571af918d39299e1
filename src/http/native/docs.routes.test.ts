import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestNative, testNative } from '../../../test/support/native.ts'
import { nativeDocument } from './document.ts'

type Schema = {
  $ref?: string
  description?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
}
type Media = { schema?: Schema }
type Operation = {
  operationId: string
  summary: string
  tags: string[]
  parameters?: { name: string; description?: string }[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, Response>
}
type Response = { description: string; content?: Record<string, Media> }
type Written = Omit<Operation, 'responses'> & { responses: Record<string, Response & { $ref?: string }> }
type Document = {
  openapi: string
  paths: Record<string, Record<string, Written>>
  components: { schemas: Record<string, Schema>; responses: Record<string, Response> }
}

let native: TestNative
before(async () => {
  native = await testNative()
})
after(() => native.close())

/** Every operation; what it shares with others is written out. */
async function operations(): Promise<(Operation & { method: string })[]> {
  const { paths, components } = (await nativeDocument()) as Document // our own document; the assertions look at every part of it
  const nameOf = ($ref: string) => $ref.split('/').at(-1) ?? ''
  const whole = ({ $ref, ...response }: Response & { $ref?: string }) => {
    const { content = {}, ...rest } = $ref === undefined ? response : (components.responses[nameOf($ref)] ?? response)
    const media = Object.entries(content).map(([type, { schema }]) => {
      const isShared = schema?.$ref !== undefined
      return [type, { schema: isShared ? components.schemas[nameOf(schema.$ref ?? '')] : schema }] as const
    })
    return { ...rest, content: Object.fromEntries(media) }
  }
  return Object.values(paths).flatMap((path) =>
    Object.entries(path).map(([method, { responses, ...operation }]) => ({
      ...operation,
      method,
      responses: Object.fromEntries(Object.entries(responses).map(([status, one]) => [status, whole(one)])),
    })),
  )
}

test('openapi.json is OpenAPI 3.1 and lists every operation but the explorer', async () => {
  const { status, json } = await native.ask('GET', '/openapi.json', { tier: 'read_only' })
  deepEqual([status, json.openapi], [200, '3.1.0'])
  const ids = (await operations()).map(({ operationId }) => operationId)
  const routed = new Set(native.server.routes.map(({ operation }) => operation))
  deepEqual([...ids, 'getNativeExplorer'].sort(), [...routed].sort())
})

test('every operation has a summary, a tag, a success, and its refusals as problems', async () => {
  for (const { operationId, summary, tags, responses } of await operations()) {
    ok(summary && tags.length === 1, operationId)
    ok(Object.keys(responses).some((status) => status.startsWith('2')) && responses['401'], operationId)
    for (const [status, { description, content = {} }] of Object.entries(responses)) {
      ok(description, `${operationId} ${status}`)
      if (Number(status) >= 400)
        deepEqual(Object.keys(content), ['application/problem+json'], `${operationId} ${status}`)
    }
  }
})

test('every write says that it takes an Idempotency-Key, and no question does', async () => {
  for (const { operationId, method, parameters = [] } of await operations()) {
    const takes = parameters.some(({ name }) => name === 'idempotency-key')
    const isQuestion = method === 'get' || operationId === 'lookUpNumbers' // its body is a list of numbers
    equal(takes, !isQuestion, operationId)
  }
})

test('every field of every schema, and every parameter, is described', async () => {
  const undescribed: string[] = []
  const look = (schema: Schema | undefined, path: string) => {
    for (const [name, property] of Object.entries(schema?.properties ?? {})) {
      if (!(property.description ?? property.anyOf?.[0]?.description)) undescribed.push(`${path}.${name}`)
      look(property, `${path}.${name}`)
      for (const one of property.anyOf ?? []) look(one, `${path}.${name}`)
    }
    if (schema?.items) look(schema.items, `${path}[]`)
  }
  for (const { operationId, parameters = [], requestBody, responses } of await operations()) {
    for (const { name, description } of parameters)
      if (!description) undescribed.push(`${operationId} parameter ${name}`)
    for (const media of Object.values(requestBody?.content ?? {})) look(media.schema, operationId)
    for (const [status, { content = {} }] of Object.entries(responses)) {
      for (const media of Object.values(content)) look(media.schema, `${operationId} ${status}`)
    }
  }
  deepEqual(undescribed, [])
})

test('the explorer is there for people', async () => {
  const page = await native.ask('GET', '/doc', { tier: 'read_only' })
  equal(page.status, 200)
  match(page.headers.get('content-type') ?? '', /^text\/html/)
  match(page.headers.get('content-security-policy') ?? '', /^default-src 'self'; script-src 'self'; /)
})
