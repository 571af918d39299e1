import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { askHttp as ask, basic, testNpApi } from '../../test/support/np-api.ts'
import { until } from '../../test/support/until.ts'
import { createLog } from '../shared/log.ts'
import { clientErrorAnswer } from './client-error.ts'
import { createServer } from './server.ts'
import type { Surface } from './surface.ts'

const surfaceWith = (plugin: Surface['plugin']): Surface => ({
  name: 'test',
  prefix: '/test',
  plugin,
  refuse: (_error, _request, reply) => reply.code(418).send({ refused: true }),
})
const serve = (surface: Surface) =>
  createServer({ log: createLog('silent'), surfaces: [surface], registry: new Registry() })

test('a route that does not say who may ask stops the start', async () => {
  await assert.rejects(
    serve(
      surfaceWith(async (app) => {
        app.get('/open', async () => 'x')
      }),
    ),
    /route GET \/test\/open does not say who may ask/,
  )
})

test('a route of which a surface forgets to ask who calls lets nobody through', async () => {
  let calls = 0
  const server = await serve(
    surfaceWith(async (app) => {
      app.get('/mine', { config: { tiers: ['admin'], operation: 'mine' } }, async () => {
        calls += 1
        return 'x'
      })
    }),
  )
  try {
    const url = await server.listen({ host: '127.0.0.1', listenPort: 0 })
    assert.equal((await ask(`${url}/test/mine`, { headers: basic('', 'any key at all') })).status, 418)
    assert.equal(calls, 0)
  } finally {
    await server.close()
  }
})

test('every answer carries a request id and the security headers, errors and unknown paths too', async () => {
  const api = await testNpApi()
  try {
    for (const [path, status] of [
      ['/np_api/PortIn/list', 401],
      ['/np_api/nothing', 404],
      ['/np_api/%zz', 400],
      ['/elsewhere', 404],
      ['/', 404],
      ['/%zz', 400],
    ] as const) {
      const answer = await ask(`${api.url}${path}`, { headers: { 'x-request-id': 'given-1' } })
      assert.equal(answer.status, status, path)
      assert.equal(answer.headers.get('x-request-id'), 'given-1', path)
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', path)
      assert.equal(answer.headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'", path)
      assert.doesNotMatch(answer.text, /node_modules|at .*\.ts|stack/, path)
    }
    const odd = await ask(`${api.url}/`, { headers: { 'x-request-id': 'a b\tc' } })
    assert.match(odd.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/, 'an odd id is not repeated')
  } finally {
    await api.close()
  }
})

test('the log has each request once, without secrets, and without numbers above debug (I17)', async () => {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const api = await testNpApi({ log: pino({ level: 'info', base: null }, stream) })
  try {
    await ask(`${api.url}/np_api/PortIn/list?q=5550100`, { headers: basic('pxs-user', api.key.pxs) })
    await ask(`${api.url}/np_api/PortIn/5550100`, { headers: { 'x-api-key': api.key.admin } })
    const answered = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request answered')
    assert.deepEqual(
      answered.map(({ room, surface, operation, status, caller }) => [room, surface, operation, status, caller]),
      [
        ['http', 'np_api', 'listPortIn', 200, 'pxs-user'],
        ['http', 'np_api', 'getPortIn', 404, 'admin-user'],
      ],
    )
    for (const secret of [api.key.pxs, api.key.admin, '5550100', 'authorization']) {
      assert.equal(lines.join('').includes(secret), false, secret)
    }
  } finally {
    await api.close()
  }
})

test('closing lets a request under way end', async () => {
  const { promise: isReached, resolve: reached } = Promise.withResolvers<void>()
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
  const server = await serve(
    surfaceWith(async (app) => {
      app.get('/slow', { config: { tiers: 'anyone', operation: 'slow' } }, async () => {
        reached()
        await mayEnd
        return 'done'
      })
    }),
  )
  const url = await server.listen({ host: '127.0.0.1', listenPort: 0 })
  const answer = fetch(`${url}/test/slow`, { signal: AbortSignal.timeout(30_000) })
  await isReached
  const closing = server.close()
  end()
  assert.equal(await (await answer).text(), 'done')
  await closing
  await assert.rejects(fetch(`${url}/test/slow`, { signal: AbortSignal.timeout(30_000) }))
})

test('what is not HTTP is answered with 400 and nothing about us', async () => {
  const server = await serve(surfaceWith(async () => {}))
  const { hostname, port } = new URL(await server.listen({ host: '127.0.0.1', listenPort: 0 }))
  try {
    const socket = connect(Number(port), hostname)
    socket.setTimeout(30_000, () => socket.destroy(new Error('no answer')))
    await once(socket, 'connect')
    socket.write('<not-http/>\r\n\r\n')
    const parts: Buffer[] = []
    for await (const part of socket) parts.push(part)
    const text = Buffer.concat(parts).toString()
    assert.match(text, /^HTTP\/1\.1 400/)
    assert.deepEqual(Object.keys(JSON.parse(text.split('\r\n\r\n')[1] ?? '')), ['result', 'Reason'])
    assert.doesNotMatch(text, /at .*\.ts|node_modules/)
  } finally {
    await server.close()
  }
})

test('a request that did not come whole in time is 408 in the shape of all errors', () => {
  const answer = clientErrorAnswer('ERR_HTTP_REQUEST_TIMEOUT')
  assert.match(answer, /^HTTP\/1\.1 408 Request Timeout\r\n/)
  const body = answer.split('\r\n\r\n')[1] ?? ''
  assert.match(body, /^\{"result":"Exception raised in server","Reason":"the request did not come whole in time/)
  assert.match(answer, new RegExp(`Content-Length: ${body.length}\\r\\n`))
})

test('a fault of ours is in the log also when its caller does not wait for it', async () => {
  const lines: { level: number; msg: string }[] = []
  const stream = { write: (line: string) => lines.push(JSON.parse(line)) }
  const { promise: isReached, resolve: reached } = Promise.withResolvers<void>()
  const { promise: isGone, resolve: gone } = Promise.withResolvers<void>()
  const surface: Surface = {
    ...surfaceWith(async (app) => {
      app.get('/slow', { config: { tiers: 'anyone', operation: 'slow' } }, async (request) => {
        request.raw.once('close', gone)
        reached()
        await isGone
        throw new Error('a bug')
      })
    }),
    refuse: (error, request, reply) => {
      request.log.error({ err: error }, 'request failed')
      return reply.code(500).send({})
    },
  }
  const server = await createServer({
    log: pino({ level: 'info' }, stream),
    surfaces: [surface],
    registry: new Registry(),
  })
  const { hostname, port } = new URL(await server.listen({ host: '127.0.0.1', listenPort: 0 }))
  try {
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.write('GET /test/slow HTTP/1.1\r\nHost: x\r\n\r\n')
    await isReached
    socket.resetAndDestroy()
    await until('the fault', () => lines.some(({ level, msg }) => level === 50 && msg === 'request failed'))
  } finally {
    await server.close()
  }
})

test('a caller that goes away while it sends is no error in the log', async () => {
  const lines: { level: number; msg: string }[] = []
  const stream = { write: (line: string) => lines.push(JSON.parse(line)) }
  const api = await testNpApi({ log: pino({ level: 'info' }, stream) })
  try {
    const { hostname, port } = new URL(api.url)
    for (const path of ['/np_api/PortIn/create', '/np_api/doc-pxs/recv/']) {
      const key = path.includes('recv') ? api.key.clearinghouse : api.key.admin
      await ask(`${api.url}/np_api/PortIn/list`, { headers: { 'x-api-key': key } }) // so that it is known at once below
      const socket = connect(Number(port), hostname)
      await once(socket, 'connect')
      const head = [`POST ${path} HTTP/1.1`, 'Host: x', `X-Api-Key: ${key}`, 'Content-Length: 1000']
      socket.write([...head, 'Content-Type: application/json', 'Expect: 100-continue', '', '{"half'].join('\r\n'))
      await once(socket, 'data') // it is being read
      socket.resetAndDestroy()
    }
    await until('both lines', () => lines.filter(({ msg }) => msg.startsWith('the caller went away')).length === 2)
    assert.deepEqual(
      lines.filter(({ level }) => level >= 40),
      [],
    )
  } finally {
    await api.close()
  }
})
