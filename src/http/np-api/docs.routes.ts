import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { GUESSES_PER_MINUTE } from '../../accounts/guess-limit.ts'
import { type DescribedRoute, describeSurface, descriptionRoutes } from '../description.ts'
import { addExamples, type Examples } from '../examples.ts'
import { LIMITS_EXPLAINED, TIERS_EXPLAINED } from '../said-once.ts'
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
header \`X-API-Key\`. After ${GUESSES_PER_MINUTE} wrong keys within a minute an address gets 401 for a minute, each time within a day twice as long, up to an
hour.

${LIMITS_EXPLAINED}

${TIERS_EXPLAINED}

Numbers of a port are local digits, without country code; a number in a path has the country code and no plus. Times are UTC: those
of a record without a zone, those of its log with one. Words of a fixed choice are taken in any case, and fields that are not
described are ignored. Bodies are JSON of at most 256 kB. A port-in that was refused for its account type (35) is asked for again once
by itself, as a new record that names the first one.`

const TAGS = [
  { name: 'PortIn', description: 'Numbers that come to this operator' },
  { name: 'PortOut', description: 'Numbers that other operators ask for' },
  { name: 'Number', description: 'Single numbers at the clearinghouse' },
  { name: 'Validation', description: 'Whether messages of others reach a ported number' },
  { name: 'route', description: 'Where calls to a number go' },
  { name: 'Clearinghouse', description: 'What the clearinghouse itself calls' },
  { name: 'Description', description: 'This description' },
]

/** Describes every route of the surface that is registered after this, as OpenAPI 3.1. */
export async function describeRoutes(
  app: FastifyInstance,
  { deploymentPrefix, examples = recorded }: Deps,
): Promise<void> {
  await describeSurface(app, {
    title: 'Portolan np_api',
    text: DESCRIPTION,
    tags: TAGS,
    describe: (described) => asPrinted(described, deploymentPrefix),
    complete: (document) => {
      sayOptionalBodies(document)
      addExamples(document, examples)
    },
  })
}

type Bodies = {
  readonly paths?: Readonly<Record<string, { readonly delete?: { requestBody?: { required?: boolean } } }>>
}

/** The generator calls every body required; that of a DELETE may always be left out. */
function sayOptionalBodies(document: object): void {
  const { paths = {} } = document as Bodies // OpenAPI, as its generator has just made it
  for (const { delete: operation } of Object.values(paths)) {
    if (operation?.requestBody?.required !== undefined) operation.requestBody.required = false
  }
}

/** `/np_api/doc` for people, `/np_api/swagger.json` for tools. */
export async function docsRoutes(app: FastifyInstance, { isDocPublic }: Deps): Promise<void> {
  await descriptionRoutes(app, {
    prefix: '/np_api',
    file: '/swagger.json',
    tiers: isDocPublic ? 'anyone' : READERS,
    tag: 'Description',
    operations: { file: 'getDescription', explorer: 'getExplorer' },
    refusals: refusals('getDescription', 403),
  })
}

const DeploymentPrefix = (prefix: string) =>
  Type.Object({
    deployment_prefix: Type.String({ description: `fixed for an installation; here: ${prefix}`, examples: [prefix] }),
  })
const XmlBody = Type.String({
  description: 'The message as XML, at most 256 kB; any content type is taken',
  examples: ['<message xmlns="urn:np:pxs-profile:1"/>'],
})

/** The receiver has its path as the document prints it. */
function asPrinted({ schema, url, route }: DescribedRoute, deploymentPrefix: string): DescribedRoute {
  if (route.config?.operation !== 'receiveMessage') return { schema, url, route }
  return {
    schema: { ...schema, params: DeploymentPrefix(deploymentPrefix), body: XmlBody, consumes: ['application/xml'] },
    url: '/np_api/{deployment_prefix}/recv/',
    route,
  }
}
