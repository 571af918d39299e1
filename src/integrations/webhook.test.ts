import { deepEqual, equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { bodyOf, headersOf, signatureOf } from './webhook.ts'

const PAPER = readFileSync('docs/webhooks.md', 'utf8')
const VECTORS = [...PAPER.matchAll(/^\| `(portolan[^`]*)` \| `(\d+)` \| `(.*)` \| `([0-9a-f]{64})` \|$/gm)]

test('the published test vectors are what we sign', () => {
  equal(VECTORS.length, 5)
  deepEqual(
    VECTORS.map(([, secret = '', t, body = '']) => signatureOf(secret, Number(t), body)),
    VECTORS.map(([, , , , v1]) => v1),
  )
})

type IsGenuine = (header: string, body: string, secret: string, nowSeconds: number) => boolean

/** The published JavaScript, run as it is printed. */
async function published(): Promise<IsGenuine> {
  const code = /```js\n([\s\S]*?)```/.exec(PAPER)?.[1] ?? ''
  const { isGenuine } = await import(`data:text/javascript,${encodeURIComponent(code)}`)
  return isGenuine
}

const AT = Temporal.Instant.from('2026-01-01T00:00:00.900Z')
const WEBHOOK = { id: '019b76da-a800-7000-8000-000000000001', type: 'port_in.ported', at: AT, data: { donor: 'DONOR' } }
const BODY = bodyOf(WEBHOOK)
const sign = (secrets: { secret: string; previousSecret?: string }) =>
  headersOf(secrets, WEBHOOK, { body: BODY, at: AT, attempt: 3 })['portolan-signature'] ?? ''

const NEW = 'the-new-secret-of-the-bss'
const OLD = 'the-old-secret-of-the-bss'
const SIGNED = sign({ secret: NEW })
const T = 1_767_225_600

// biome-ignore format: a table
const HEARD: [what: string, header: string, body: string, secret: string, now: number, isGood: boolean][] = [
  // what                              header                                              body        secret  clock     is good
  ['as it was sent',                   SIGNED,                                             BODY,       NEW,    T,        true],
  ['five minutes late',                SIGNED,                                             BODY,       NEW,    T + 300,  true],
  ['later than the window',            SIGNED,                                             BODY,       NEW,    T + 301,  false],
  ['earlier than the window',          SIGNED,                                             BODY,       NEW,    T - 301,  false],
  ['another body',                     SIGNED,                                             `${BODY} `, NEW,    T,        false],
  ['another secret',                   SIGNED,                                             BODY,       OLD,    T,        false],
  ['a time that was not signed',       SIGNED.replace(`t=${T}`, `t=${T + 1}`),             BODY,       NEW,    T,        false],
  ['no time',                          SIGNED.replace(`t=${T},`, ''),                      BODY,       NEW,    T,        false],
  ['no signature',                     `t=${T}`,                                           BODY,       NEW,    T,        false],
  ['two secrets, by the new one',      sign({ secret: NEW, previousSecret: OLD }),         BODY,       NEW,    T,        true],
  ['two secrets, by the old one',      sign({ secret: NEW, previousSecret: OLD }),         BODY,       OLD,    T,        true],
]
for (const [what, header, body, secret, now, isGood] of HEARD) {
  test(`the published check, ${what}: ${isGood ? 'genuine' : 'refused'}`, async () => {
    equal((await published())(header, body, secret, now), isGood)
  })
}

test('an attempt says which event it carries, and how often it was tried', () => {
  const { 'portolan-signature': _, ...headers } = headersOf({ secret: NEW }, WEBHOOK, {
    body: BODY,
    at: AT,
    attempt: 3,
  })
  deepEqual(headers, {
    'content-type': 'application/json',
    'user-agent': 'Portolan-Webhook/1',
    'portolan-event': 'port_in.ported',
    'portolan-event-id': '019b76da-a800-7000-8000-000000000001',
    'portolan-attempt': '3',
  })
  equal(
    BODY,
    '{"id":"019b76da-a800-7000-8000-000000000001","type":"port_in.ported","at":"2026-01-01T00:00:00.900Z","data":{"donor":"DONOR"}}',
  )
})
