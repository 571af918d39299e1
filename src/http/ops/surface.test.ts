import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Counter, Registry } from 'prom-client'
import { createLog } from '../../shared/log.ts'
import { createServer } from '../server.ts'
import { type OpsDeps, opsSurface } from './surface.ts'

async function withOps(
  { trustedProxies = ['127.0.0.2'], ...deps }: Partial<OpsDeps> & { readonly trustedProxies?: readonly string[] },
  work: (url: string, registry: Registry) => Promise<void>,
): Promise<void> {
  const registry = new Registry()
  const surface = opsSurface({ checks: [], registry, ...deps })
  const server = await createServer({
    log: createLog('silent'),
    surfaces: [surface],
    registry,
    trustedProxies,
  })
  try {
    await work(await server.listen({ host: '127.0.0.1', listenPort: 0 }), registry)
  } finally {
    await server.close()
  }
}
const get = (url: string, headers = {}) => fetch(url, { headers, signal: AbortSignal.timeout(30_000) })

test('healthz says that the process answers', () =>
  withOps({}, async (url) => {
    const answer = await get(`${url}/healthz`)
    assert.deepEqual([answer.status, await answer.json()], [200, { status: 'ok' }])
  }))

test('readyz names every check, and is 503 when one is wrong', async () => {
  const good = { name: 'database', check: async () => undefined }
  await withOps({ checks: [good] }, async (url) => {
    const answer = await get(`${url}/readyz`)
    assert.deepEqual([answer.status, await answer.json()], [200, { status: 'ready', checks: { database: 'ok' } }])
  })
  const wrong = { name: 'dns feed', check: async () => 'generation 7 is behind 9' }
  const broken = {
    name: 'migrations',
    check: async () => {
      throw new Error('no connection')
    },
  }
  await withOps({ checks: [good, wrong, broken] }, async (url) => {
    const answer = await get(`${url}/readyz`)
    const checks = { database: 'ok', 'dns feed': 'generation 7 is behind 9', migrations: 'no connection' }
    assert.deepEqual([answer.status, await answer.json()], [503, { status: 'not ready', checks }])
  })
})

test('a check that never ends is a problem after two seconds', () =>
  withOps({ checks: [{ name: 'database', check: () => new Promise<never>(() => {}) }] }, async (url) => {
    const answer = await get(`${url}/readyz`)
    assert.equal(answer.status, 503)
    assert.match(await answer.text(), /no answer within 2000 ms/)
  }))

test('metrics are those of the registry, and count requests by surface, operation and status', () =>
  withOps({}, async (url, registry) => {
    new Counter({ name: 'ports_total', help: 'ports', registers: [registry] }).inc(3)
    await get(`${url}/healthz`)
    await get(`${url}/nothing/here`)
    const answer = await get(`${url}/metrics`)
    assert.equal(answer.headers.get('content-type'), registry.contentType)
    const text = await answer.text()
    assert.match(text, /^ports_total 3$/m)
    assert.match(text, /^http_requests_total\{surface="ops",operation="health",status="200"\} 1$/m)
    assert.match(text, /^http_requests_total\{surface="none",operation="unknown",status="404"\} 1$/m)
    assert.match(text, /^http_request_duration_seconds_count\{surface="ops",operation="health"\} 1$/m)
  }))

test('a request that a proxy on this machine forwarded is refused: its address is not its own', () =>
  withOps({}, async (url) => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      for (const headers of [{ 'x-forwarded-for': '203.0.113.9' }, { forwarded: 'for=203.0.113.9' }]) {
        assert.equal((await get(`${url}${path}`, headers)).status, 403, path)
      }
    }
  }))

test('an address and a network behind a trusted proxy may ask, and no other', () =>
  withOps({ trustedProxies: ['127.0.0.1'], allowedNetworks: ['203.0.113.9', '198.51.100.0/24'] }, async (url) => {
    for (const [peer, status] of [
      ['203.0.113.9', 200],
      ['198.51.100.77', 200],
      ['203.0.113.10', 403],
    ] as const)
      assert.equal((await get(`${url}/healthz`, { 'x-forwarded-for': peer })).status, status, peer)
  }))

test('a network that is none stops the start', () => {
  for (const network of ['10.0.0', 'ten/8', '10.0.0.0/33']) {
    assert.throws(() => opsSurface({ checks: [], registry: new Registry(), allowedNetworks: [network] }), network)
  }
})
