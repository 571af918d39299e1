import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Body, HTTP_PROVIDERS, type HttpProvider, type Reply, type Sms } from './http-provider.ts'
import type { Peers } from './peers.ts'
import { smsStoriesText, smsStoryOf } from './stories.ts'

const MAX_BODY_BYTES = 64 * 1024

const HELP = `SMS stand-ins: six providers over HTTP, each under its own first segment, and three over SMPP.

${Object.entries(HTTP_PROVIDERS)
  .map(([name, { path }]) => `POST /${name}${path}`)
  .join('\n')}
${Object.entries(HTTP_PROVIDERS)
  .map(([name, { whoAmI }]) => `GET  /${name}${whoAmI.path}`)
  .join('\n')}
GET  /sim/log    every message that was taken in, oldest first

The last two digits of the number choose what happens:

${smsStoriesText()}
`

export type SmsHttpServer = { readonly url: string; close(): Promise<void> }

export async function startHttpServer(peers: Peers, listenPort: number): Promise<SmsHttpServer> {
  const server = createServer((request, response) => {
    answer(request, response, peers).catch(() => response.destroy()) // the client has gone
  }).listen(listenPort, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the HTTP server listens on no TCP port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, peers: Peers): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  const [, name = '', rest = ''] = /^\/([a-z]+)(\/.*)$/.exec(path) ?? []
  const provider = Object.hasOwn(HTTP_PROVIDERS, name) ? HTTP_PROVIDERS[name] : undefined
  if (request.method === 'GET' && path === '/') return say(response, { status: 200, body: HELP })
  if (request.method === 'GET' && path === '/sim/log') return say(response, { status: 200, body: peers.log })
  if (provider && request.method === 'GET' && rest === provider.whoAmI.path.replace('{account}', peers.account)) {
    return say(response, accountOf(request.headers.authorization, provider, peers))
  }
  if (!provider || request.method !== 'POST' || rest !== provider.path.replace('{account}', peers.account)) {
    return say(response, { status: 404, body: { error: 'no such path' } })
  }
  if (!isAuthentic(request.headers.authorization, provider, peers)) {
    return say(response, provider.refuse.bad_credentials({}))
  }
  const sms = await read(request, provider)
  if (!isWhole(sms, provider)) return say(response, provider.refuse.invalid_number(sms))
  const story = smsStoryOf(sms.to)
  peers.received({ provider: name, ...sms, story })
  const { authorization = '' } = request.headers
  switch (story) {
    case 'accepted':
      return say(response, provider.accept(sms))
    case 'slow':
      return peers.later(() => say(response, provider.accept(sms)))
    case 'accepted_without_id':
      return say(response, provider.acceptWithoutId)
    case 'garbage':
      return say(response, { status: 200, body: '<html><body><h1>It works!</h1></body></html>' })
    case 'huge':
      return say(response, { status: 200, body: { padding: 'x'.repeat(1024 * 1024) } })
    case 'echoes_credentials':
      return say(response, { status: 403, body: { authorization, key: peers.key, url: encodeURIComponent(peers.key) } })
    case 'redirects':
      return say(response, { status: 307, body: '', headers: { location: `/${name}/elsewhere` } })
    case 'hangs_up':
      response.destroy()
      return
    case 'silent':
      return
    default:
      return say(response, provider.refuse[story](sms))
  }
}

/** Whoever asks with the right credentials sees the account; nothing is sent, and nothing stands in the log. */
function accountOf(header: string | undefined, provider: HttpProvider, peers: Peers): Reply {
  const { body, refusal } = provider.whoAmI
  if (isAuthentic(header, provider, peers)) return { status: 200, body: body(peers.account) }
  return refusal ? { status: 401, body: refusal } : provider.refuse.bad_credentials({})
}

function isAuthentic(header: string | undefined, { auth }: HttpProvider, { account, key }: Peers): boolean {
  if (auth === 'Bearer') return header === `Bearer ${key}`
  return header === `Basic ${Buffer.from(`${account}:${key}`).toString('base64')}`
}

async function read(request: IncomingMessage, { contentType, read: readBody }: HttpProvider): Promise<Partial<Sms>> {
  if (!request.headers['content-type']?.startsWith(contentType)) return {}
  let text = ''
  for await (const chunk of request) {
    text += chunk
    if (text.length > MAX_BODY_BYTES) return {}
  }
  const body = contentType === 'application/json' ? parse(text) : Object.fromEntries(new URLSearchParams(text))
  return (body && readBody(body)) ?? {}
}

function parse(text: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Body) : undefined // an object, by the check before
  } catch {
    return undefined // no JSON: the provider says that something is missing
  }
}

function isWhole(sms: Partial<Sms>, { numbers }: HttpProvider): sms is Sms {
  const right = numbers === '+' ? /^\+[1-9][0-9]{2,14}$/ : /^[1-9][0-9]{2,14}$/
  return right.test(sms.to ?? '') && Boolean(sms.from) && Boolean(sms.text)
}

function say(response: ServerResponse, { status, body, headers }: Reply): void {
  const isText = typeof body === 'string'
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers })
  response.end(isText ? body : body === undefined ? '' : JSON.stringify(body))
}
