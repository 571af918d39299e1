import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { type Fault, faultOf, NO_FAULT } from '../peer/fault.ts'
import { json, type Listening, listening, readJson } from '../peer/http.ts'
import { attributes, VERSIONS, type Version } from './attributes.ts'
import { type Cdr, charging } from './charging.ts'
import { isRecord, RpcError, textOf } from './wire.ts'

export type CgratesOptions = {
  readonly listenPort: number
  readonly tenant: string
  readonly ratingPlans: readonly string[]
  /** Empty: no authentication. */
  readonly username: string
  readonly password: string
}

export type Call = { readonly method: string; readonly param: unknown; readonly error: string | undefined }

/** How long every call takes at least, so that calls do overlap. */
const CALL_MS = 1

/**
 * A stand-in of CGrateS: `POST /jsonrpc`, and for tests `GET /sim/log`, `GET /sim/state`, `POST /sim/fault`,
 * `POST /sim/version`, `POST /sim/cdr`, `DELETE /sim/profile/{id}`, `POST /sim/reset`.
 */
export async function startCgrates(options: CgratesOptions): Promise<Listening> {
  let version: Version = 'v0.11'
  let fault: Fault = NO_FAULT
  let underway = 0
  const log: Call[] = []
  const attributeS = attributes(options.tenant, () => version)
  const money = charging(options.tenant, options.ratingPlans)
  const methods = { ...attributeS.methods, ...money.methods }

  const run = async (method: string, params: unknown): Promise<unknown> => {
    underway += 1
    try {
      await wait(CALL_MS + fault.milliseconds)
      if (fault.kind === 'refuse' && (fault.method === '' || fault.method === method)) throw new RpcError(fault.error)
      if (fault.kind === 'overload' && underway > fault.limit) throw new RpcError('MAX_CONCURRENT_RPC_EXCEEDED')
      const known = methods[method]
      if (!known) throw new RpcError(`rpc: can't find service ${method}`)
      if (!Array.isArray(params) || params.length !== 1 || !isRecord(params[0])) {
        throw new RpcError('SERVER_ERROR: jsonrpc: params must be one object in a list')
      }
      return known(params[0])
    } finally {
      underway -= 1
    }
  }
  const answerCall = async (body: unknown, response: ServerResponse) => {
    const call = isRecord(body) ? body : {}
    const method = textOf(call.method)
    const id = call.id ?? null
    const params = Array.isArray(call.params) ? call.params[0] : call.params
    try {
      const result = await run(method, call.params)
      log.push({ method, param: params, error: undefined })
      json(response, 200, { id, result, error: null })
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      log.push({ method, param: params, error: error.message })
      json(response, 200, { id, result: null, error: error.message })
    }
  }
  const control = (path: string, method: string, body: unknown): unknown => {
    const given = isRecord(body) ? body : {}
    if (path === '/sim/log') return log
    if (path === '/sim/state') {
      const profiles = [...attributeS.profiles.values()].map(({ id, values }) => [id, values.get('NAPTRAddress')])
      const { accounts, ratingProfiles, cdrs } = money
      return {
        profiles: Object.fromEntries(profiles),
        accounts: Object.fromEntries(accounts),
        ratingProfiles: Object.fromEntries(ratingProfiles),
        cdrs,
      }
    }
    if (path === '/sim/fault') fault = faultOf(given)
    if (path === '/sim/version') version = VERSIONS.find((one) => one === given.version) ?? version
    if (path === '/sim/cdr') money.cdrs.push(given as Cdr) // a test writes it
    if (path === '/sim/reset') log.length = 0
    if (method === 'DELETE') attributeS.profiles.delete(path.replace('/sim/profile/', ''))
    return { result: 'OK' }
  }
  const isWelcome = ({ headers }: IncomingMessage) => {
    const basic = Buffer.from(`${options.username}:${options.password}`).toString('base64')
    return options.username === '' || headers.authorization === `Basic ${basic}`
  }

  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const body = await readJson(request)
    if (path.startsWith('/sim/')) return json(response, 200, control(path, request.method ?? '', body))
    if (fault.kind === 'down') return request.socket.destroy()
    if (fault.kind === 'garbage') return response.end('<html>not what you asked for</html>')
    if (path !== '/jsonrpc') return json(response, 404, { error: 'not found' })
    if (!isWelcome(request)) {
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="Restricted"' }).end('Not authorized\n')
    }
    return answerCall(body, response)
  })
  return listening(server, options.listenPort)
}
