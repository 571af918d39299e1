import fastify from 'fastify'
import type { Caller, Keys } from '../../accounts/key.ts'
import type { Examples } from '../examples.ts'
import { type NativeDeps, nativeSurface } from './surface.ts'

/**
 * The OpenAPI description of the native API, for `docs/openapi/v1.json`. Nothing in it depends on an installation.
 *
 * @param examples - those that are checked in when absent
 */
export async function nativeDocument(examples?: Examples): Promise<object> {
  const surface = nativeSurface({ ...DESCRIBED_ONLY, ...(examples && { examples }) })
  const app = fastify()
  app.decorateRequest('caller', undefined)
  await app.register(surface.plugin, { prefix: surface.prefix })
  const answer = await app.inject({ url: `${surface.prefix}/openapi.json`, headers: { 'x-api-key': 'described only' } })
  await app.close()
  if (answer.statusCode !== 200) throw new Error(`the native API does not describe itself: ${answer.body}`)
  return answer.json()
}

const READER: Caller = { name: 'description', tier: 'admin', keyId: '' }

/** Every room, for a surface that is described without being called: whatever is asked of one fails. */
function described<Room extends object>(known: Partial<Room> = {}): Room {
  const handler: ProxyHandler<Partial<Room>> = {
    get: (target, name) =>
      name in target
        ? Reflect.get(target, name)
        : () => {
            throw new Error(`${String(name)} was called while routes were only described`)
          },
  }
  return new Proxy(known, handler) as Room // a stand-in that is never asked for a value
}

const DESCRIBED_ONLY: NativeDeps = {
  market: described(),
  enumZones: [],
  desk: described(),
  numberGuard: described(),
  routes: described(),
  numbers: described(),
  askNodes: async () => {
    throw new Error('a node was asked while routes were only described')
  },
  lookUp: async () => {
    throw new Error('a number was looked up while routes were only described')
  },
  keys: described<Keys>({ authenticate: async () => READER }),
  users: described(),
  webhooks: described(),
  audit: described(),
  alerts: described(),
  watch: described(),
  fees: described(),
  periods: () => [],
  now: () => Temporal.Instant.fromEpochMilliseconds(0),
  answered: described(),
  feed: described(),
  isDocPublic: false,
}
