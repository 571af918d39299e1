import { createServer, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { type Fault, faultOf, NO_FAULT } from '../peer/fault.ts'
import { json, type Listening, listening, readJson } from '../peer/http.ts'

type Subscriber = Readonly<Record<string, unknown>> & { readonly msisdn: string }

export type HssOptions = {
  readonly listenPort: number
  /** With a key, changes need it in `Provisioning-Key`; reading stays open (hss.lock_provisioning). */
  readonly provisioningKey: string
}

/**
 * A stand-in of PyHSS 2.0 with its traps: `null` under 400 (IMS) and 200 (packet core) for an unknown number, only the
 * primary number matches, a plus is not taken off. `GET /generic/{msisdn}` is another vendor's. For tests: `GET /sim/log`,
 * `POST /sim/fault`.
 */
export async function startHss(options: HssOptions): Promise<Listening> {
  const ims = new Map<string, Subscriber>()
  const packet = new Map<string, Subscriber>()
  const log: { readonly method: string; readonly path: string; readonly status: number }[] = []
  let fault: Fault = NO_FAULT

  const tables: Readonly<Record<string, Map<string, Subscriber>>> = { '/ims_subscriber/': ims, '/subscriber/': packet }
  const put = (path: string, body: unknown, key: unknown): [number, unknown] => {
    const table = tables[path]
    if (!table) return [404, { Result: 'Not Found' }]
    if (options.provisioningKey !== '' && key !== options.provisioningKey) {
      return [401, { Result: 'Unauthorized - Provisioning-Key Invalid' }]
    }
    const record = body as Subscriber // a test writes it
    const msisdn = record.msisdn.replace('+', '')
    table.set(msisdn, { ...record, msisdn })
    return [200, { ...record, msisdn }]
  }
  const get = (path: string): [number, unknown] => {
    if (path === '/oam/ping') return [200, { result: 'OK' }]
    const [, kind = '', number = ''] =
      /^\/(ims_subscriber\/ims_subscriber_msisdn|subscriber\/msisdn|generic)\/(.+)$/.exec(path) ?? []
    if (kind === 'generic') {
      const record = ims.get(number)
      return record ? [200, { data: { subscriber: record } }] : [404, { error: 'no such subscriber' }]
    }
    if (kind.startsWith('ims')) return [ims.has(number) ? 200 : 400, ims.get(number) ?? null]
    if (kind !== '') return [200, packet.get(number) ?? null]
    return [404, { Result: 'Not Found' }]
  }
  const answer = (response: ServerResponse, method: string, path: string, [status, body]: [number, unknown]) => {
    log.push({ method, path, status })
    response.setHeader('HSS', 'hss01')
    json(response, status, body)
  }

  const server = createServer(async (request, response) => {
    const { method = 'GET' } = request
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
    const body = await readJson(request)
    if (path === '/sim/log') return json(response, 200, log)
    if (path === '/sim/fault') {
      fault = faultOf(body as Record<string, unknown>) // a test writes it
      return json(response, 200, { result: 'OK' })
    }
    await wait(fault.milliseconds)
    if (fault.kind === 'down') return request.socket.destroy()
    if (fault.kind === 'garbage') return response.end('<html>not what you asked for</html>')
    if (fault.kind === 'refuse') {
      return answer(response, method, path, [400, { result: 'Failed', reason: fault.error }])
    }
    if (method === 'PUT') return answer(response, method, path, put(path, body, request.headers['provisioning-key']))
    return answer(response, method, path, get(path))
  })
  return listening(server, options.listenPort)
}
