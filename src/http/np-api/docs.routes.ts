import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import Type from 'typebox'
import manifest from '../../../package.json' with { type: 'json' }
import { addExamples, type Examples } from '../examples.ts'
import { explorer } from '../explorer.ts'
import { TIERS_EXPLAINED } from '../said-once.ts'
import type { Tiers } from '../surface.ts'
import recorded from './examples.gen.json' with { type: 'json' }
import { refusals } from './refusals.schema.ts'

type Deps = {
  readonly deploymentPrefix: string
  /** Whether the description may be read without a key (contract O-52). */
  readonly isDocPublic: boolean
  readonly examples?: Examples
}

const READERS: Tiers = ['admin', 'pxs', 'read_only']

const DESCRIPTION = `Number porting: requests, their progress, and the messages behind them.

Every refusal has the body \`{ "result", "Reason" }\`; \`Reason\` says what to mend, and the header \`X-Request-Id\` of every answer is
what our log has more under. Credentials are an API key, as HTTP Basic \`username:api_key\` (the user name may be left out) or in the
header \`X-API-Key\`. After 20 wrong keys within a minute an address gets 401 for a minute, each time within a day twice as long, up to an
hour.

${TIERS_EXPLAINED}

Numbers of a port are local digits, without country code; a number in a path has the country code and no plus. Times are UTC: those
of a record without a zone, those of its log with one. Words of a fixed choice are taken in any case, and fields that are not
described are ignored. Bodies are JSON of at most 256 kB. A port-in that was refused for its account type (35) is asked for again once
by itself, as a new record that names the first one.`

/** Describes every route of the surface that is registered after this, as OpenAPI 3.1. */
export async function describeRoutes(
  app: FastifyInstance,
  { deploymentPrefix, examples = recorded }: Deps,
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Portolan np_api', version: manifest.version, description: DESCRIPTION },
      tags: [
        { name: 'PortIn', description: 'Numbers that come to this operator' },
        { name: 'PortOut', description: 'Numbers that other operators ask for' },
        { name: 'Number', description: 'Single numbers at the clearinghouse' },
        { name: 'Validation', description: 'Whether messages of others reach a ported number' },
        { name: 'route', description: 'Where calls to a number go' },
        { name: 'Clearinghouse', description: 'What the clearinghouse itself calls' },
        { name: 'Description', description: 'This description' },
      ],
      components: {
        securitySchemes: {
          basic: { type: 'http', scheme: 'basic', description: 'user name and API key' },
          key: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'the API key alone' },
        },
      },
      security: [{ basic: [] }, { key: [] }],
    },
    transform: ({ schema, url, route }) => describe(schema, url, route, deploymentPrefix),
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject
      for (const path of Object.values(document.openapiObject.paths ?? {})) sayOptionalBody(path?.delete?.requestBody)
      addExamples(document.openapiObject, examples)
      return document.openapiObject
    },
  })
}

/** The generator calls every body required; that of a DELETE may always be left out. */
function sayOptionalBody(body: object | undefined): void {
  if (body && 'required' in body) body.required = false
}

/** `/np_api/doc` for people, `/np_api/swagger.json` for tools. */
export async function docsRoutes(app: FastifyInstance, { isDocPublic }: Deps): Promise<void> {
  const tiers: Tiers = isDocPublic ? 'anyone' : READERS
  app.get(
    '/swagger.json',
    {
      config: { tiers, operation: 'getDescription' },
      schema: {
        tags: ['Description'],
        summary: 'This description, as OpenAPI 3.1; /np_api/doc shows it to people',
        response: { 200: Description, ...refusals('getDescription', 403) },
      },
    },
    async () => app.swagger(),
  )
  await explorer(app, { indexPrefix: '/np_api', tiers, operation: 'getExplorer' })
}

const Description = Type.Object(
  { openapi: Type.String({ description: 'version of OpenAPI' }) },
  { additionalProperties: true, description: 'An OpenAPI document', examples: [{ openapi: '3.1.0' }] },
)

const DeploymentPrefix = (prefix: string) =>
  Type.Object({
    deployment_prefix: Type.String({ description: `fixed for an installation; here: ${prefix}`, examples: [prefix] }),
  })
const XmlBody = Type.String({
  description: 'The message as XML, at most 256 kB; any content type is taken',
  examples: ['<message xmlns="urn:np:pxs-profile:1"/>'],
})

/** Adds what the route itself knows: its operation, who may call it, and the receiver's path as the document prints it. */
function describe(schema: FastifySchema | undefined, url: string, route: RouteOptions, deploymentPrefix: string) {
  const { operation, tiers } = route.config ?? {}
  const who = Array.isArray(tiers) ? `Tiers: ${tiers.join(', ')}.` : 'Needs no key.'
  const described = {
    ...schema,
    ...(operation ? { operationId: operation } : {}),
    description: [schema?.description, who].filter(Boolean).join('\n\n'),
  }
  if (operation !== 'receiveMessage') return { schema: described, url }
  return {
    schema: { ...described, params: DeploymentPrefix(deploymentPrefix), body: XmlBody, consumes: ['application/xml'] },
    url: '/np_api/{deployment_prefix}/recv/',
  }
}
