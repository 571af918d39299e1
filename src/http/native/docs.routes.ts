import type { FastifyInstance, FastifySchema } from 'fastify'
import Type from 'typebox'
import { GUESSES_PER_MINUTE } from '../../accounts/guess-limit.ts'
import { type DescribedRoute, describeSurface, descriptionRoutes } from '../description.ts'
import { addExamples, type Examples } from '../examples.ts'
import { LIMITS_EXPLAINED, TIERS_EXPLAINED } from '../said-once.ts'
import { READERS } from './common.schema.ts'
import recorded from './examples.gen.json' with { type: 'json' }
import { internalProblem } from './faults.ts'
import { problems } from './problems.schema.ts'
import { shareProblems } from './shared-problems.ts'

const DESCRIPTION = `Everything about ports that the porting manager's own surface, np_api, has no place for.

**Credentials** are an API key, as HTTP Basic \`username:api_key\` (the user name may be left out) or in the header
\`X-API-Key\`; they are those of np_api. An admin makes keys with \`POST /v1/keys\`; the first ones are shown at the first start. After ${GUESSES_PER_MINUTE}
wrong keys within a minute an address gets 429, a minute at first and longer each time.

**Limits.** ${LIMITS_EXPLAINED} Many ports, or many numbers, are one request: \`POST /v1/port-ins/bulk\`, \`POST /v1/lookup\`.

${TIERS_EXPLAINED}

**Refusals** are problems (RFC 9457): \`type\` stays the same for programs, \`detail\` says what to mend, \`field\` which part of the
request is to blame. \`instance\` is the id of the request, as the header \`X-Request-Id\` of every answer and our log have it; send one of
your own and it is taken.

**Values.** Times are RFC 3339, in UTC, with milliseconds. A day, where one may be given, is a day of the market, in the time zone that
\`GET /v1/market\` tells. Numbers are E.164 with the plus in answers; each field says how it takes them. Amounts are decimals in a text.
What is absent is \`null\`. Fields may be added to an answer at any time: pass over those that you do not know.

**Lists** come in pages of \`limit\` items, 50 unless said otherwise. \`next\` is the cursor of the next page, for the same question; at the
end it is \`null\`.

**Writes** take an \`Idempotency-Key\`: the same request again within a day gets the first answer, with the header
\`Idempotent-Replayed: true\`, and nothing is done twice. What two people may change at once has an \`ETag\`, and its change wants it back as
\`If-Match\`. A body is at most 256 kB, and 1 to 4 MB where many lines come at once.`

const TAGS = [
  { name: 'Start', description: 'Who asks, which market this is, and this description' },
  { name: 'Events', description: 'What happens to ports, as it happens' },
  { name: 'Ports', description: 'Ports of both directions: found, shown, proved, counted' },
  { name: 'Alerts', description: 'What a person should know, and what watches for it' },
  { name: 'Watch', description: 'What should have happened by now, and how donors refuse' },
  { name: 'Fees', description: 'Invoices of the clearinghouse beside the ports that they charge for' },
  { name: 'Numbers', description: 'What keeps numbers from leaving: locks, PINs and account numbers' },
  { name: 'Keys and users', description: 'API keys, whose they are, and addresses that guessed; an admin’s alone' },
  { name: 'Webhooks', description: 'Who is told of events, and how that goes; an admin’s alone' },
  { name: 'Audit', description: 'Who did what, its proof, and how long things are kept; an admin’s alone' },
  { name: 'Routes', description: 'Where numbers are routed, why, and changes by hand' },
]

/** Nobody can ask for one, so it is not among the recorded. */
const OWN_FAULT = { ...internalProblem(undefined), instance: '0198c1de-5f7b-7aaa-8000-5d2f4d1c9a11' }

const IDEMPOTENCY_KEY = {
  'idempotency-key': Type.Optional(
    Type.String({ description: 'a text of yours, such as a UUID: with it the request is done at most once' }),
  ),
}

/** Describes every route of the surface that is registered after this, as OpenAPI 3.1. */
export async function describeRoutes(app: FastifyInstance, examples: Examples = recorded): Promise<void> {
  await describeSurface(app, {
    title: 'Portolan native API',
    text: DESCRIPTION,
    tags: TAGS,
    describe: withIdempotencyKey,
    complete: (document) => {
      addExamples(document, examples)
      shareProblems(document, { 500: OWN_FAULT, ...examples.any?.answers })
    },
  })
}

/** `/v1/doc` for people, `/v1/openapi.json` for tools. */
export async function docsRoutes(app: FastifyInstance, { isDocPublic }: { isDocPublic: boolean }): Promise<void> {
  await descriptionRoutes(app, {
    prefix: '/v1',
    file: '/openapi.json',
    tiers: isDocPublic ? 'anyone' : READERS,
    tag: 'Start',
    operations: { file: 'getNativeDescription', explorer: 'getNativeExplorer' },
    refusals: problems(),
  })
}

/** Every write takes one. */
function withIdempotencyKey({ schema, url, route }: DescribedRoute): DescribedRoute {
  const isQuestion = route.config?.isQuestion ?? false
  const isWrite = !isQuestion && ![route.method].flat().some((one) => one === 'GET' || one === 'HEAD')
  const headers = schema.headers as { properties?: object } | undefined // ours are TypeBox objects
  const described: FastifySchema = isWrite
    ? { ...schema, headers: Type.Object({ ...headers?.properties, ...IDEMPOTENCY_KEY }) }
    : schema
  return { schema: described, url, route }
}
