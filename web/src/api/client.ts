import { currentKey } from './key.ts'
import { OPERATIONS, type Operations } from './operations.gen.ts'

export type OperationName = keyof Operations
export type Answer<Name extends OperationName> = Operations[Name]['answer']
/** What an operation takes; what it does not take cannot be given. */
export type Input<Name extends OperationName> = {
  readonly [Part in 'params' | 'query' | 'body' as Operations[Name][Part] extends undefined
    ? never
    : Part]: Operations[Name][Part]
}

/** The server said no, or nothing at all (status 0). `message` is its Reason, word for word. */
export class Refusal extends Error {
  readonly status: number
  /** The field that the native API blames, in its words. */
  readonly field: string | undefined
  constructor(status: number, reason: string, field?: string) {
    super(reason)
    this.name = 'Refusal'
    this.status = status
    this.field = field
  }
}

export type AskOptions = {
  readonly signal?: AbortSignal
  /** Why it is done: kept in the audit of the server. */
  readonly why?: string | undefined
}

/** Asks np_api or the native API. Throws a Refusal whenever the answer is not 200. */
export async function ask<Name extends OperationName>(
  name: Name,
  input: Input<Name>,
  options: AskOptions = {},
): Promise<Answer<Name>> {
  const [method, path] = OPERATIONS[name]
  // Input<Name> is made of these three parts at most; the mapped type cannot show it
  const { params = {}, query = {}, body } = input as { params?: Words; query?: Words; body?: unknown }
  const filled = path.replace(/\{(\w+)\}/g, (_, word: string) => encodeURIComponent(String(params[word])))
  // the server's own schema has shaped the answer, and the type is generated from it
  return (await askPath(method, `${filled}${searchOf(query)}`, { body, ...options })) as Answer<Name>
}

type Words = Readonly<Record<string, unknown>>

/** The same for a path that no document of ours lists. */
export async function askPath(
  method: string,
  path: string,
  { body, signal, why }: AskOptions & { readonly body?: unknown } = {},
): Promise<unknown> {
  const response = await send(method, path, { body, signal, why })
  if (!response.ok) throw await refusalOf(response)
  return isJson(response) ? await response.json() : await response.blob()
}

async function send(
  method: string,
  path: string,
  { body, signal, why }: { body: unknown; signal: AbortSignal | undefined; why: string | undefined },
): Promise<Response> {
  const headers = {
    ...authorisation(),
    // text is CSV: nothing else that we send is text
    ...(body === undefined ? {} : { 'content-type': typeof body === 'string' ? 'text/csv' : 'application/json' }),
    ...(why ? { 'x-audit-reason': asHeader(why) } : {}),
  }
  try {
    return await fetch(path, {
      method,
      headers,
      // the key is sent by us: what a browser knows of its own must not answer in its place
      credentials: 'omit',
      ...(signal && { signal }),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Refusal(
      0,
      'The server does not answer. What was asked may or may not have been done: look before you repeat it.',
    )
  }
}

export function authorisation(): Record<string, string> {
  const key = currentKey()
  return key === undefined ? {} : { 'x-api-key': key }
}

/** A header takes printable ASCII; what is outside of it is written plainly or without its accent, else as a question mark. */
function asHeader(text: string): string {
  return text
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[–—]/g, '-')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]+/g, '?')
}

function searchOf(query: Words): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

/** np_api says `Reason`, the native API a problem with `detail` and `field`; anything else is shown by its status. */
async function refusalOf(response: Response): Promise<Refusal> {
  const said: unknown = isJson(response) ? await response.json().catch(() => undefined) : undefined
  const words = typeof said === 'object' && said !== null ? Object.entries(said) : []
  const wordOf = (...names: readonly string[]): string | undefined =>
    words.find(([name, value]) => names.includes(name) && typeof value === 'string')?.[1]
  const plain = `The server answered ${response.status} ${response.statusText}`.trim()
  return new Refusal(response.status, wordOf('Reason', 'detail', 'message') ?? plain, wordOf('field'))
}

function isJson(response: Response): boolean {
  return /[/+]json\b/.test(response.headers.get('content-type') ?? '')
}
