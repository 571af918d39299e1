import type { TObject } from 'typebox'
import { AccountAccess, KeyAccess, SmppAccess, type SmsAccess, TwilioAccess } from './access.schema.ts'
import { listAt, textAt } from './json-path.ts'

/** A message as its provider wants it: both numbers with `+` or without, by the provider's rule. */
export type Sms = { readonly to: string; readonly from: string; readonly text: string }

/** What is posted to the provider; `path` is appended to the base URL. */
export type SmsRequest = {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What is asked of a provider to learn whether it knows us: a read of our own account, which sends nothing and costs nothing. */
export type SmsQuestion = { readonly path: string; readonly authorization: string }

/** Whether a provider accepts our credentials. `unknown`: it could not be asked, or said something else. */
export type SmsStanding =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused' | 'unknown'; readonly said: string }

/** `body` is the JSON that came, undefined where none did. */
export type SmsReply = { readonly status: number; readonly body: unknown }

type Named = {
  /** Our one spelling; the body of the message says it: `Test from Twilio`. */
  readonly name: string
  /** Another spelling that callers may use (contract O-38). */
  readonly alias?: string
  /** What the file of providers has to say about it. */
  readonly access: TObject
  /** How numbers are written to it. */
  readonly numbers: '+' | 'digits'
}
export type HttpProvider = Named & {
  readonly via: 'http'
  readonly baseUrl: string
  readonly request: (sms: Sms, access: SmsAccess) => SmsRequest
  /** By the provider's public reference; answered with 200 and an object where the credentials are right, with 401 where not. */
  readonly whoAmI: (access: SmsAccess) => SmsQuestion
  /** Accepted means that the provider took the message, never that it was delivered. */
  readonly isAccepted: (reply: SmsReply) => boolean
  /** A no under a status below 400, where the provider has one. */
  readonly isRefused?: (reply: SmsReply) => boolean
  /** Where in the JSON its identifier of the message stands. */
  readonly messageId: readonly (string | number)[]
  /** The header of the answer, or the field of its JSON, that its support can find the request by. */
  readonly transactionId?: { readonly header: string } | { readonly field: string }
}
export type SmppProvider = Named & { readonly via: 'smpp' }
export type SmsProvider = HttpProvider | SmppProvider

/** Every provider that a test message can be sent through, in the order of the document (porting-manager.md, "SMS Routing Validation"). */
export const SMS_PROVIDERS: readonly SmsProvider[] = [
  { name: 'Enet', via: 'smpp', access: SmppAccess, numbers: '+' },
  { name: 'GTT', via: 'smpp', access: SmppAccess, numbers: '+' },
  { name: 'Digicel', via: 'smpp', access: SmppAccess, numbers: '+' },
  {
    name: 'Sinch',
    via: 'http',
    access: AccountAccess,
    numbers: 'digits',
    baseUrl: 'https://us.sms.api.sinch.com',
    request: ({ to, from, text }, { account = '', key }) =>
      json(`/xms/v1/${encodeURIComponent(account)}/batches`, bearer(key), { to: [to], from, body: text }),
    whoAmI: ({ account = '', key }) => ({
      path: `/xms/v1/${encodeURIComponent(account)}/batches?page=0&page_size=1`,
      authorization: bearer(key),
    }),
    isAccepted: ({ status, body }) => status === 201 && textAt(body, ['id']) !== '',
    messageId: ['id'],
  },
  {
    name: 'Twilio',
    via: 'http',
    access: TwilioAccess,
    numbers: '+',
    baseUrl: 'https://api.twilio.com',
    request: ({ to, from, text }, { account = '', username = account, key }) => ({
      path: `/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`,
      headers: { authorization: basic(username, key), 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ To: to, From: from, Body: text }).toString(),
    }),
    // not the account itself, which is closed to standard API keys, and whose answer has the auth token in it
    whoAmI: ({ account = '', username = account, key }) => ({
      path: `/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json?PageSize=1`,
      authorization: basic(username, key),
    }),
    isAccepted: ({ status, body }) => status === 201 && textAt(body, ['sid']) !== '',
    messageId: ['sid'],
    transactionId: { header: 'twilio-request-id' },
  },
  {
    name: 'Vonage',
    via: 'http',
    access: AccountAccess,
    numbers: 'digits',
    baseUrl: 'https://rest.nexmo.com',
    request: ({ to, from, text }, { account = '', key }) => json('/sms/json', basic(account, key), { to, from, text }),
    whoAmI: ({ account = '', key }) => ({ path: '/account/get-balance', authorization: basic(account, key) }),
    // a refusal is HTTP 200 as well: the status of each part decides
    isAccepted: ({ status, body }) => {
      const parts = listAt(body, ['messages'])
      return status === 200 && parts.length > 0 && parts.every((part) => textAt(part, ['status']) === '0')
    },
    isRefused: ({ body }) => listAt(body, ['messages']).some((part) => !['', '0'].includes(textAt(part, ['status']))),
    messageId: ['messages', 0, 'message-id'],
    transactionId: { header: 'x-nexmo-trace-id' },
  },
  {
    name: 'Telnyx',
    via: 'http',
    access: KeyAccess,
    numbers: '+',
    baseUrl: 'https://api.telnyx.com',
    request: ({ to, from, text }, { key }) => json('/v2/messages', bearer(key), { from, to, text }),
    whoAmI: ({ key }) => ({ path: '/v2/balance', authorization: bearer(key) }),
    isAccepted: ({ status, body }) => status === 200 && textAt(body, ['data', 'id']) !== '',
    messageId: ['data', 'id'],
    transactionId: { header: 'x-request-id' },
  },
  {
    name: 'Plivo',
    alias: 'Pilvo',
    via: 'http',
    access: AccountAccess,
    numbers: '+',
    baseUrl: 'https://api.plivo.com',
    request: ({ to, from, text }, { account = '', key }) =>
      json(`/v1/Account/${encodeURIComponent(account)}/Message/`, basic(account, key), { src: from, dst: to, text }),
    whoAmI: ({ account = '', key }) => ({
      path: `/v1/Account/${encodeURIComponent(account)}/`,
      authorization: basic(account, key),
    }),
    isAccepted: ({ status, body }) => status === 202 && textAt(body, ['message_uuid', 0]) !== '',
    messageId: ['message_uuid', 0],
    transactionId: { field: 'api_id' },
  },
  {
    name: 'ClickSend',
    via: 'http',
    access: AccountAccess,
    numbers: '+',
    baseUrl: 'https://rest.clicksend.com',
    request: ({ to, from, text }, { account = '', key }) =>
      json('/v3/sms/send', basic(account, key), { messages: [{ from, to, body: text, source: 'portolan' }] }),
    whoAmI: ({ account = '', key }) => ({ path: '/v3/account', authorization: basic(account, key) }),
    // the envelope says SUCCESS even where the message was refused
    isAccepted: ({ status, body }) => status === 200 && textAt(body, ['data', 'messages', 0, 'status']) === 'SUCCESS',
    isRefused: ({ body }) => !['', 'SUCCESS'].includes(textAt(body, ['data', 'messages', 0, 'status'])),
    messageId: ['data', 'messages', 0, 'message_id'],
  },
]

/** Every spelling that names a provider: `Plivo` and, as the document prints it, `Pilvo`. */
export const SMS_PROVIDER_WORDS: readonly string[] = SMS_PROVIDERS.flatMap(({ name, alias }) =>
  alias === undefined ? [name] : [name, alias],
)

/** The provider that a word means, in any case of letters (contract O-34, O-38). */
export function smsProviderOf(word: string): SmsProvider | undefined {
  const wanted = word.toLowerCase()
  return SMS_PROVIDERS.find(({ name, alias }) => [name, alias].some((one) => one?.toLowerCase() === wanted))
}

function json(path: string, authorization: string, body: object): SmsRequest {
  return { path, headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function basic(username: string, key: string): string {
  return `Basic ${Buffer.from(`${username}:${key}`).toString('base64')}`
}

function bearer(key: string): string {
  return `Bearer ${key}`
}
