import { equal, match, ok, rejects } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type SmsPeers, startSmsPeers } from '../../sim/sms/peers.ts'

/**
 * The providers' own packages take the stand-ins for their provider: what they send is understood, what is answered is
 * read without a complaint, and a refusal reaches their user as a refusal. The packages are installed here only, by
 * `node scripts/test-sdk.ts`.
 */
const isInstalled = existsSync(join(import.meta.dirname, 'node_modules'))
const skip = isInstalled ? false : 'THE PACKAGES OF THE PROVIDERS ARE NOT INSTALLED: run node scripts/test-sdk.ts'

let peers: SmsPeers
before(async () => {
  peers = await startSmsPeers({ httpPort: 0, smppPort: 0 })
})
after(() => peers.close())

/** By a name that the compiler does not follow: the packages are not there when it looks. */
const load = (name: string) => import(name)
const at = (provider: string) => `${peers.httpUrl}/${provider}`
const FROM = '+15550199'
const GOOD = '+15550100'
const BAD = '+15550111'
const bare = (number: string) => number.slice(1)

/** What the package wrote has come through whole. */
function received(provider: string): void {
  const last = peers.log.at(-1)
  equal(last?.provider, provider)
  equal(last?.text, `Test from ${provider}`)
  match(last?.to ?? '', /^\+?15550100$/)
}

test('twilio', { skip }, async () => {
  const { default: twilio } = await load('twilio')
  const inner = new twilio.RequestClient()
  const request = (options: { uri: string }) =>
    inner.request({ ...options, uri: options.uri.replace('https://api.twilio.com', at('twilio')) })
  const client = twilio(peers.account, peers.key, { httpClient: { request } })
  const send = (to: string) => client.messages.create({ to, from: FROM, body: 'Test from twilio' })
  const message = await send(GOOD)
  match(message.sid, /^SM[0-9a-f]{32}$/)
  equal(message.status, 'queued')
  ok(!Number.isNaN(message.dateCreated.getTime()), 'its times are times')
  received('twilio')
  await rejects(send(BAD), { name: 'Error', code: 21211, status: 400 })
})

test('@vonage/server-sdk', { skip }, async () => {
  const { Vonage } = await load('@vonage/server-sdk')
  const { Auth } = await load('@vonage/auth')
  const vonage = new Vonage(new Auth({ apiKey: peers.account, apiSecret: peers.key }), { restHost: at('vonage') })
  const send = (to: string) => vonage.sms.send({ to: bare(to), from: bare(FROM), text: 'Test from vonage' })
  const { messages } = await send(GOOD)
  equal(messages[0].status, '0')
  ok(messages[0].messageId)
  received('vonage')
  await rejects(send(BAD), (error: Error) => /Failure/.test(error.constructor.name))
})

test('telnyx', { skip }, async () => {
  const { default: Telnyx } = await load('telnyx')
  const telnyx = new Telnyx({ apiKey: peers.key, baseURL: `${at('telnyx')}/v2`, maxRetries: 0 })
  const send = (to: string) => telnyx.messages.send({ to, from: FROM, text: 'Test from telnyx' })
  const { data } = await send(GOOD)
  ok(data.id)
  equal(data.to[0].status, 'queued')
  received('telnyx')
  await rejects(send(BAD), { status: 400 })
})

test('plivo', { skip }, async () => {
  const { default: plivo } = await load('plivo')
  const url = `${at('plivo')}/v1/Account/${peers.account}`
  const client = new plivo.Client(peers.account, peers.key, { url })
  const send = (to: string) => client.messages.create({ src: FROM, dst: to, text: 'Test from plivo' })
  const { messageUuid } = await send(GOOD)
  equal(messageUuid.length, 1)
  received('plivo')
  await rejects(send(BAD), /not a valid phone number/)
})

test('@sinch/sdk-core', { skip }, async () => {
  const { SinchClient } = await load('@sinch/sdk-core')
  const sinch = new SinchClient({ servicePlanId: peers.account, apiToken: peers.key, smsHostname: at('sinch') })
  const send = (to: string) =>
    sinch.sms.batches.send({ sendSMSRequestBody: { to: [bare(to)], from: bare(FROM), body: 'Test from sinch' } })
  const batch = await send(GOOD)
  ok(batch.id)
  equal(batch.canceled, false)
  received('sinch')
  await rejects(send(BAD), { statusCode: 400 })
})

test('clicksend', { skip }, async () => {
  const { default: clicksend } = await load('clicksend')
  const api = new clicksend.SMSApi(peers.account, peers.key)
  api.basePath = `${at('clicksend')}/v3`
  const send = async (to: string) => {
    const message = Object.assign(new clicksend.SmsMessage(), {
      from: FROM,
      to,
      body: 'Test from clicksend',
      source: 'sdk',
    })
    const { body } = await api.smsSendPost(Object.assign(new clicksend.SmsMessageCollection(), { messages: [message] }))
    return body.data.messages[0]
  }
  const { status, message_id: id } = await send(GOOD)
  equal(status, 'SUCCESS')
  ok(id)
  received('clicksend')
  equal((await send(BAD)).status, 'INVALID_RECIPIENT', 'this package does not throw')
})
