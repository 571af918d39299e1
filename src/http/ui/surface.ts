import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../shared/fault.ts'
import type { Surface } from '../surface.ts'
import type { UiFile } from './files.ts'

export type UiDeps = {
  /** From `readBuiltUi`; undefined: not built, which the pages then say. */
  readonly files: ReadonlyMap<string, UiFile> | undefined
}

/** Addresses that the UI itself understands: each is answered with the same page, so that a reload stays where it was. */
// biome-ignore format: a list
const PAGES = [
  '/', '/today', '/porting-request', '/porting-request/many', '/port-in', '/port-in/:msgidentifier', '/port-out', '/port-out/:msgidentifier',
  '/routing-query', '/push-routing', '/validate-sms-routing', '/locks', '/reports',
]
const NONCE_PLACE = '%NONCE%'
/** The build names these by their content, so what was fetched once stays right. */
const FOREVER = 'public, max-age=31536000, immutable'

/**
 * The web UI at `/`: files without a key, because the key is asked for by the page and shown to the API alone. Scripts come
 * from here only and never inline; the component library writes style elements, which the nonce of the page allows.
 */
export function uiSurface({ files }: UiDeps): Surface {
  return {
    name: 'ui',
    prefix: '',
    refuse,
    plugin: async (app) => {
      for (const url of PAGES) {
        app.get(url, { config: { tiers: 'anyone', operation: 'page' } }, async (_request, reply) =>
          sendPage(files?.get('/index.html'), reply),
        )
      }
      for (const [url, file] of files ?? []) {
        if (url === '/index.html') continue
        app.get(url, { config: { tiers: 'anyone', operation: 'file' } }, async (request, reply) =>
          sendFile(url, file, request, reply),
        )
      }
    },
  }
}

function sendPage(page: UiFile | undefined, reply: FastifyReply): FastifyReply {
  if (!page) {
    return reply
      .code(503)
      .type('text/plain; charset=utf-8')
      .send('The web UI has not been built: npm start builds it.\n')
  }
  const nonce = randomBytes(18).toString('base64')
  return reply
    .header('content-security-policy', policyOf(nonce))
    .type(page.contentType)
    .send(page.body.toString('utf8').replaceAll(NONCE_PLACE, nonce))
}

function policyOf(nonce: string): string {
  return [
    "default-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function sendFile(
  url: string,
  { contentType, body, encoded }: UiFile,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const accepted = String(headers['accept-encoding'] ?? '')
  const found = [...encoded].find(([encoding]) => new RegExp(`\\b${encoding}\\b(?!;q=0)`).test(accepted))
  reply.type(contentType).header('vary', 'accept-encoding')
  reply.header('cache-control', url.startsWith('/assets/') ? FOREVER : 'no-cache')
  if (found) reply.header('content-encoding', found[0])
  return reply.send(found?.[1] ?? body)
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Fault && error.code === 'too_many_requests') {
    return reply.code(429).header('retry-after', 1).send({ error: error.message })
  }
  if (error instanceof Fault && error.code === 'endpoint_not_found') {
    return reply.code(404).send({ error: error.message })
  }
  request.log.error({ err: error }, 'request failed')
  return reply.code(500).send({ error: 'internal error' })
}
