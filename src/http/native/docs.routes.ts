import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import Type from 'typebox'
import manifest from '../../../package.json' with { type: 'json' }
import { explorer } from '../explorer.ts'
import type { Tiers } from '../surface.ts'
import { READERS } from './common.schema.ts'
import { problems } from './problems.schema.ts'

const DESCRIPTION = `Everything about ports that the porting manager's own surface, np_api, has no place for.

Credentials are an API key, as HTTP Basic \`username:api_key\` (the user name may be left out) or in the header
\`X-API-Key\`; they are those of np_api. Every refusal is a problem (RFC 9457) whose \`type\` stays the same for programs and whose
\`detail\` says what to mend. Lists come in pages: \`next\` is the cursor of the next one. Times are RFC 3339, in UTC. Numbers are E.164 with the plus.

Every write takes an \`Idempotency-Key\`: the same request again within a day gets the first answer, with the header
\`Idempotent-Replayed: true\`, and nothing is done twice. What two people may change at once has an \`ETag\`, and its change wants it back as
\`If-Match\`.`

const IDEMPOTENCY_KEY = {
  'idempotency-key': Type.Optional(
    Type.String({ description: 'a text of yours, such as a UUID: with it the request is done at most once' }),
  ),
}

/** Describes every route of the surface that is registered after this, as OpenAPI 3.1. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Portolan native API', version: manifest.version, description: DESCRIPTION },
      components: {
        securitySchemes: {
          basic: { type: 'http', scheme: 'basic', description: 'user name and API key' },
          key: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'the API key alone' },
        },
      },
      security: [{ basic: [] }, { key: [] }],
    },
    transform: ({ schema, url, route }) => ({ schema: described(schema, route), url }),
  })
}

/** `/v1/doc` for people, `/v1/openapi.json` for tools. */
export async function docsRoutes(app: FastifyInstance, { isDocPublic }: { isDocPublic: boolean }): Promise<void> {
  const tiers: Tiers = isDocPublic ? 'anyone' : READERS
  app.get(
    '/openapi.json',
    {
      config: { tiers, operation: 'getNativeDescription' },
      schema: {
        tags: ['Start'],
        summary: 'This description, as OpenAPI 3.1; /v1/doc shows it to people',
        response: { 200: Description, ...problems() },
      },
    },
    async () => app.swagger(),
  )
  await explorer(app, { indexPrefix: '/v1', tiers, operation: 'getNativeExplorer' })
}

const Description = Type.Object(
  { openapi: Type.String({ description: 'version of OpenAPI' }) },
  { additionalProperties: true, description: 'An OpenAPI document', examples: [{ openapi: '3.1.0' }] },
)

/** Adds what the route itself knows: its operation, who may call it, and what every write takes. */
function described(schema: FastifySchema | undefined, { config, method }: RouteOptions): FastifySchema {
  const { operation, tiers, isQuestion = false } = config ?? {}
  const who = Array.isArray(tiers) ? `Tiers: ${tiers.join(', ')}.` : 'Needs no key.'
  const isWrite = !isQuestion && ![method].flat().some((one) => one === 'GET' || one === 'HEAD')
  const headers = schema?.headers as { properties?: object } | undefined // ours are TypeBox objects
  return {
    ...schema,
    ...(operation ? { operationId: operation } : {}),
    ...(isWrite && { headers: Type.Object({ ...headers?.properties, ...IDEMPOTENCY_KEY }) }),
    description: [schema?.description, who].filter(Boolean).join('\n\n'),
  }
}
