import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { askHttp as ask, basic, type TestNpApi, testNpApi } from '../../../test/support/np-api.ts'
import { Fault } from '../../shared/fault.ts'
import type { RawAnswer, RawMessage } from './recv.routes.ts'

let api: TestNpApi
const received: RawMessage[] = []
let answerOf: () => RawAnswer = () => ({ status: 200, contentType: 'application/xml', body: '<ack/>' })
before(async () => {
  api = await testNpApi({
    receive: async (message) => {
      received.push(message)
      return answerOf()
    },
  })
})
after(() => api.close())

const send = (path: string, init: { headers?: Record<string, string>; body?: string | Buffer<ArrayBuffer> }) =>
  ask(`${api.url}/np_api/${path}`, {
    method: 'POST',
    ...init,
    headers: { ...basic('clearinghouse-user', api.key.clearinghouse), ...init.headers },
  })

test('bytes reach the receiver as they came, whatever their content type, with the name of the sender [endpoint 19 success]', async () => {
  const bytes = Buffer.from(randomBytes(1000))
  for (const [path, contentType] of [
    ['doc-pxs/recv/', 'application/xml'],
    ['doc-pxs/recv', 'text/xml; charset=iso-8859-1'],
    ['doc-pxs/recv/', 'application/json'],
    ['doc-pxs/recv/', 'application/x-www-form-urlencoded'],
    ['doc-pxs/recv/', 'no content type at all'],
  ] as const) {
    const answer = await send(path, { headers: { 'content-type': contentType }, body: bytes })
    assert.equal(answer.status, 200, `${path} ${contentType}: ${answer.text}`)
    assert.deepEqual(received.at(-1), { body: bytes, isTruncated: false, contentType, peer: 'clearinghouse-user' })
  }
})

test('a message without a body is handed on as no bytes', async () => {
  assert.equal((await send('doc-pxs/recv/', {})).status, 200)
  assert.deepEqual(received.at(-1), {
    body: Buffer.alloc(0),
    isTruncated: false,
    contentType: '',
    peer: 'clearinghouse-user',
  })
})

test("the receiver's answer goes back as it is", async () => {
  for (const [status, body] of [
    [200, '<ack>é</ack>'],
    [200, Buffer.from('<ack/>')],
    [500, '<ack><error/></ack>'],
  ] as const) {
    answerOf = () => ({ status, contentType: 'application/xml; charset=utf-8', body })
    const answer = await send('doc-pxs/recv/', { body: '<m/>' })
    assert.deepEqual([answer.status, answer.text], [status, String(body)])
    assert.equal(answer.headers.get('content-type'), 'application/xml; charset=utf-8')
  }
})

test('of a message above 256 kB the beginning is handed on as such, whether its length was told or not', async () => {
  answerOf = () => ({ status: 200, contentType: 'application/xml', body: '<ack/>' })
  const body = 'x'.repeat(300 * 1024)
  for (const sent of [body, new Blob([body]).stream()]) {
    const answer = await fetch(`${api.url}/np_api/doc-pxs/recv/`, {
      method: 'POST',
      headers: basic('clearinghouse-user', api.key.clearinghouse),
      body: sent,
      duplex: 'half',
      signal: AbortSignal.timeout(30_000),
    })
    assert.equal(answer.status, 200)
    const message = received.at(-1)
    assert.deepEqual([message?.isTruncated, message?.body.length], [true, 256 * 1024])
  }
  assert.equal((await send('doc-pxs/recv/', { body: 'x'.repeat(256 * 1024) })).status, 200)
  assert.equal(received.at(-1)?.isTruncated, false)
})

test('a body that breaks the rules of HTTP is 400, and nothing of it is handed on [endpoint 19 400]', async () => {
  const before = received.length
  const { hostname, port } = new URL(api.url)
  const socket = connect(Number(port), hostname)
  socket.setTimeout(30_000, () => socket.destroy(new Error('no answer')))
  const head = ['POST /np_api/doc-pxs/recv/ HTTP/1.1', 'Host: x', `X-Api-Key: ${api.key.clearinghouse}`]
  socket.write([...head, 'Transfer-Encoding: chunked', '', 'no length of a chunk', ''].join('\r\n'))
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(part)
  assert.match(Buffer.concat(parts).toString(), /^HTTP\/1\.1 400 [\s\S]*"Reason":"the request is not valid HTTP"\}$/)
  assert.equal(received.length, before)
})

test('no tier but the clearinghouse gets a message in, not even an admin (O-14)', async () => {
  const before = received.length
  for (const tier of ['admin', 'pxs', 'read_only'] as const) {
    const answer = await send('doc-pxs/recv/', { headers: basic(`${tier}-user`, api.key[tier]), body: '<m/>' })
    assert.equal(answer.status, 403)
    assert.match(String(answer.json.Reason), /needs the tier clearinghouse/)
  }
  assert.equal(received.length, before)
})

test('another prefix is not there', async () => {
  assert.equal((await send('other/recv/', { body: '<m/>' })).status, 404)
})

test('a bug is 500 with the request id, and no word of what it was', async () => {
  answerOf = () => {
    throw new Error('connection to 10.0.0.7 lost', { cause: new Error('a secret detail') })
  }
  const answer = await send('doc-pxs/recv/', { headers: { 'x-request-id': 'abc-123' }, body: '<m/>' })
  assert.equal(answer.status, 500)
  assert.deepEqual(answer.json, {
    result: 'Exception raised in receiveMessage',
    Reason: 'internal error; the log tells more about request abc-123',
  })
})

test('a message that cannot be read is 500, so that nobody takes it for done (O-51) [endpoint 19 500]', async () => {
  answerOf = () => {
    throw new Fault('message_malformed', 'not well-formed: line 1')
  }
  const answer = await send('doc-pxs/recv/', { body: '<m' })
  assert.deepEqual([answer.status, answer.json.Reason], [500, 'not well-formed: line 1'])
})
