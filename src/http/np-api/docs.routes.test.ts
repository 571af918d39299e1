import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { askHttp as ask, basic, type TestNpApi, testNpApi } from '../../../test/support/np-api.ts'
import { npApiDocument } from './document.ts'

type Schema = {
  description?: string
  type?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
}
type Media = { schema?: Schema; example?: unknown; examples?: unknown }
type Operation = {
  operationId: string
  summary: string
  tags: string[]
  parameters?: { description?: string }[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { description: string; content?: Record<string, Media> }>
}
type Document = { openapi: string; paths: Record<string, Record<string, Operation>> }

let api: TestNpApi
before(async () => {
  api = await testNpApi()
})
after(() => api.close())

const reader = () => basic('read_only-user', api.key.read_only)

async function described(): Promise<{ document: Document; operations: Operation[] }> {
  const document = (await npApiDocument()) as Document // our own document; the assertions below look at every part of it
  return { document, operations: Object.values(document.paths).flatMap((path) => Object.values(path)) }
}

test('swagger.json is OpenAPI 3.1 and lists every operation but the explorer [endpoint 21 success]', async () => {
  const answer = await ask(`${api.url}/np_api/swagger.json`, { headers: reader() })
  assert.equal(answer.status, 200)
  assert.equal(answer.json.openapi, '3.1.0')
  const { document, operations } = await described()
  assert.deepEqual(Object.keys(answer.json.paths as object), Object.keys(document.paths))
  assert.deepEqual(Object.keys(document.paths), [
    '/np_api/PortIn/create',
    '/np_api/PortIn/list',
    '/np_api/PortIn/{msgidentifier}',
    '/np_api/PortIn/get_xml_list/{msgidentifier}',
    '/np_api/PortIn/get_xml/{folder}/{filename}',
    '/np_api/PortOut/list',
    '/np_api/PortOut/{msgidentifier}',
    '/np_api/info/{msisdn}',
    '/np_api/terminate/{msisdn}/{type_of_numbers}',
    '/np_api/validate/sms_validate',
    '/np_api/route/{msisdn}',
    '/np_api/route/hss_route/{msisdn}',
    '/np_api/route/{msisdn}/{operator}/{type}',
    '/np_api/{deployment_prefix}/recv/',
    '/np_api/swagger.json',
  ])
  const ids = operations.map(({ operationId }) => operationId)
  const routed = new Set(api.server.routes.map(({ operation }) => operation))
  assert.deepEqual([...ids, 'getExplorer'].sort(), [...routed].sort())
})

test('every operation has a summary, a tag, a success and a refusal, each with an example', async () => {
  for (const { operationId, summary, tags, responses } of (await described()).operations) {
    assert.ok(summary && tags.length === 1, operationId)
    assert.ok(responses['200'] && responses['401'], operationId)
    for (const [status, { description, content = {} }] of Object.entries(responses)) {
      assert.ok(description, `${operationId} ${status}`)
      for (const [type, media] of Object.entries(content)) {
        const example = media.example ?? (media.schema as { examples?: unknown[] }).examples?.[0]
        assert.ok(example, `${operationId} ${status} ${type} has an example`)
      }
      if (status !== '200') assert.deepEqual(Object.keys(content), ['application/json'], `${operationId} ${status}`)
    }
  }
})

test('every field of every schema, and every parameter, is described', async () => {
  const undescribed: string[] = []
  const look = (schema: Schema | undefined, path: string) => {
    for (const [name, property] of Object.entries(schema?.properties ?? {})) {
      const isSaid = property.description ?? property.anyOf?.[0]?.description
      if (!isSaid) undescribed.push(`${path}.${name}`)
      look(property, `${path}.${name}`)
    }
    if (schema?.items) look(schema.items, `${path}[]`)
  }
  for (const { operationId, parameters = [], requestBody, responses } of (await described()).operations) {
    if (parameters.some(({ description }) => !description)) undescribed.push(`${operationId} parameter`)
    for (const media of Object.values(requestBody?.content ?? {})) look(media.schema, operationId)
    for (const [status, { content = {} }] of Object.entries(responses)) {
      for (const media of Object.values(content)) look(media.schema, `${operationId} ${status}`)
    }
  }
  assert.deepEqual(undescribed, [])
})

test('the explorer asks a browser for credentials, then loads its own files and nothing from elsewhere [endpoint 20 success]', async () => {
  const unknown = await ask(`${api.url}/np_api/doc`)
  assert.equal(unknown.status, 401)
  assert.match(unknown.headers.get('www-authenticate') ?? '', /^Basic/)
  for (const path of ['/np_api/doc', '/np_api/doc/']) {
    const page = await ask(`${api.url}${path}`, { headers: reader() })
    assert.equal(page.status, 200, path)
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
    assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'self'; script-src 'self'; /)
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '')
    assert.ok(files.length >= 5)
    for (const file of files) {
      const loaded = await ask(new URL(file, `${api.url}${path}`).href, { headers: reader() })
      assert.equal(loaded.status, 200, `${path} loads ${file}`)
    }
  }
  assert.equal((await ask(`${api.url}/np_api/doc/json`, { headers: reader() })).json.openapi, '3.1.0')
  assert.equal((await ask(`${api.url}/np_api/doc/static/none.js`, { headers: reader() })).status, 404)
})

test('the description can be made public, the rest cannot (O-52)', async () => {
  const open = await testNpApi({ isDocPublic: true })
  try {
    assert.equal((await ask(`${open.url}/np_api/doc`)).status, 200)
    assert.equal((await ask(`${open.url}/np_api/swagger.json`)).status, 200)
    assert.equal((await ask(`${open.url}/np_api/PortIn/list`)).status, 401)
  } finally {
    await open.close()
  }
})
