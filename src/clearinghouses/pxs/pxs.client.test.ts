import { strict as assert } from 'node:assert'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { PXS_SAMPLES, pxsSample } from '../../../test/fixtures/pxs/samples.ts'
import { type PxsAnswer, pxsClient } from './pxs.client.ts'
import { encodePxs, encodePxsAck } from './pxs.codec.ts'

const INSTRUCTION = pxsSample(PXS_SAMPLES.find(({ kind }) => kind === 'instruction')!)
const MSGID = INSTRUCTION.msgid
const PROBLEM = { errorCode: 'schema', description: 'no such element' }
const ack = (msgid: string, isDuplicate = false) => encodePxsAck({ msgid, result: 'accept', isDuplicate, errors: [] })
const refusal = encodePxsAck({ msgid: MSGID, result: 'reject', isDuplicate: false, errors: [PROBLEM] })

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A clearinghouse that answers one way, on a port of its own, for as long as the test lasts. */
async function clearinghouse(context: TestContext, answer: Answer): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  const address = server.address()
  assert(address !== null && typeof address === 'object')
  return `http://127.0.0.1:${address.port}/pxs/`
}

const sendTo = (url: string, timeoutSeconds = 5): Promise<PxsAnswer> =>
  pxsClient({ url, username: 'carr', password: 's:ecret', timeoutSeconds }).send(encodePxs(INSTRUCTION))

const saying =
  (status: number, body: Uint8Array | string): Answer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/xml' }).end(body)

// biome-ignore format: a table
const ANSWERS: readonly [why: string, answer: Answer, expected: object][] = [
  ['taken',                                   saying(200, ack(MSGID)),                { kind: 'acknowledged', isDuplicate: false }],
  ['taken before',                            saying(200, ack(MSGID, true)),          { kind: 'acknowledged', isDuplicate: true }],
  ['refused in the acknowledgement',          saying(200, refusal),                   { kind: 'refused', reason: 'schema: no such element' }],
  ['refused, with a status that says so too', saying(400, refusal),                   { kind: 'refused', reason: 'schema: no such element' }],
  ['the acknowledgement of another message',  saying(200, ack('other')),              { kind: 'failed', reason: `HTTP 200 acknowledges other, not ${MSGID}` }],
  ['an acknowledgement that is not a 200',    saying(500, ack(MSGID)),                { kind: 'failed', reason: 'HTTP 500 with an acknowledgement' }],
  ['a web page',                              saying(200, '<html>'),                  { kind: 'failed', reason: 'HTTP 200 without an acknowledgement: <html>' }],
  ['a message instead',                       saying(200, encodePxs(INSTRUCTION)),    { kind: 'failed', reason: 'HTTP 200 without an acknowledgement' }],
  ['nothing at all',                          saying(200, ''),                        { kind: 'failed', reason: 'HTTP 200 without an acknowledgement' }],
  ['not let in',                              saying(401, 'no'),                      { kind: 'failed', reason: 'HTTP 401 without an acknowledgement: no' }],
  ['answered with our password',              saying(403, 'no s:ecret'),              { kind: 'failed', reason: 'HTTP 403 without an acknowledgement: no [secret]' }],
  ['out of order',                            saying(503, 'later'),                   { kind: 'failed', reason: 'HTTP 503 without an acknowledgement: later' }],
  ['an endless answer',                       saying(200, Buffer.alloc(70_000, 32)),  { kind: 'failed', reason: 'the answer is longer than 65536 bytes' }],
]
for (const [why, answer, expected] of ANSWERS) {
  test(`an attempt that is ${why}`, async (context) => {
    assert.deepEqual(await sendTo(await clearinghouse(context, answer)), expected)
  })
}

test('it posts the bytes as they are, with the name and password of the deployment', async (context) => {
  let seen: { readonly line: string; readonly headers: IncomingMessage['headers']; readonly body: string } | undefined
  const url = await clearinghouse(context, async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request)).toString()
    seen = { line: `${request.method} ${request.url}`, headers: request.headers, body }
    response.end(ack(MSGID))
  })
  assert.equal((await sendTo(url)).kind, 'acknowledged')
  assert.equal(seen?.line, 'POST /pxs/messages')
  assert.equal(seen?.headers.authorization, `Basic ${Buffer.from('carr:s:ecret').toString('base64')}`)
  assert.equal(seen?.headers['content-type'], 'application/xml')
  assert.equal(seen?.body, encodePxs(INSTRUCTION).toString())
})

test('a password never follows a redirection', async (context) => {
  let visits = 0
  const url = await clearinghouse(context, (_, response) => {
    visits += 1
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  assert.equal((await sendTo(url)).kind, 'failed')
  assert.equal(visits, 1)
})

test('a connection that breaks, one that is refused and one that says nothing are all failed attempts', async (context) => {
  assert.equal((await sendTo(await clearinghouse(context, (request) => request.socket.destroy()))).kind, 'failed')
  assert.deepEqual(await sendTo(await clearinghouse(context, () => {}), 0.2), {
    kind: 'failed',
    reason: 'The operation was aborted due to timeout',
  })
  assert.match(JSON.stringify(await sendTo('http://127.0.0.1:1')), /failed/)
})
