import { deepEqual, equal, match } from 'node:assert/strict'
import test, { after, afterEach } from 'node:test'
import { answering, type Behaviour, startReceiver } from '../../test/support/receiver.ts'
import { createWebhookClient } from './webhook.client.ts'

const receiver = await startReceiver()
const client = createWebhookClient({ timeoutSeconds: 0.3 })
after(() => Promise.all([client.close(), receiver.close()]))
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
  ['no answer in time',                () => {},                            undefined,  /^no answer within 0\.3 s$/],
  ['a connection that is cut',         (_, response) => response.destroy(), undefined,  /other side closed|ECONNRESET/],
]
for (const [what, behaviour, status, detail] of ANSWERS) {
  test(`the delivery log gets ${what}`, async () => {
    const before = receiver.received.length
    receiver.behave(behaviour)
    const answer = await client.post(receiver.url, {}, '{}')
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
