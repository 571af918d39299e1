import { Option } from 'commander'

/** Where the server is and who asks; every command that asks it takes these. */
export type Target = { readonly url: string; readonly key?: string; readonly json?: boolean }

export const TARGET_OPTIONS: readonly (() => Option)[] = [
  () => new Option('--url <address>', 'address of the server').env('NP_API_URL').default('http://127.0.0.1:8080'),
  () =>
    new Option('--key <key>', 'API key; better given by the environment, where other users do not see it').env(
      'NP_API_KEY',
    ),
  () => new Option('--json', 'print the answer as JSON'),
]

/** The server said no, or nothing. */
export class Refusal extends Error {
  readonly status: number

  constructor(status: number, detail: string) {
    super(detail)
    this.name = 'Refusal'
    this.status = status
  }
}

export type Answer = Readonly<Record<string, unknown>>

const TIMEOUT_MS = 60_000

/**
 * One request to `/np_api`, `/v1` or the simulator, which say what is wrong as `Reason`, `detail` and `reason`.
 *
 * @throws Refusal with the server's own words unless the answer is good
 */
export async function ask(
  { url, key }: Target,
  method: string,
  path: string,
  sent: {
    readonly body?: unknown
    readonly contentType?: string
    readonly headers?: Readonly<Record<string, string>>
  } = {},
): Promise<Answer> {
  const { body, contentType = 'application/json', headers = {} } = sent
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      ...headers,
      ...(key !== undefined && { 'x-api-key': key }),
      ...(body !== undefined && { 'content-type': contentType }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new Refusal(0, `${url} does not answer: ${reasonOf(cause)}`)
  })
  const text = await response.text()
  const answer = parsed(text)
  if (response.ok) return answer
  const said = answer.Reason ?? answer.detail ?? answer.reason ?? `${response.status} ${response.statusText}`
  throw new Refusal(response.status, String(said))
}

function parsed(text: string): Answer {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return { items: value }
    return typeof value === 'object' && value !== null ? (value as Answer) : {} // an object, as was just looked at
  } catch {
    return {} // no JSON: an empty answer, or a proxy's page
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message || String(error.cause) : error.message
}
