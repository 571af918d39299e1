import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import Type, { type TSchema } from 'typebox'
import manifest from '../../package.json' with { type: 'json' }
import { explorer } from './explorer.ts'
import type { Tiers } from './surface.ts'

/** What a surface says of itself as OpenAPI 3.1. */
export type Description = {
  readonly title: string
  readonly text: string
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  /** What the surface alone knows of a route, added to what every route has. */
  readonly describe: (route: DescribedRoute) => DescribedRoute
  /** Changes the document once it stands. */
  readonly complete: (document: object) => void
}

export type DescribedRoute = { readonly schema: FastifySchema; readonly url: string; readonly route: RouteOptions }

/** Describes every route of the surface that is registered after this. */
export async function describeSurface(
  app: FastifyInstance,
  { title, text, tags, describe, complete }: Description,
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, version: manifest.version, description: text },
      tags: [...tags],
      components: {
        securitySchemes: {
          basic: { type: 'http', scheme: 'basic', description: 'user name and API key' },
          key: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'the API key alone' },
        },
      },
      security: [{ basic: [] }, { key: [] }],
    },
    transform: ({ schema, url, route }) => describe({ schema: withOperation(schema, route), url, route }),
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject
      complete(document.openapiObject)
      return document.openapiObject
    },
  })
}

/** Adds what the route itself knows: its operation, and who may call it. */
function withOperation(schema: FastifySchema | undefined, { config }: RouteOptions): FastifySchema {
  const { operation, tiers } = config ?? {}
  const who = Array.isArray(tiers) ? `Tiers: ${tiers.join(', ')}.` : 'Needs no key.'
  return {
    ...schema,
    ...(operation ? { operationId: operation } : {}),
    description: [schema?.description, who].filter(Boolean).join('\n\n'),
  }
}

export type DescriptionRoutes = {
  /** Of the surface: `/v1`. */
  readonly prefix: string
  /** Where tools find it below the prefix; `doc` is where people do. */
  readonly file: string
  readonly tiers: Tiers
  readonly tag: string
  readonly operations: { readonly file: string; readonly explorer: string }
  readonly refusals: Readonly<Record<number, TSchema | object>>
}

/** The description for tools, and its pages for people. */
export async function descriptionRoutes(
  app: FastifyInstance,
  { prefix, file, tiers, tag, operations, refusals }: DescriptionRoutes,
): Promise<void> {
  app.get(
    file,
    {
      config: { tiers, operation: operations.file },
      schema: {
        tags: [tag],
        summary: `This description, as OpenAPI 3.1; ${prefix}/doc shows it to people`,
        response: { 200: Document, ...refusals },
      },
    },
    async () => app.swagger(),
  )
  await explorer(app, { indexPrefix: prefix, tiers, operation: operations.explorer })
}

const Document = Type.Object(
  { openapi: Type.String({ description: 'version of OpenAPI' }) },
  { additionalProperties: true, description: 'An OpenAPI document', examples: [{ openapi: '3.1.0' }] },
)
