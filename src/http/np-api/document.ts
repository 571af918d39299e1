import fastify from 'fastify'
import type { Caller } from '../../accounts/key.ts'
import type { Examples } from '../examples.ts'
import { type NpApiDeps, npApiSurface } from './surface.ts'

/**
 * The OpenAPI description of np_api, for `docs/openapi/np-api.json`. Nothing in it depends on an installation.
 *
 * @param examples - those that are checked in when absent
 */
export async function npApiDocument(examples?: Examples): Promise<object> {
  const surface = npApiSurface({ ...DESCRIBED_ONLY, ...(examples && { examples }) })
  const app = fastify()
  app.decorateRequest('caller', undefined)
  await app.register(surface.plugin, { prefix: surface.prefix })
  const answer = await app.inject({ url: `${surface.prefix}/swagger.json`, headers: { 'x-api-key': 'described only' } })
  await app.close()
  if (answer.statusCode !== 200) throw new Error(`np_api does not describe itself: ${answer.body}`)
  return answer.json()
}

const READER: Caller = { name: 'description', tier: 'admin', keyId: '' }

/** Routes are described without being called. */
async function notCalled(): Promise<never> {
  throw new Error('called while only described')
}

const DESCRIBED_ONLY: NpApiDeps = {
  portIn: {
    submit: notCalled,
    importPort: notCalled,
    list: notCalled,
    get: notCalled,
    instruct: notCalled,
    abort: notCalled,
    files: notCalled,
    file: notCalled,
  },
  portOut: { list: notCalled, get: notCalled, authorise: notCalled, reject: notCalled },
  numberDesk: { info: notCalled, terminate: notCalled },
  numbers: { parseRange: ({ first }) => unread(first), parseNumber: unread, localOf: unread },
  sms: { validate: notCalled },
  routing: { lookUp: notCalled, subscription: notCalled, push: notCalled, remove: notCalled },
  keys: { authenticate: async () => READER },
  receive: notCalled,
  deploymentPrefix: 'pxs',
  isDocPublic: false,
}

function unread(text: string): never {
  throw new Error(`${text} was read while routes were only described`)
}
