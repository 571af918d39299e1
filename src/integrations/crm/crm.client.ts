import { Agent, request } from 'undici'
import { textWithin } from '../../shared/bounded.ts'

/** What a CRM is told to do, and where the deployment has it. */
export const CRM_PATHS = ['login', 'refresh', 'activate', 'port_out', 'close'] as const
export type CrmPath = (typeof CRM_PATHS)[number]

export type CrmAccess = {
  readonly url: string
  readonly paths: Readonly<Record<CrmPath, string>>
  /** `login`: a token for user name and password, renewed when it is refused. `key`: the same header always. */
  readonly auth:
    | { readonly kind: 'login'; readonly username: string; readonly password: string }
    | { readonly kind: 'key'; readonly header: string; readonly key: string }
  readonly timeoutMilliseconds: number
}

/** What the CRM is told of a port; `status` in its own words for a port-out. */
export type CrmPort = {
  readonly msgidentifier: string
  readonly firstNumber: string
  readonly lastNumber: string
  readonly numberType: 'mobile' | 'fixed'
  readonly accountType: 'Prepaid' | 'Postpaid' | null
  /** The other operator. */
  readonly counterparty: string
  readonly at: Temporal.Instant
}

export type CrmAnswer =
  | { readonly kind: 'done'; readonly reference: string }
  | { readonly kind: 'failed'; readonly reason: string }

/** Never throws: a CRM that is down, or refuses, is an answer. Each call carries a key, so that it may be made again. */
export type CrmClient = {
  /** Logs in, and asks for nothing. A key is not tried: the CRM has no question that does nothing. */
  logIn(): Promise<{ readonly kind: 'done' | 'not_tried' } | Extract<CrmAnswer, { kind: 'failed' }>>
  /** Switches the customer's service on, under the numbers that have come. */
  activate(port: CrmPort): Promise<CrmAnswer>
  /** Says that a port-out has come to its end. */
  portOutStatus(port: CrmPort, status: string): Promise<CrmAnswer>
  /** Ends the service of numbers that have left, with the reason. */
  closeService(port: CrmPort, reason: string): Promise<CrmAnswer>
  close(): Promise<void>
}

const MAX_ANSWER_BYTES = 64 * 1024
const MAX_REASON_LENGTH = 300

/** A CRM in the manner of OmniCRM: JSON over HTTP, a token by login or a key in a header, paths by configuration. */
export function crmClient(access: CrmAccess): CrmClient {
  const dispatcher = new Agent({ connections: 8, connect: { timeout: access.timeoutMilliseconds } })
  const post = poster(access, dispatcher)
  const session = sessionOf(access, post)
  const tell = toldWith(access, post, session)
  return {
    async logIn() {
      if (access.auth.kind === 'key') return { kind: 'not_tried' }
      const headers = await session.headers()
      return 'failed' in headers ? { kind: 'failed', reason: headers.failed } : { kind: 'done' }
    },
    activate: (port) => tell('activate', port, {}),
    portOutStatus: (port, status) => tell('port_out', port, { status }),
    closeService: (port, reason) => tell('close', port, { reason }),
    close: () => dispatcher.destroy(),
  }
}

type Said = { readonly status: number; readonly text: string } | { readonly status: undefined; readonly text: string }
type Post = (path: CrmPath, headers: Readonly<Record<string, string>>, body: object) => Promise<Said>

function poster({ url, paths, timeoutMilliseconds }: CrmAccess, dispatcher: Agent): Post {
  const base = url.replace(/\/+$/, '')
  return async (path, headers, body) => {
    const signal = AbortSignal.timeout(timeoutMilliseconds)
    try {
      const answer = await request(`${base}${paths[path]}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
        body: JSON.stringify(body),
        dispatcher,
        signal,
      })
      return { status: answer.statusCode, text: await textWithin(answer.body, MAX_ANSWER_BYTES) }
    } catch (error) {
      if (signal.aborted) return { status: undefined, text: `no answer within ${timeoutMilliseconds} ms` }
      return { status: undefined, text: error instanceof Error ? error.message : 'the connection failed' }
    }
  }
}

/** Sends with whatever proves who we are; a token that is refused is renewed once. */
function toldWith(access: CrmAccess, post: Post, session: Session) {
  return async (path: CrmPath, port: CrmPort, more: object): Promise<CrmAnswer> => {
    const body = bodyOf(port, more)
    const key = { 'idempotency-key': `${port.msgidentifier}-${path}` }
    for (let tries = 1; ; tries++) {
      const headers = await session.headers()
      if ('failed' in headers) return { kind: 'failed', reason: headers.failed }
      const said = await post(path, { ...key, ...headers }, body)
      if (said.status !== 401 || tries === 2 || access.auth.kind === 'key') return answerOf(path, said)
      session.refused(headers.authorization)
    }
  }
}

function bodyOf({ firstNumber, lastNumber, ...port }: CrmPort, more: object): object {
  return {
    msgidentifier: port.msgidentifier,
    first_number: firstNumber,
    last_number: lastNumber,
    number_type: port.numberType,
    account_type: port.accountType,
    counterparty: port.counterparty,
    at: port.at.toString({ smallestUnit: 'second' }),
    ...more,
  }
}

function answerOf(path: CrmPath, { status, text }: Said): CrmAnswer {
  if (status === undefined) return { kind: 'failed', reason: `the CRM did not answer: ${text}` }
  if (status < 200 || status > 299)
    return { kind: 'failed', reason: `the CRM answered ${path} with ${said(status, text)}` }
  const body = parsed(text)
  if (body === undefined) return { kind: 'failed', reason: `the CRM answered ${path} with no JSON object` }
  // OmniCRM's own failures may stand under 200
  if (body.success === false || typeof body.error === 'string') {
    return { kind: 'failed', reason: `the CRM refused ${path}: ${String(body.error ?? body.message ?? 'no reason')}` }
  }
  return { kind: 'done', reference: String(body.id ?? body.reference ?? status) }
}

const said = (status: number, text: string) => `${status} ${text.slice(0, MAX_REASON_LENGTH).trim()}`.trim()

type Headers = Readonly<Record<string, string>> | { readonly failed: string }

type Session = ReturnType<typeof sessionOf>

/** The token, shared by all calls under way; asked for once, however many need it. */
function sessionOf({ auth }: CrmAccess, post: Post) {
  let token = ''
  let refreshToken = ''
  let renewing: Promise<string | undefined> | undefined

  const take = ({ status, text }: Said): string | undefined => {
    const body = status === 200 || status === 201 ? parsed(text) : undefined
    if (typeof body?.token !== 'string')
      return `the CRM did not let us in: ${status === undefined ? text : said(status, text)}`
    token = body.token
    refreshToken = typeof body.refresh_token === 'string' ? body.refresh_token : ''
    return undefined
  }
  const renew = async (): Promise<string | undefined> => {
    if (auth.kind === 'key') return undefined
    if (refreshToken !== '') {
      const refreshed = await post('refresh', {}, { refresh_token: refreshToken })
      refreshToken = ''
      if (take(refreshed) === undefined) return undefined
    }
    return take(await post('login', {}, { email: auth.username, password: auth.password }))
  }
  return {
    async headers(): Promise<Headers> {
      if (auth.kind === 'key') return { [auth.header.toLowerCase()]: auth.key }
      if (token === '') {
        renewing ??= renew().finally(() => {
          renewing = undefined
        })
        const problem = await renewing
        if (problem) return { failed: problem }
      }
      return { authorization: `Bearer ${token}` }
    },
    /** Another call may have renewed the token since. */
    refused(authorization: string | undefined) {
      if (authorization === `Bearer ${token}`) token = ''
    },
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined // the caller says what is missing
  }
}
