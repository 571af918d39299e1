import { randomBytes, randomUUID } from 'node:crypto'
import type { Refusal } from './stories.ts'

/** What a client asked to be sent, as it wrote the numbers. */
export type Sms = { readonly to: string; readonly from: string; readonly text: string }

export type Reply = {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A provider as its clients see it: where they post, what they post, how it answers. */
export type HttpProvider = {
  /** `{account}` stands for the account that the stand-in knows. */
  readonly path: string
  readonly auth: 'Basic' | 'Bearer'
  readonly contentType: string
  readonly numbers: '+' | 'digits'
  /** @returns undefined for a body that lacks something */
  readonly read: (body: Body) => Partial<Sms> | undefined
  readonly accept: (sms: Sms) => Reply
  readonly acceptWithoutId: Reply
  /** Where a client reads its own account, and what it then sees; `refusal` with 401 where its messages are refused otherwise. */
  readonly whoAmI: { readonly path: string; readonly body: (account: string) => unknown; readonly refusal?: unknown }
  readonly refuse: Readonly<Record<Refusal, (sms: Partial<Sms>) => Reply>>
}

/** A body that has been read as JSON or as a form; the values are a stranger's. */
export type Body = Readonly<Record<string, unknown>>

const hex = (bytes: number) => randomBytes(bytes).toString('hex')
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined)
const object = (value: unknown): Body | undefined =>
  typeof value === 'object' && value !== null ? (value as Body) : undefined // an object, by the check before
const now = () => Temporal.Now.instant().toString({ smallestUnit: 'millisecond' })

const all = (status: number, body: unknown, headers?: Reply['headers']) => (): Reply => ({
  status,
  body,
  ...(headers ? { headers } : {}),
})

const twilioError = (status: number, code: number, message: string) => () => ({
  status,
  body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
  headers: { 'twilio-request-id': `RQ${hex(16)}` },
})

/** Vonage says no with status 200 and a code of its own. */
const vonageError = (status: string, error: string) => () => ({
  status: 200,
  body: { 'message-count': '1', messages: [{ status, 'error-text': error }] },
  headers: { 'x-nexmo-trace-id': hex(16) },
})

const telnyxError = (status: number, code: string, title: string) => () => ({
  status,
  body: { errors: [{ code, title, detail: title, source: { pointer: '/to' } }] },
  headers: { 'x-request-id': randomUUID() },
})

const plivoError = (status: number, error: string) => () => ({ status, body: { api_id: randomUUID(), error } })

const clickSendEnvelope = (http_code: number, response_code: string, response_msg: string) =>
  all(http_code, { http_code, response_code, response_msg, data: null })

/** ClickSend's envelope is a success even where the message in it is not. */
const clickSendMessage = (status: string) => (sms: Partial<Sms>) => ({
  status: 200,
  body: {
    http_code: 200,
    response_code: 'SUCCESS',
    response_msg: 'Messages queued for delivery.',
    data: {
      total_price: status === 'SUCCESS' ? 0.07 : 0,
      total_count: 1,
      queued_count: status === 'SUCCESS' ? 1 : 0,
      messages: [
        { ...sms, body: sms.text, status, message_id: status === 'SUCCESS' ? randomUUID().toUpperCase() : '' },
      ],
    },
  },
})

/** The providers by the first segment of their path here. Shapes: the providers' public references. */
export const HTTP_PROVIDERS: Readonly<Record<string, HttpProvider>> = {
  twilio: {
    path: '/2010-04-01/Accounts/{account}/Messages.json',
    auth: 'Basic',
    contentType: 'application/x-www-form-urlencoded',
    numbers: '+',
    read: ({ To, From, Body }) => ({ to: text(To), from: text(From), text: text(Body) }),
    accept: ({ to, from, text: body }) => {
      const sid = `SM${hex(16)}`
      const nothing = {
        date_sent: null,
        error_code: null,
        error_message: null,
        messaging_service_sid: null,
        price: null,
      }
      const known = {
        status: 'queued',
        direction: 'outbound-api',
        num_segments: '1',
        num_media: '0',
        price_unit: 'USD',
      }
      return {
        status: 201,
        body: { sid, to, from, body, ...known, ...nothing, api_version: '2010-04-01', date_created: rfc2822() },
        headers: { 'twilio-request-id': `RQ${hex(16)}` },
      }
    },
    acceptWithoutId: { status: 201, body: { status: 'queued' } },
    whoAmI: {
      path: '/2010-04-01/Accounts/{account}/Messages.json',
      body: (account) => ({
        messages: [],
        page: 0,
        page_size: 1,
        start: 0,
        end: 0,
        first_page_uri: `/2010-04-01/Accounts/${account}/Messages.json?PageSize=1&Page=0`,
        uri: `/2010-04-01/Accounts/${account}/Messages.json?PageSize=1`,
        next_page_uri: null,
        previous_page_uri: null,
      }),
    },
    refuse: {
      invalid_number: ({ to }) => twilioError(400, 21211, `The 'To' number ${to} is not a valid phone number.`)(),
      unreachable: twilioError(400, 21612, 'The message cannot be sent with this combination of To and From.'),
      account_blocked: twilioError(400, 21608, 'The number is unverified. Trial accounts cannot send to it.'),
      bad_credentials: twilioError(401, 20003, 'Authenticate'),
      throttled: twilioError(429, 20429, 'Too Many Requests'),
      server_error: twilioError(500, 20500, 'Internal Server Error'),
    },
  },
  vonage: {
    path: '/sms/json',
    auth: 'Basic',
    contentType: 'application/json',
    numbers: 'digits',
    read: (body) => ({ to: text(body.to), from: text(body.from), text: text(body.text) }),
    accept: ({ to }) => ({
      status: 200,
      body: {
        'message-count': '1',
        messages: [
          {
            to,
            'message-id': hex(8).toUpperCase(),
            status: '0',
            'remaining-balance': '3.14159265',
            'message-price': '0.03330000',
            network: '12345',
          },
        ],
      },
      headers: { 'x-nexmo-trace-id': hex(16) },
    }),
    acceptWithoutId: { status: 200, body: { 'message-count': '0', messages: [] } },
    whoAmI: {
      path: '/account/get-balance',
      body: () => ({ value: 10.28, autoReload: false }),
      refusal: { 'error-code': '401', 'error-code-label': 'authentication failed' },
    },
    refuse: {
      invalid_number: vonageError('3', 'Invalid value for the to parameter'),
      unreachable: vonageError('7', 'Number barred'),
      account_blocked: vonageError('9', 'Quota Exceeded - rejected'),
      bad_credentials: vonageError('4', 'Bad Credentials'),
      throttled: vonageError('1', 'Throughput Rate Exceeded'),
      server_error: vonageError('5', 'Internal Error'),
    },
  },
  telnyx: {
    path: '/v2/messages',
    auth: 'Bearer',
    contentType: 'application/json',
    numbers: '+',
    read: (body) => ({ to: text(body.to), from: text(body.from), text: text(body.text) }),
    accept: ({ to, from, text: body }) => ({
      status: 200,
      body: {
        data: {
          id: randomUUID(),
          record_type: 'message',
          direction: 'outbound',
          type: 'SMS',
          from: { phone_number: from, carrier: '', line_type: '' },
          to: [{ phone_number: to, status: 'queued', carrier: '', line_type: '' }],
          text: body,
          received_at: now(),
          parts: 1,
          errors: [],
        },
      },
      headers: { 'x-request-id': randomUUID() },
    }),
    acceptWithoutId: { status: 200, body: { data: { record_type: 'message' } } },
    whoAmI: {
      path: '/v2/balance',
      body: () => ({
        data: {
          record_type: 'balance',
          balance: '300.00',
          pending: '10.00',
          credit_limit: '100.00',
          available_credit: '400.00',
          currency: 'USD',
        },
      }),
    },
    refuse: {
      invalid_number: telnyxError(400, '10016', 'Phone number must be in +E.164 format'),
      unreachable: telnyxError(400, '40001', 'Not routable'),
      account_blocked: telnyxError(402, '20100', 'Insufficient Funds'),
      bad_credentials: telnyxError(401, '10009', 'Authentication failed'),
      throttled: telnyxError(429, '10011', 'Too many requests'),
      server_error: telnyxError(500, '10007', 'Unexpected error'),
    },
  },
  plivo: {
    path: '/v1/Account/{account}/Message/',
    auth: 'Basic',
    contentType: 'application/json',
    numbers: '+',
    read: ({ src, dst, text: body }) => ({ to: text(dst), from: text(src), text: text(body) }),
    accept: () => ({
      status: 202,
      body: { api_id: randomUUID(), message: 'message(s) queued', message_uuid: [randomUUID()] },
    }),
    acceptWithoutId: { status: 202, body: { api_id: randomUUID(), message: 'message(s) queued', message_uuid: [] } },
    whoAmI: {
      path: '/v1/Account/{account}/',
      body: (account) => ({
        account_type: 'standard',
        api_id: randomUUID(),
        auth_id: account,
        auto_recharge: false,
        billing_mode: 'prepaid',
        cash_credits: '53.88855',
        resource_uri: `/v1/Account/${account}/`,
      }),
    },
    refuse: {
      invalid_number: ({ to }) => plivoError(400, `dst ${to} is not a valid phone number`)(),
      unreachable: plivoError(400, 'country not supported for SMS'),
      account_blocked: plivoError(402, 'insufficient credit'),
      bad_credentials: plivoError(401, 'authentication failed'),
      throttled: plivoError(429, 'rate limit exceeded'),
      server_error: plivoError(500, 'internal server error'),
    },
  },
  sinch: {
    path: '/xms/v1/{account}/batches',
    auth: 'Bearer',
    contentType: 'application/json',
    numbers: 'digits',
    read: ({ to, from, body }) => ({ to: text(first(to)), from: text(from), text: text(body) }),
    accept: ({ to, from, text: body }) => ({
      status: 201,
      body: {
        id: `01${hex(12).toUpperCase()}`,
        to: [to],
        from,
        canceled: false,
        body,
        type: 'mt_text',
        created_at: now(),
        modified_at: now(),
        delivery_report: 'none',
        flash_message: false,
      },
    }),
    acceptWithoutId: { status: 201, body: { canceled: false } },
    whoAmI: { path: '/xms/v1/{account}/batches', body: () => ({ count: 0, page: 0, page_size: 0, batches: [] }) },
    refuse: {
      invalid_number: all(400, { code: 'syntax_invalid_parameter_format', text: 'Invalid recipient in to' }),
      unreachable: all(400, { code: 'unsupported_country', text: 'No route to the recipient' }),
      account_blocked: all(403, { code: 'insufficient_funds', text: 'The account has no credit' }),
      bad_credentials: all(401, undefined),
      throttled: all(429, { code: 'too_many_requests', text: 'Rate limit exceeded' }),
      server_error: all(500, { code: 'internal_error', text: 'Internal error' }),
    },
  },
  clicksend: {
    path: '/v3/sms/send',
    auth: 'Basic',
    contentType: 'application/json',
    numbers: '+',
    read: ({ messages }) => {
      const { to, from, body } = object(first(messages)) ?? {}
      return { to: text(to), from: text(from), text: text(body) }
    },
    accept: clickSendMessage('SUCCESS'),
    acceptWithoutId: { status: 200, body: { http_code: 200, response_code: 'SUCCESS', data: { messages: [] } } },
    whoAmI: {
      path: '/v3/account',
      body: (account) => ({
        http_code: 200,
        response_code: 'SUCCESS',
        response_msg: "Here's your account",
        data: { user_id: 1, username: account, active: 1, banned: 0, balance: '5.002670' },
      }),
    },
    refuse: {
      invalid_number: clickSendMessage('INVALID_RECIPIENT'),
      unreachable: clickSendMessage('COUNTRY_NOT_ENABLED'),
      account_blocked: clickSendMessage('INSUFFICIENT_CREDIT'),
      bad_credentials: clickSendEnvelope(401, 'UNAUTHORIZED', 'Authorization failed.'),
      throttled: clickSendEnvelope(429, 'TOO_MANY_REQUESTS', 'Too many requests.'),
      server_error: clickSendEnvelope(500, 'INTERNAL_SERVER_ERROR', 'An error occurred.'),
    },
  },
}

/** `Wed, 15 Jan 2025 10:30:00 +0000`, as Twilio writes times. */
function rfc2822(): string {
  const at = Temporal.Now.zonedDateTimeISO('UTC')
  const day = at.toLocaleString('en-US', { weekday: 'short' })
  const month = at.toLocaleString('en-US', { month: 'short' })
  const clock = at.toPlainTime().toString({ smallestUnit: 'second' })
  return `${day}, ${String(at.day).padStart(2, '0')} ${month} ${at.year} ${clock} +0000`
}
