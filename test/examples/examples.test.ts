import { deepEqual, ok } from 'node:assert/strict'
import test from 'node:test'
import AjvCompiler from '@fastify/ajv-compiler'
import type { Examples } from '../../src/http/examples.ts'
import { nativeDocument } from '../../src/http/native/document.ts'
import ofNative from '../../src/http/native/examples.gen.json' with { type: 'json' }
import { npApiDocument } from '../../src/http/np-api/document.ts'
import ofNpApi from '../../src/http/np-api/examples.gen.json' with { type: 'json' }

type Schema = { readonly $ref?: string; readonly examples?: readonly unknown[] }
type Media = { readonly schema: Schema; readonly example?: unknown }
type Content = Readonly<Record<string, Media>>
type Operation = {
  readonly operationId: string
  readonly parameters?: readonly {
    readonly name: string
    readonly required: boolean
    readonly schema: Schema
    readonly example?: unknown
  }[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas?: Readonly<Record<string, Schema>>
    readonly responses?: Readonly<Record<string, { readonly content?: Content }>>
  }
}
type Described = {
  readonly surface: string
  readonly recorded: Examples
  readonly document: () => Promise<object>
}

// biome-ignore format: a table
const SURFACES: readonly Described[] = [
  { surface: 'np_api',         recorded: ofNpApi,  document: npApiDocument },
  { surface: 'the native API', recorded: ofNative, document: nativeDocument },
]

const operationsOf = ({ paths }: Document) => Object.values(paths).flatMap((path) => Object.values(path))
const exampleOf = ({ example, schema }: Media) => example ?? schema.examples?.[0]
const isSuccess = (status: string) => status.startsWith('2')

// that the product answers so today is shown by `scripts/generate.ts --check`, which records them anew
for (const { surface, recorded, document } of SURFACES) {
  const described = async () => (await document()) as Document // our own document; the assertions look at every part of it

  test(`${surface}: every operation shows one success and one refusal of its own`, async () => {
    for (const { operationId, responses } of operationsOf(await described())) {
      const [success] = Object.entries(responses).filter(([status]) => isSuccess(status))
      const [shown] = Object.values(success?.[1].content ?? {})
      ok(success && (!shown || exampleOf(shown) !== undefined), `${operationId} has no success`)
      const own = Object.keys(recorded[operationId]?.answers ?? {}).filter((status) => !isSuccess(status))
      ok(own.length > 0, `${operationId} has no refusal: test/examples asks for one`)
      for (const status of own) {
        const [media] = Object.values(responses[status]?.content ?? {})
        deepEqual(media?.example, recorded[operationId]?.answers[status], `${operationId} ${status}`)
      }
    }
  })

  test(`${surface}: whatever must be sent has an example`, async () => {
    for (const { operationId, parameters = [], requestBody } of operationsOf(await described())) {
      for (const { name, required, schema, example } of parameters)
        ok(!required || (example ?? schema.examples?.[0]) !== undefined, `${operationId} has no example of ${name}`)
      for (const [type, media] of Object.entries(requestBody?.content ?? {}))
        ok(exampleOf(media) !== undefined, `${operationId} has no example of a body as ${type}`)
    }
  })

  test(`${surface}: every example is of the shape that it is an example of`, async () => {
    const whole = await described()
    const compile = AjvCompiler()({}, { customOptions: { strict: false, coerceTypes: false, useDefaults: false } })
    let looked = 0
    const look = (content: Content = {}, what: string) => {
      for (const [type, media] of Object.entries(content)) {
        const example = exampleOf(media)
        if (example === undefined) continue
        const { $ref, ...schema } = media.schema
        const shape = $ref ? whole.components.schemas?.[$ref.split('/').at(-1) ?? ''] : schema
        const isOfShape = compile({ schema: shape, method: 'GET', url: '/', httpPart: 'body' })
        ok(isOfShape(example), `${what} ${type}: ${JSON.stringify(isOfShape.errors)}`)
        looked += 1
      }
    }
    for (const { operationId, requestBody, responses } of operationsOf(whole)) {
      look(requestBody?.content, `the body of ${operationId}`)
      for (const [status, { content }] of Object.entries(responses)) look(content, `${operationId} ${status}`)
    }
    for (const { content } of Object.values(whole.components.responses ?? {})) look(content, 'shared')
    ok(looked > 30, `${looked} examples were found`)
  })
}
