import { deepEqual, equal, match } from 'node:assert/strict'
import test, { after, afterEach } from 'node:test'
import { answering, type Behaviour, LOOPBACK, startReceiver } from '../../test/support/receiver.ts'
import { createWebhookClient } from './webhook.client.ts'
import { createReach } from './webhook-reach.ts'

const receiver = await startReceiver()
const { port } = new URL(receiver.url)
const client = createWebhookClient({ reach: LOOPBACK })
const hurried = createWebhookClient({ reach: LOOPBACK, timeoutSeconds: 1 })
after(() => Promise.all([client.close(), hurried.close(), receiver.close()]))
afterEach(() => receiver.behave(answering(200)))

test('what is posted arrives as it is', async () => {
  deepEqual(await client.post(receiver.url, { 'portolan-event': 'port_in.ported' }, '{"text":"Curaçao"}'), {
    status: 200,
    detail: undefined,
  })
  const last = receiver.received.at(-1)
  deepEqual([last?.headers['portolan-event'], last?.body], ['port_in.ported', '{"text":"Curaçao"}'])
})

const unending: Behaviour = (_received, response) => {
  const more = () => {
    while (response.write('x'.repeat(65_536)));
  }
  response.writeHead(503).on('drain', more)
  more()
}
const redirecting: Behaviour = (_received, response) => {
  response.writeHead(307, { location: receiver.url }).end()
}

// biome-ignore format: a table
const ANSWERS: [what: string, behaviour: Behaviour, status: number | undefined, detail: RegExp][] = [
  // what                              behaviour                            status      detail
  ['a refusal with a reason',          answering(500, 'no such\n  table'),  500,        /^no such table$/],
  ['a refusal that is no text',        answering(502, '\0no\x1b[2J\0\0'),  502,        /^no \[2J$/],
  ['a redirect, which is not followed', redirecting,                        307,        /^$/],
  ['an endless answer, of which the start is read', unending,               503,        /^x{300}$/],
  ['no answer in time',                () => {},                            undefined,  /^no answer within 1 s$/],
  ['a connection that is cut',         (_, response) => response.destroy(), undefined,  /other side closed|ECONNRESET/],
]
for (const [what, behaviour, status, detail] of ANSWERS) {
  test(`the delivery log gets ${what}`, async () => {
    const before = receiver.received.length
    receiver.behave(behaviour)
    const by = what === 'no answer in time' ? hurried : client
    const answer = await by.post(receiver.url, {}, '{}')
    equal(answer.status, status)
    match(answer.detail ?? '', detail)
    equal(receiver.received.length, before + 1)
  })
}

test('nobody at home is an answer too, and not an exception', async () => {
  const gone = await startReceiver()
  await gone.close()
  const { status, detail } = await client.post(gone.url, {}, '{}')
  equal(status, undefined)
  match(detail ?? '', /^ECONNREFUSED/)
})

const usual = createWebhookClient({ reach: createReach({ networks: [], stated: undefined }) })
after(() => usual.close())

// biome-ignore format: a table
const HERE: [how: string, host: string][] = [
  ['its address',                          '127.0.0.1'],
  ['another of its addresses',             '127.9.9.9'],
  ['its address as one number',            '2130706433'],
  ['its address in hexadecimal and short', '0x7f.1'],
  ['its address with a dot at the end',    '127.0.0.1.'],
  ['its address in IPv6',                  '[::1]'],
  ['IPv4 in IPv6',                         '[::ffff:127.0.0.1]'],
  ['no address',                           '0.0.0.0'],
  ['no address in IPv6',                   '[::]'],
  ['a name that leads there',              'localhost'],
]
for (const [how, host] of HERE) {
  test(`this machine is not reached by ${how}`, async () => {
    const before = receiver.received.length
    const { status, detail } = await usual.post(`http://${host}:${port}/events`, {}, '{}')
    equal(status, undefined)
    match(detail ?? '', /is this machine; PORTOLAN_WEBHOOK_NETWORKS says where webhooks may go$/)
    equal(receiver.received.length, before)
  })
}

test('a name is reached where its address may be', async () => {
  const within = createWebhookClient({ reach: LOOPBACK })
  try {
    equal((await within.post(`http://localhost:${port}/events`, {}, '{}')).status, 200)
  } finally {
    await within.close()
  }
})

test('what the configuration itself states is reached wherever it is, and nothing beside it', async () => {
  const stated = createReach({ networks: [], stated: receiver.url })
  const own = createWebhookClient({ reach: stated })
  try {
    equal((await own.post(`${receiver.url}/of/another/path`, {}, '{}')).status, 200)
    for (const url of [`http://127.0.0.1:1/`, `http://localhost:${port}/`, `https://127.0.0.1:${port}/`])
      match((await own.post(url, {}, '{}')).detail ?? '', /is this machine/, url)
  } finally {
    await own.close()
  }
})
