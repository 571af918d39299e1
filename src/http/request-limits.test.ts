import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { Registry } from 'prom-client'
import { ENDPOINTS } from '../../test/coverage/rows.ts'
import { testNative } from '../../test/support/native.ts'
import { type Answer, askHttp, type TestNpApi, testNpApi } from '../../test/support/np-api.ts'
import { request } from '../../test/support/portolan.ts'
import { until } from '../../test/support/until.ts'
import { readConfig } from '../config.ts'
import { createLog } from '../shared/log.ts'
import { opsSurface } from './ops/surface.ts'
import { createServer, type HttpServer } from './server.ts'
import { uiSurface } from './ui/surface.ts'

/** One request, and the next one in seventeen minutes. */
const ONE = { perSecond: 0.001, atOnce: 1 }

/** An address that the route answers, about things that are not there. */
const addressOf = (url: string, path: string) => `${url}${path.replace(/:(\w+)/g, '15550100').replace('*', 'none')}`
/** A HEAD has no body that would say anything. */
const routesOf = (server: HttpServer) => server.routes.filter(({ method }) => method !== 'HEAD')
const withKey = (key: string) => ({ headers: { 'x-api-key': key } })
const list = (api: TestNpApi, key: string) => askHttp(`${api.url}/np_api/PortIn/list`, withKey(key))

let np: TestNpApi
before(async () => {
  np = await testNpApi({ rate: ONE })
  equal((await list(np, np.key.admin)).status, 200)
})
after(() => np.close())

const NOT_LIMITED = 'receiveMessage'
for (const [number, , operation] of ENDPOINTS.filter(([, , operation]) => operation !== NOT_LIMITED)) {
  test(`${operation} beyond the limit of a key is 429 in the envelope [endpoint ${number} 429]`, async () => {
    const routes = routesOf(np.server).filter((route) => route.operation === operation)
    equal(routes.length > 0, true)
    for (const { method, url } of routes) {
      const answer = await askHttp(addressOf(np.url, url), { method, ...withKey(np.key.admin) })
      equal(answer.status, 429, `${method} ${url}: ${answer.text}`)
      equal(answer.headers.get('retry-after'), '1')
      deepEqual(Object.keys(answer.json), ['result', 'Reason'])
      equal(answer.json.result, `Exception raised in ${operation}`)
      match(String(answer.json.Reason), /too many requests with one key.*nothing was done/)
    }
  })
}

test('the clearinghouse has no limit: each of its messages may be the only word that a number has moved', async () => {
  const [route] = routesOf(np.server).filter(({ operation }) => operation === NOT_LIMITED)
  const statuses = new Set<number>()
  for (let message = 0; message < 20; message++)
    statuses.add(
      (await askHttp(addressOf(np.url, route?.url ?? ''), { method: 'POST', ...withKey(np.key.clearinghouse) })).status,
    )
  deepEqual([...statuses], [404], 'what stands behind the receiver here')
})

const isLimited = ({ status, json, headers }: Answer) =>
  status === 429 && json.type === 'about:portolan:too_many_requests' && headers.get('retry-after') === '1'

test('whatever a key asks of /v1 beyond its limit is a problem, and another key has a limit of its own', async () => {
  const native = await testNative({ rate: ONE })
  try {
    equal((await native.ask('GET', '/me')).status, 200)
    for (const { method, url, operation } of routesOf(native.server)) {
      const answer = await askHttp(addressOf(native.url, url), { method, ...withKey(native.key.admin) })
      equal(isLimited(answer), true, `${operation}: ${answer.status} ${answer.text}`)
    }
    equal((await native.ask('GET', '/me', { tier: 'pxs' })).status, 200)
    equal(isLimited(await native.ask('GET', '/me', { tier: 'pxs' })), true)
  } finally {
    await native.close()
  }
})

test('what was refused for the limit is not done, and takes no Idempotency-Key', async () => {
  const native = await testNative({ rate: { perSecond: 0.2, atOnce: 1 } }) // long enough that the second comes too soon on any machine
  try {
    const make = () =>
      native.ask('POST', '/users', { body: { username: 'new' }, headers: { 'idempotency-key': 'one' } })
    equal((await native.ask('GET', '/me', { tier: 'pxs' })).status, 200, 'what a first answer takes is done')
    equal((await native.ask('GET', '/me')).status, 200)
    equal(isLimited(await make()), true)
    const then = await until('it may come again', async () => {
      const { status } = await make()
      return status !== 429 && status
    })
    equal(then, 201)
  } finally {
    await native.close()
  }
})

// biome-ignore format: a table
const STRANGERS: [who: string, headers: Record<string, string>][] = [
  ['who shows no key',    {}],
  ['who shows a wrong key', { 'x-api-key': 'not a key of anybody' }],
]
for (const [who, headers] of STRANGERS) {
  test(`${who} has the limit of the address, and takes nothing of who shows a key from there`, async () => {
    const api = await testNpApi({ rate: ONE })
    try {
      const ask = () => askHttp(`${api.url}/np_api/PortIn/list`, { headers })
      const [first, second] = [await ask(), await ask()]
      deepEqual([first.status, second.status], [401, 429])
      match(String(second.json.Reason), /too many requests with one address/)
      equal((await list(api, api.key.admin)).status, 200)
    } finally {
      await api.close()
    }
  })
}

test('what is nowhere is counted by its address, and health and metrics answer always', async () => {
  const registry = new Registry()
  const surfaces = [opsSurface({ checks: [], registry }), uiSurface({ files: undefined })]
  const server = await createServer({
    log: createLog('silent'),
    surfaces,
    registry,
    rate: { perSecond: 0.001, atOnce: 2 },
  })
  try {
    const url = await server.listen({ host: '127.0.0.1', listenPort: 0 })
    const statuses = async (...paths: string[]) => {
      const found: number[] = []
      for (const path of paths) found.push((await askHttp(`${url}${path}`)).status)
      return found
    }
    deepEqual(await statuses('/healthz', '/readyz', '/metrics', '/healthz'), [200, 200, 200, 200])
    deepEqual(await statuses('/nowhere', '/', '/', '/nowhere'), [404, 503, 429, 429])
    const metrics = (await askHttp(`${url}/metrics`)).text
    match(metrics, /^http_requests_limited_total\{surface="ui",whose="address"\} 1$/m)
    match(metrics, /^http_requests_limited_total\{surface="none",whose="address"\} 1$/m)
  } finally {
    await server.close()
  }
})

test('a thousand port-ins are asked for at once with one key, and looked at, with the limit that is usual', async () => {
  const { rate } = readConfig({}, '/').http
  ok(rate)
  const api = await testNpApi({ rate })
  try {
    const headers = { 'content-type': 'application/json', 'x-api-key': api.key.pxs }
    const numbers = Array.from({ length: 1000 }, (_, index) => String(5_570_000 + index))
    const create = (number: string) =>
      askHttp(`${api.url}/np_api/PortIn/create`, {
        method: 'POST',
        headers,
        body: JSON.stringify(request(number)),
        signal: AbortSignal.timeout(60_000),
      })
    const made = await Promise.all(numbers.map(create))
    deepEqual(new Set(made.map(({ status }) => status)), new Set([200]))
  } finally {
    await api.close()
  }
})
