import AjvCompiler from '@fastify/ajv-compiler'
import SerializerSelector from '@fastify/fast-json-stringify-compiler'

/**
 * Fastify's own compilers, but each schema is compiled when it is first needed: a third of a start was spent on some
 * hundreds of them. A crooked one shows at the first request to its route, which is why every route has a test.
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
