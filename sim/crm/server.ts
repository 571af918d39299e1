import { randomUUID } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { type Fault, faultOf, NO_FAULT } from '../peer/fault.ts'
import { json, type Listening, listening, readJson } from '../peer/http.ts'

export type CrmOptions = {
  readonly listenPort: number
  readonly email: string
  readonly password: string
  /** Taken in `X-Api-Key` too, where it is not empty. */
  readonly key: string
}

type Deed = { readonly path: string; readonly key: string; readonly body: unknown; readonly id: string }

/**
 * A stand-in of a CRM in the manner of OmniCRM: `POST /crm/auth/login` and `/crm/auth/refresh` give a token, `/crm/porting/*`
 * wants it and does a thing once for each `Idempotency-Key`. For tests: `GET /sim/log`, `POST /sim/fault`, and
 * `POST /sim/expire`, after which the tokens that were given are refused.
 */
export async function startCrm(options: CrmOptions): Promise<Listening> {
  const deeds = new Map<string, Deed>()
  const log: { readonly path: string; readonly status: number }[] = []
  const tokens = new Set<string>()
  const refreshTokens = new Set<string>()
  let fault: Fault = NO_FAULT

  const give = (): [number, unknown] => {
    const pair = { token: `token-${randomUUID()}`, refresh_token: `refresh-${randomUUID()}` }
    tokens.add(pair.token)
    refreshTokens.add(pair.refresh_token)
    return [200, { ...pair, permissions: ['porting'], roles: ['service'] }]
  }
  const isWelcome = ({ authorization = '', 'x-api-key': key }: IncomingHttpHeaders) =>
    tokens.has(authorization.replace('Bearer ', '')) || (options.key !== '' && key === options.key)
  const answer = (path: string, headers: IncomingHttpHeaders, body: unknown): [number, unknown] => {
    const given = (body ?? {}) as Readonly<Record<string, unknown>> // a test writes it
    if (path === '/crm/auth/login') {
      const isKnown = given.email === options.email && given.password === options.password
      return isKnown ? give() : [401, { error: 'Invalid email or password' }]
    }
    if (path === '/crm/auth/refresh') {
      return refreshTokens.delete(String(given.refresh_token)) ? give() : [401, { error: 'Invalid refresh token' }]
    }
    if (!path.startsWith('/crm/porting/')) return [404, { error: 'Not found' }]
    if (!isWelcome(headers)) return [401, { error: 'Token has expired' }]
    const key = String(headers['idempotency-key'] ?? randomUUID())
    const deed = deeds.get(key) ?? { path, key, body, id: `job-${deeds.size + 1}` }
    deeds.set(key, deed)
    return [200, { success: true, id: deed.id }]
  }
  const control = (path: string, body: unknown, response: ServerResponse) => {
    if (path === '/sim/fault') fault = faultOf(body as Record<string, unknown>) // a test writes it
    if (path === '/sim/expire') tokens.clear()
    json(response, 200, path === '/sim/log' ? { calls: log, deeds: [...deeds.values()] } : { result: 'OK' })
  }

  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const body = await readJson(request)
    if (path.startsWith('/sim/')) return control(path, body, response)
    await wait(fault.milliseconds)
    if (fault.kind === 'down') return request.socket.destroy()
    if (fault.kind === 'garbage') return response.end('<html>not what you asked for</html>')
    const [status, said] = fault.kind === 'refuse' ? [422, { error: fault.error }] : answer(path, request.headers, body)
    log.push({ path, status })
    json(response, status, said)
  })
  return listening(server, options.listenPort)
}
