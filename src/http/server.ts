import { randomUUIDv7 } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { Registry } from 'prom-client'
import type { RequestRate } from '../accounts/request-limit.ts'
import { Fault } from '../shared/fault.ts'
import type { Log } from '../shared/log.ts'
import { BODY_LIMIT_BYTES } from './body-limit.ts'
import { answerClientError } from './client-error.ts'
import { CONNECTIONS_OF_ONE_MAX, limitConnections } from './connections.ts'
import { refuseUnreadable } from './readable.ts'
import { createRequestLimits } from './request-limits.ts'
import { createRequestMetrics } from './request-metrics.ts'
import { lazyCompilers, VALIDATION } from './schema-compilers.ts'
import type { RouteRow, Surface } from './surface.ts'

export type ServerDeps = {
  readonly log: Log
  readonly surfaces: readonly Surface[]
  readonly registry: Registry
  /** Addresses or CIDR ranges of reverse proxies whose `X-Forwarded-For` is believed; none by default. */
  readonly trustedProxies?: readonly string[]
  /** How many requests one key may send, and one address without a key; undefined: without limit. */
  readonly rate?: RequestRate | undefined
  /** Connections that one address may hold. */
  readonly connectionsOfOne?: number
}

export type HttpServer = {
  /** Every route that is registered, for tests and tables. */
  readonly routes: readonly RouteRow[]
  /** Port 0 takes a free one. @returns the address, e.g. `http://127.0.0.1:8080` */
  listen(at: { readonly host: string; readonly listenPort: number }): Promise<string>
  /** Takes no new requests, lets those under way end, and cuts what is left after ten seconds. */
  close(): Promise<void>
}

/** To receive a whole request; against slow senders. */
const REQUEST_TIMEOUT_MS = 30_000
const HEADERS_TIMEOUT_MS = 15_000
/** How often it is looked whether one of these two is over. */
const CHECK_INTERVAL_MS = 5_000
const HANDLER_TIMEOUT_MS = 60_000
const KEEP_ALIVE_TIMEOUT_MS = 72_000
const CLOSE_TIMEOUT_MS = 10_000
const MAX_PARAM_LENGTH = 200

// biome-ignore format: a table
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

/** The HTTP server of the process: every surface behind one socket, and what they all have in common. */
export async function createServer(deps: ServerDeps): Promise<HttpServer> {
  const { log: root, surfaces, registry, trustedProxies, rate, connectionsOfOne = CONNECTIONS_OF_ONE_MAX } = deps
  const log = root.child({ room: 'http' })
  const limits = createRequestLimits(rate, registry)
  const guarded = (refuse: Surface['refuse']) =>
    unlessGone((error, request, reply) => refuse(limits.turnAway(error, request), request, reply))
  const surfaceOf = (url: string) => surfaces.find(({ prefix }) => prefix && url.startsWith(`${prefix}/`))
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    guarded(surfaceOf(request.url)?.refuse ?? refusePlainly)(error, request, reply)

  const app = createApp(log, trustedProxies, (error, request, reply) => {
    secure(request, reply)
    refuse(error, request, reply)
  })
  limitConnections(app.server, connectionsOfOne)
  const metrics = createRequestMetrics(registry)
  const routes: RouteRow[] = []

  app.decorateRequest('caller', undefined)
  app.addHook('onRequest', async (request, reply) => secure(request, reply))
  const unlimited = new Set(surfaces.flatMap(({ name, isUnlimited }) => (isUnlimited ? [name] : [])))
  // after the surface has asked who it is, and before a body is read
  app.addHook('preParsing', async (request) => {
    refuseUnasked(request)
    if (!unlimited.has(request.routeOptions.config?.surface ?? '')) limits.admit(request)
  })
  app.addHook('preValidation', async ({ query, body }) => {
    refuseUnreadable(query)
    refuseUnreadable(body)
  })
  app.addHook('onResponse', async (request, reply) => {
    const { surface = surfaceOf(request.url)?.name ?? 'none', operation = 'unknown' } =
      request.routeOptions.config ?? {}
    const facts = { surface, operation, status: reply.statusCode }
    metrics.answered({ ...facts, durationMs: reply.elapsedTime })
    const durationMs = Math.round(reply.elapsedTime)
    log.info(
      { ...facts, durationMs, requestId: request.id, caller: request.caller?.name, peer: request.ip },
      'request answered',
    )
    // a URL may hold a telephone number, so it is told to debug only
    log.debug({ requestId: request.id, method: request.method, url: request.url }, 'request line')
  })
  app.setErrorHandler(refuse)
  app.setNotFoundHandler((request, reply) => refuse(notFound(request), request, reply))
  for (const surface of surfaces) await registerSurface(app, surface, { routes, guarded })
  await app.ready()

  return {
    routes,
    async listen({ host, listenPort }) {
      await app.listen({ host, port: listenPort })
      return urlOf(app.server.address())
    },
    async close() {
      const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT_MS)
      await app.close().finally(() => clearTimeout(cut))
    },
  }
}

type OnFrameworkError = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void

function createApp(log: Log, trustedProxies: readonly string[] | undefined, onFrameworkError: OnFrameworkError) {
  const loggerInstance: FastifyBaseLogger = log
  return fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    trustProxy: trustedProxies?.length ? [...trustedProxies] : false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    handlerTimeout: HANDLER_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CHECK_INTERVAL_MS },
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    schemaController: { compilersFactory: lazyCompilers() },
    ajv: { customOptions: VALIDATION },
    clientErrorHandler: (error, socket) => answerClientError(error, socket),
    frameworkErrors: (error, request, reply) => onFrameworkError(error, request, reply),
  })
}

/** A surface in a scope of its own. A route that does not say who may ask stops the start. */
async function registerSurface(
  app: FastifyInstance,
  surface: Surface,
  { routes, guarded }: { routes: RouteRow[]; guarded: (refuse: Surface['refuse']) => Surface['refuse'] },
): Promise<void> {
  const registered: { method: string | string[]; url: string; config?: Partial<RouteRow> }[] = []
  await app.register(
    async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, surface: surface.name }
        registered.push(route)
      })
      scope.setErrorHandler(guarded(surface.refuse))
      if (surface.prefix) {
        scope.setNotFoundHandler((request, reply) => surface.refuse(notFound(request), request, reply))
      }
      await scope.register(surface.plugin)
    },
    { prefix: surface.prefix },
  )
  await app.after()
  for (const { method, url, config } of registered) {
    if (!config?.operation || !config.tiers) throw new Error(`route ${method} ${url} does not say who may ask`)
    const { operation, tiers } = config
    for (const one of [method].flat()) routes.push({ surface: surface.name, method: one, url, operation, tiers })
  }
}

/** Of a route that says who may ask, nobody gets further who was not asked: a surface that forgets to is found here. */
function refuseUnasked({ caller, is404, routeOptions }: FastifyRequest): void {
  const { tiers, operation } = routeOptions.config ?? {}
  if (is404 || tiers === 'anyone' || (caller && tiers?.includes(caller.tier))) return
  throw new Error(`${operation} was reached by somebody whose key was not asked for`)
}

/** A caller that went away while it sent is no failure of ours, and nobody is left to read an answer. */
function unlessGone(refuse: Surface['refuse']): Surface['refuse'] {
  return (error, request, reply) => {
    if (!request.raw.readableAborted || !isCutOff(error)) return refuse(error, request, reply)
    request.log.info({ requestId: request.id }, 'the caller went away before its request was whole')
    return reply.code(400).send()
  }
}

/** What Node throws where it reads a request whose connection ends. */
function isCutOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET' && error.message === 'aborted'
}

function secure(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id })
}

/** The caller's own id where it is harmless in a log, else a new one. */
function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUIDv7()
}

function notFound({ method, url }: FastifyRequest): Fault {
  return new Fault('endpoint_not_found', `there is no ${method} ${url.split('?')[0]} here`)
}

/** For what lies outside every surface: a status, and no word about why. */
function refusePlainly(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Fault && error.code === 'too_many_requests') {
    return reply.code(429).header('retry-after', 1).send({ error: 'too many requests' })
  }
  const isNotFound = error instanceof Fault && error.code === 'endpoint_not_found'
  if (!isNotFound) request.log.warn({ err: error }, 'request outside every surface refused')
  return reply.code(isNotFound ? 404 : 400).send({ error: isNotFound ? 'not found' : 'bad request' })
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP address')
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
}
