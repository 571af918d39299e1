import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { ask, basic, type NpApi, startNpApi } from './np-api.fixture.ts'
import { deploymentPrefixProblem } from './recv.routes.ts'

let api: NpApi
before(async () => {
  api = await startNpApi()
})
after(() => api.close())

const send = (path: string, init: { headers?: Record<string, string>; body?: string | Buffer<ArrayBuffer> }) =>
  ask(`${api.url}/np_api/${path}`, {
    method: 'POST',
    ...init,
    headers: { ...basic('clearinghouse-user', api.key.clearinghouse), ...init.headers },
  })

test('bytes reach the receiver as they came, whatever their content type, with the name of the sender', async () => {
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
    assert.deepEqual(api.received.at(-1), { body: bytes, contentType, peer: 'clearinghouse-user' })
  }
})

test('a message without a body is handed on as no bytes', async () => {
  assert.equal((await send('doc-pxs/recv/', {})).status, 200)
  assert.deepEqual(api.received.at(-1), { body: Buffer.alloc(0), contentType: '', peer: 'clearinghouse-user' })
})

test("the receiver's answer goes back as it is", async () => {
  for (const [status, body] of [
    [200, '<ack>é</ack>'],
    [200, Buffer.from('<ack/>')],
    [500, '<ack><error/></ack>'],
  ] as const) {
    api.answerWith({ status, contentType: 'application/xml; charset=utf-8', body })
    const answer = await send('doc-pxs/recv/', { body: '<m/>' })
    assert.deepEqual([answer.status, answer.text], [status, String(body)])
    assert.equal(answer.headers.get('content-type'), 'application/xml; charset=utf-8')
  }
})

test('a message above 256 kB is refused unread', async () => {
  const before = api.received.length
  const answer = await send('doc-pxs/recv/', { body: 'x'.repeat(256 * 1024 + 1) })
  assert.equal(answer.status, 400)
  assert.match(String(answer.json.Reason), /256 kB/)
  assert.equal(api.received.length, before)
})

test('no tier but the clearinghouse gets a message in, not even an admin (O-14)', async () => {
  const before = api.received.length
  for (const tier of ['admin', 'pxs', 'read_only'] as const) {
    const answer = await send('doc-pxs/recv/', { headers: basic(`${tier}-user`, api.key[tier]), body: '<m/>' })
    assert.equal(answer.status, 403)
    assert.match(String(answer.json.Reason), /needs the tier clearinghouse/)
  }
  assert.equal(api.received.length, before)
})

test('another prefix is not there', async () => {
  assert.equal((await send('other/recv/', { body: '<m/>' })).status, 404)
})

// biome-ignore format: a table
const PREFIXES: [prefix: string, problem: RegExp | undefined, why: string][] = [
  ['doc-pxs',     undefined,      'letters and a dash'],
  ['tt',          undefined,      'short'],
  ['PXS_2',       undefined,      'capitals and an underscore'],
  ['PortIn',      /must not be/,  'a word of the surface (O-23)'],
  ['portout',     /must not be/,  'a word of the surface in another case'],
  ['swagger.json', /1 to 40/,     'a word of the surface, and a dot'],
  ['hss_route',   /must not be/,  'a reserved identifier (O-23)'],
  ['',            /1 to 40/,      'empty'],
  ['a/b',         /1 to 40/,      'two segments'],
  [':id',         /1 to 40/,      'a parameter of the router'],
  ['-x',          /1 to 40/,      'starts with a dash'],
]
for (const [prefix, problem, why] of PREFIXES) {
  test(`the deployment prefix ${JSON.stringify(prefix)} is ${problem ? 'refused' : 'taken'}: ${why}`, () => {
    if (problem) assert.match(deploymentPrefixProblem(prefix) ?? '', problem)
    else assert.equal(deploymentPrefixProblem(prefix), undefined)
  })
}
