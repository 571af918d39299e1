import { equal, match } from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import test, { after, before } from 'node:test'
import { type TestNpApi, testNpApi } from '../../test/support/np-api.ts'

let api: TestNpApi
before(async () => {
  api = await testNpApi()
})
after(() => api.close())

/** All that a socket is answered until it ends, or until the deadline where it stays open. */
async function said(bytes: string): Promise<string> {
  const { hostname, port } = new URL(api.url)
  const socket = connect(Number(port), hostname)
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  socket.on('error', () => {}) // a reset is an end as well
  socket.setTimeout(20_000, () => socket.destroy())
  await once(socket, 'connect')
  socket.write(bytes, 'latin1')
  await once(socket, 'close')
  return Buffer.concat(parts).toString('latin1')
}

const HIDDEN = 'GET /np_api/PortIn/list HTTP/1.1\r\nHost: x\r\n\r\n'
const post = (...headers: string[]) => ['POST /np_api/PortIn/create HTTP/1.1', ...headers, '', ''].join('\r\n')

/** Where two servers in a row could read different ends of a request, the second would be answered to somebody else. */
// biome-ignore format: a table
const DOUBTFUL: [what: string, headers: string[], rest: string, source: string][] = [
  ['a length and chunks',                  ['Host: x', 'Content-Length: 4', 'Transfer-Encoding: chunked'],   `0\r\n\r\n${HIDDEN}`,           'RFC 9112 §6.3'],
  ['chunks and a length',                  ['Host: x', 'Transfer-Encoding: chunked', 'Content-Length: 4'],   `0\r\n\r\n${HIDDEN}`,           'RFC 9112 §6.3'],
  ['two lengths',                          ['Host: x', 'Content-Length: 0', 'Content-Length: 48'],           HIDDEN,                          'RFC 9112 §6.3'],
  ['two lengths in one field',             ['Host: x', 'Content-Length: 0, 48'],                             HIDDEN,                          'RFC 9110 §8.6'],
  ['a length with a sign',                 ['Host: x', 'Content-Length: +0'],                                HIDDEN,                          'RFC 9110 §8.6'],
  ['a length in hexadecimal',              ['Host: x', 'Content-Length: 0x0'],                               HIDDEN,                          'RFC 9110 §8.6'],
  ['chunks that are not the last coding',  ['Host: x', 'Transfer-Encoding: chunked, identity'],              `0\r\n\r\n${HIDDEN}`,           'RFC 9112 §6.3'],
  ['a coding that only looks like chunks', ['Host: x', 'Transfer-Encoding: xchunked'],                       `0\r\n\r\n${HIDDEN}`,           'RFC 9112 §6.3'],
  ['space before the colon',               ['Host: x', 'Content-Length : 48'],                               HIDDEN,                          'RFC 9112 §5.1'],
  ['a chunk longer than any number',       ['Host: x', 'Transfer-Encoding: chunked'],                        `fffffffffffffffff\r\n${HIDDEN}`, 'RFC 9112 §7.1'],
  ['a chunk of a length that is none',     ['Host: x', 'Transfer-Encoding: chunked'],                        `0x0\r\n\r\n${HIDDEN}`,         'RFC 9112 §7.1'],
  ['a carriage return in a field',         ['Host: x', 'X-A: b\rTransfer-Encoding: chunked'],                HIDDEN,                          'RFC 9112 §2.2'],
  ['a null in a field',                    ['Host: x', 'X-A: b\0'],                                          HIDDEN,                          'RFC 9110 §5.5'],
  ['no host',                              ['Content-Length: 0'],                                            HIDDEN,                          'RFC 9112 §3.2'],
]
for (const [what, headers, rest, source] of DOUBTFUL) {
  test(`${what}: one refusal, and nothing that follows is taken for a request (${source})`, async () => {
    const answer = await said(`${post(...headers)}${rest}`)
    match(answer, /^HTTP\/1\.1 400 /)
    equal(answer.match(/^HTTP\/1\.1 /gm)?.length, 1, answer)
  })
}

test('headers without end are refused, and the connection ends', async () => {
  const answer = await said(`${post('Host: x', `X-A: ${'a'.repeat(20_000)}`)}${HIDDEN}`)
  match(answer, /^HTTP\/1\.1 431 /)
  equal(answer.match(/^HTTP\/1\.1 /gm)?.length, 1)
})

test('an answer repeats no line end of a request', async () => {
  const answer = await said(
    'GET /np_api/%0d%0aX-Evil:%201 HTTP/1.1\r\nHost: x\r\nX-Request-Id: a%0d%0ab\r\nConnection: close\r\n\r\n',
  )
  match(answer, /^HTTP\/1\.1 404 /)
  equal(/^x-evil/im.test(answer), false)
})
