import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { SMS_PROVIDER_WORDS, SMS_PROVIDERS, smsProviderOf } from './providers.ts'

const ACCESS = { baseUrl: 'https://x', account: 'AC1', key: 'secret', sender: '+15550199' }
const PLUS = { to: '+15550100', from: '+15550199', text: 'Test from Twilio' }
const DIGITS = { to: '15550100', from: '15550199', text: 'Test from Twilio' }
const BASIC = 'Basic QUMxOnNlY3JldA==' // AC1:secret
const BEARER = 'Bearer secret'

/** The requests that the providers' own packages send. */
// biome-ignore format: a table
const REQUESTS: readonly [name: string, authorization: string, path: string, body: string][] = [
  ['Sinch',     BEARER, '/xms/v1/AC1/batches',                     '{"to":["15550100"],"from":"15550199","body":"Test from Twilio"}'],
  ['Twilio',    BASIC,  '/2010-04-01/Accounts/AC1/Messages.json',  'To=%2B15550100&From=%2B15550199&Body=Test+from+Twilio'],
  ['Vonage',    BASIC,  '/sms/json',                               '{"to":"15550100","from":"15550199","text":"Test from Twilio"}'],
  ['Telnyx',    BEARER, '/v2/messages',                            '{"from":"+15550199","to":"+15550100","text":"Test from Twilio"}'],
  ['Plivo',     BASIC,  '/v1/Account/AC1/Message/',                '{"src":"+15550199","dst":"+15550100","text":"Test from Twilio"}'],
  ['ClickSend', BASIC,  '/v3/sms/send',                            '{"messages":[{"from":"+15550199","to":"+15550100","body":"Test from Twilio","source":"portolan"}]}'],
]
for (const [name, authorization, path, body] of REQUESTS) {
  test(`${name} is posted to as its own package does`, () => {
    const provider = smsProviderOf(name)
    if (provider?.via !== 'http') throw new Error(`${name} is asked over HTTP`)
    const request = provider.request(provider.numbers === '+' ? PLUS : DIGITS, ACCESS)
    deepEqual([request.headers.authorization, request.path, request.body], [authorization, path, body])
  })
}

test('a key of Twilio with a name of its own signs for the account', () => {
  const twilio = smsProviderOf('Twilio')
  if (twilio?.via !== 'http') throw new Error('Twilio is asked over HTTP')
  const { headers, path } = twilio.request(PLUS, { ...ACCESS, username: 'SK1' })
  equal(headers.authorization, `Basic ${Buffer.from('SK1:secret').toString('base64')}`)
  equal(path, '/2010-04-01/Accounts/AC1/Messages.json')
})

test('there are the nine providers of the document, in its order (O-39)', () => {
  deepEqual(
    SMS_PROVIDERS.map(({ name }) => name),
    ['Enet', 'GTT', 'Digicel', 'Sinch', 'Twilio', 'Vonage', 'Telnyx', 'Plivo', 'ClickSend'],
  )
  deepEqual(
    SMS_PROVIDERS.filter(({ via }) => via === 'smpp').map(({ name }) => name),
    ['Enet', 'GTT', 'Digicel'],
  )
})

// biome-ignore format: a table
const WORDS: readonly [word: string, name: string | undefined, because: string][] = [
  ['Plivo',     'Plivo',     'its name'],
  ['Pilvo',     'Plivo',     'as the document spells it (O-38)'],
  ['pILVO',     'Plivo',     'any case (O-34)'],
  ['clicksend', 'ClickSend', 'any case (O-34)'],
  ['Bandwidth', undefined,   'no such provider'],
  ['',          undefined,   'no word'],
]
for (const [word, name, because] of WORDS) {
  test(`the word ${JSON.stringify(word)} means ${name}: ${because}`, () => equal(smsProviderOf(word)?.name, name))
}

test('every spelling is listed', () => equal(SMS_PROVIDER_WORDS.length, 10))

/** What decides is not always the status: Vonage and ClickSend refuse with 200. */
// biome-ignore format: a table
const REPLIES: readonly [name: string, status: number, body: unknown, isAccepted: boolean, because: string][] = [
  ['Twilio',    201, { sid: 'SM1' },                                             true,  'created'],
  ['Twilio',    200, { sid: 'SM1' },                                             false, 'not created'],
  ['Twilio',    201, { sid: 7 },                                                 false, 'no identifier'],
  ['Vonage',    200, { messages: [{ status: '0' }, { status: '0' }] },           true,  'both parts taken'],
  ['Vonage',    200, { messages: [{ status: '0' }, { status: '9' }] },           false, 'one part refused'],
  ['Vonage',    200, { messages: [{ status: 0 }] },                              false, 'a status is text'],
  ['Vonage',    200, { messages: {} },                                           false, 'no list'],
  ['Telnyx',    200, { data: { id: 'm1' } },                                     true,  'taken'],
  ['Telnyx',    200, { data: null },                                             false, 'nothing in it'],
  ['Plivo',     202, { message_uuid: ['m1'] },                                   true,  'queued'],
  ['Plivo',     202, { message_uuid: 'm1' },                                     false, 'no list'],
  ['Sinch',     201, { id: '01' },                                               true,  'created'],
  ['Sinch',     200, { id: '01' },                                               false, 'a dry run is 200'],
  ['ClickSend', 200, { data: { messages: [{ status: 'SUCCESS' }] } },            true,  'queued'],
  ['ClickSend', 200, { response_code: 'SUCCESS', data: { messages: [{ status: 'INVALID_RECIPIENT' }] } }, false, 'the envelope lies'],
  ['ClickSend', 200, undefined,                                                  false, 'no JSON'],
]
for (const [name, status, body, isAccepted, because] of REPLIES) {
  test(`${name}, ${status} ${JSON.stringify(body)}: ${isAccepted ? 'accepted' : 'not accepted'}, ${because}`, () => {
    const provider = smsProviderOf(name)
    if (provider?.via !== 'http') throw new Error(`${name} is asked over HTTP`)
    equal(provider.isAccepted({ status, body }), isAccepted)
  })
}
