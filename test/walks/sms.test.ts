import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { createKeys } from '../../src/accounts/key.ts'
import { appendAudit } from '../../src/events/audit.store.ts'
import { createLog } from '../../src/shared/log.ts'
import { ADMIN_KEY, type TestPortolan, testPortolan } from '../support/portolan.ts'
import { type SmsPeersProcess, smsPeersProcess } from '../support/sms-peers.ts'

let peers: SmsPeersProcess
let portolan: TestPortolan
before(async () => {
  peers = await smsPeersProcess()
  portolan = await testPortolan({ PORTOLAN_SMS_PROVIDERS: peers.providersFile })
})
after(async () => {
  await portolan?.close()
  await peers?.close()
})

const validate = (body: object, credentials?: string) =>
  portolan.api('POST', '/validate/sms_validate', body, credentials)
const KEYS = ['result', 'x-message-id', 'x-transaction-id', 'x-message-timestamp', 'x-provider', 'x-provider-response']

const SPELT = ['Enet', 'GTT', 'Digicel', 'Sinch', 'Twilio', 'Vonage', 'Telnyx', 'Pilvo', 'ClickSend']
for (const Operator of SPELT) {
  test(`a test message through ${Operator} is Sent, and the provider has it (O-39) [endpoint 16 success]`, async () => {
    const { status, body, text } = await validate({ phone_number: '5550100', Operator })
    equal(status, 200, text)
    deepEqual(Object.keys(body as object), KEYS)
    const answer = body as Record<string, string> // its keys have just been looked at
    equal(answer.result, 'Sent', text)
    equal(answer['x-provider'], Operator)
    ok(answer['x-message-id'] && answer['x-transaction-id'])
    match(answer['x-message-timestamp'] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    ok(answer['x-provider-response']?.includes(answer['x-message-id']))
    const name = Operator === 'Pilvo' ? 'Plivo' : Operator
    const last = (await peers.received()).at(-1)
    deepEqual([last?.provider, last?.text], [name.toLowerCase(), `Test from ${name}`])
    match(last?.to ?? '', /^\+?15550100$/)
  })
}

// biome-ignore format: a table
const SPELLINGS: readonly [body: object, provider: string, to: string, because: string][] = [
  [{ phone_number: '5550100', Operator: 'Plivo' },        'Plivo',  '+15550100', 'the name itself (O-38)'],
  [{ phone_number: '5550100', Operator: 'twilio' },       'twilio', '+15550100', 'any case, and the answer repeats it (O-34, O-38)'],
  [{ phone_number: '+1 555-0100', Operator: 'Telnyx' },   'Telnyx', '+15550100', 'a full number'],
  [{ phone_number: ' 15550100 ', Operator: ' Twilio ' },  'Twilio', '+15550100', 'the country code without plus, and space around'],
  [{ phone_number: '5560100', Operator: 'Twilio', apiKey: '' }, 'Twilio', '+15560100', 'a fixed number; an empty key is none'],
]
for (const [body, provider, to, because] of SPELLINGS) {
  test(`${JSON.stringify(body)} is sent: ${because}`, async () => {
    const answer = (await validate(body)).body as Record<string, string> // the schema of the route has shaped it
    deepEqual([answer.result, answer['x-provider']], ['Sent', provider])
    equal((await peers.received()).at(-1)?.to, to)
  })
}

test('what the provider refuses is status 200, result Error, in its own words (O-40)', async () => {
  const { status, body } = await validate({ phone_number: '5550111', Operator: 'Vonage' })
  const answer = body as Record<string, string> // the schema of the route has shaped it
  equal(status, 200)
  deepEqual(Object.keys(answer), KEYS)
  deepEqual([answer.result, answer['x-message-id']], ['Error', ''])
  match(answer['x-provider-response'] ?? '', /Invalid value for the to parameter/)
})

test('a wrong key of the caller is used, refused by the provider, and never repeated', async () => {
  const apiKey = 'caller-key-0001'
  const { text, body } = await validate({ phone_number: '5550100', Operator: 'Telnyx', apiKey })
  equal((body as Record<string, string>).result, 'Error') // the schema of the route has shaped it
  match(text, /Authentication failed/)
  ok(!text.includes(apiKey))
})

// biome-ignore format: a table
const WRONG: readonly [body: object, reason: RegExp, because: string][] = [
  [{ Operator: 'Twilio' },                                       /^phone_number is missing: it must be the number/,   'O-40: required'],
  [{ phone_number: '5550100' },                                  /^Operator is missing: it must be one of Enet/,      'O-40: required'],
  [{ phone_number: '5550100', Operator: 'Bandwidth' },           /^Operator is not right: it must be one of Enet/,    'no such provider'],
  [{ phone_number: 'abc', Operator: 'Twilio' },                  /^phone_number is not right: it must be/,            'no number'],
  [{ phone_number: '999', Operator: 'Twilio' },                  /^phone_number "999" is not a number of this market/, 'outside the plan'],
  [{ phone_number: '+442071838750', Operator: 'Twilio' },        /^phone_number .* is not a number of this market/,   'another country costs, and is not ours to test'],
]
for (const [body, reason, because] of WRONG) {
  test(`${JSON.stringify(body)} is refused with 400: ${because} [endpoint 16 400]`, async () => {
    const before = (await peers.received()).length
    const answer = await validate(body)
    equal(answer.status, 400, answer.text)
    const { result, Reason } = answer.body as Record<string, string> // the surface's own envelope
    equal(result, 'Exception raised in validateSms')
    match(Reason ?? '', reason)
    equal((await peers.received()).length, before, 'nothing was sent')
  })
}

test('admin, pxs and read_only may send; a clearinghouse may not (O-12)', async () => {
  const audit: Parameters<typeof createKeys>[0]['audit'] = (tx, row) => appendAudit(tx, [row])
  const log = createLog('silent')
  const keys = createKeys({ db: portolan.db, log, now: () => Temporal.Now.instant(), audit })
  const status: Record<string, number> = {}
  for (const tier of ['admin', 'pxs', 'read_only', 'clearinghouse'] as const) {
    const { key } = await keys.createKey({ username: `sms-${tier}`, tier, by: 'walk' })
    const body = { phone_number: '5550100', Operator: 'Twilio' }
    status[tier] = (await validate(body, `sms-${tier}:${key}`)).status
  }
  deepEqual(status, { admin: 200, pxs: 200, read_only: 200, clearinghouse: 403 })
})

test('without a key nothing is sent', async () => {
  equal((await validate({ phone_number: '5550100', Operator: 'Twilio' }, `admin:${ADMIN_KEY}x`)).status, 401)
})
