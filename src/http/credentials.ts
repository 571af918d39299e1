import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Keys } from '../accounts/key.ts'
import { Fault } from '../shared/fault.ts'

export type Credentials = { readonly username: string | undefined; readonly key: string }

/** What a caller shows: HTTP Basic `username:api_key`, with the user name or without, or `X-API-Key` (contract O-16). */
export function credentialsOf(headers: IncomingHttpHeaders): Credentials | undefined {
  const basic = /^basic +([A-Za-z0-9+/_=-]+) *$/i.exec(headers.authorization ?? '')?.[1]
  if (basic !== undefined) {
    // RFC 7617 §2: the user name ends at the first colon; the key may have more of them
    const [, username, key] = /^([^:]*):(.+)$/s.exec(Buffer.from(basic, 'base64').toString('utf8')) ?? []
    return key === undefined ? undefined : { username: username || undefined, key }
  }
  const key = headers['x-api-key']
  return typeof key === 'string' && key !== '' ? { username: undefined, key } : undefined
}

/** Lets a request through to its handler, or throws why not. A route that names no tiers lets nobody through. */
export function gatekeeper(authenticate: Keys['authenticate']): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    if (request.is404) return
    const { tiers } = request.routeOptions.config
    if (tiers === 'anyone') return
    refuseForeignPage(request)
    const shown = credentialsOf(request.headers)
    if (!shown) {
      throw new Fault('unauthenticated', 'no credentials: send HTTP Basic username:api_key, or the header X-API-Key')
    }
    const caller = await authenticate({ ...shown, address: request.ip })
    if (!caller)
      throw new Fault('unauthenticated', 'the API key is not known, has ended, or belongs to another user name')
    if (!tiers?.includes(caller.tier)) {
      const needed = tiers?.join(' or ') ?? 'none'
      throw new Fault('tier_insufficient', `this needs the tier ${needed}; the key of ${caller.name} is ${caller.tier}`)
    }
    request.caller = caller
  }
}

/**
 * A browser adds Basic credentials that it knows (the API explorer asks for them) to any form that another site sends. It also says
 * where the form is from: by Fetch Metadata where we are reached by HTTPS or on its own machine, and by Origin always. A page of
 * another port or subdomain is another site too.
 */
function refuseForeignPage(request: FastifyRequest): void {
  const { method, headers } = request
  const isChange = method !== 'GET' && method !== 'HEAD'
  if (!isChange || headers.authorization === undefined) return
  const site = headers['sec-fetch-site']
  const isOurs = site === undefined ? isOwnOrigin(request) : site === 'same-origin' || site === 'none'
  if (!isOurs) {
    throw new Fault(
      'unauthenticated',
      'credentials that a browser adds to the request of another site are not accepted',
    )
  }
}

/** No Origin: no browser. */
function isOwnOrigin({ headers: { origin }, host }: FastifyRequest): boolean {
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === host
}
