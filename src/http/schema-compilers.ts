import AjvCompiler from '@fastify/ajv-compiler'
import SerializerSelector from '@fastify/fast-json-stringify-compiler'
import type { FastifySchemaCompiler } from 'fastify'

/** All problems of a request at once; what is unknown is left alone, so that a client may send more than we read. */
export const VALIDATION = { allErrors: true, coerceTypes: true, removeAdditional: false, verbose: true }

/**
 * Fastify's own compilers, but each schema is compiled when it is first needed: a third of a start was spent on some
 * hundreds of them. A crooked one shows at the first request to its route, and before that where the OpenAPI documents are made,
 * which takes Fastify's own.
 */
export function lazyCompilers() {
  const buildValidator: ReturnType<typeof AjvCompiler> = AjvCompiler()
  const buildSerializer = SerializerSelector()
  return {
    buildValidator: ((shared, options) => {
      const compile = buildValidator(shared, options)
      return (schema) => atFirstUse(() => compile(schema))
    }) satisfies AjvCompiler.BuildCompilerFromPool,
    buildSerializer: ((shared, options) => {
      const compile = buildSerializer(shared, options)
      return (route) => atFirstUse(() => compile(route))
    }) satisfies SerializerSelector.SerializerFactory,
  }
}

/**
 * For a surface whose JSON bodies are taken by the types that they have: `null` is no 0, no false and no empty text. Addresses, queries
 * and headers have nothing but text, which becomes what the schema says.
 */
export function typedBodies(): FastifySchemaCompiler<unknown> {
  const build: ReturnType<typeof AjvCompiler> = AjvCompiler()
  const ofText = build({}, { customOptions: VALIDATION })
  const ofJson = build({}, { customOptions: { ...VALIDATION, coerceTypes: false } })
  return (route) => atFirstUse(() => (route.httpPart === 'body' ? ofJson : ofText)(route))
}

/** A function that is made when it is first called or looked into; its properties are those of what was made. */
function atFirstUse<F extends (...args: never[]) => unknown>(make: () => F): F {
  let made: F | undefined
  const get = () => (made ??= make())
  // biome-ignore lint/complexity/useArrowFunction: only a plain function can be a proxy's target that is called
  return new Proxy(function () {} as unknown as F, {
    apply: (_target, self, args) => Reflect.apply(get(), self, args),
    get: (_target, key) => Reflect.get(get(), key),
  })
}
