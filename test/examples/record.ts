import { equal } from 'node:assert/strict'
import type { Tier } from '../../src/accounts/key.ts'
import type { Example, Examples } from '../../src/http/examples.ts'
import type { Answer } from '../support/np-api.ts'

/** How a request differs from that of an admin without a body. */
export type More = {
  readonly as?: Tier
  /** Sent as JSON; a text as it is. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * One request, whose answer is the example of its operation with this status. `{createKey.id}` in the address is that part of
 * the latest success of that operation.
 */
export type Ask = readonly [operation: string, status: number, request: string, more?: More]

/** What happens between two requests. */
export type Deed = () => Promise<unknown>

type Send = (method: string, path: string, more: More) => Promise<Answer>

/** Every answer names this request. It is also the id of what does not exist. */
export const REQUEST_ID = '0198c1de-5f7b-7aaa-8000-5d2f4d1c9a11'

/** What is different at each recording, and what stands in its place; identifiers are counted instead. */
// biome-ignore format: a table
const BY_CHANCE: readonly [what: RegExp, instead: string][] = [
  [/ptl_[0-9A-Za-z]{22}/g,                       'ptl_0123456789abcdefghijkl'],
  [/whs_[\w-]{32}/g,                             'whs_0123456789abcdefghijklmnopqrstuv'],
  [/\b[0-9a-f]{64}\b/g,                          '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  [/("next": ?)"[^"]*"/g,                        '$1"WyJwb3J0cyIsIjIwMjUtMDEtMTVUMTA6MzA6MDAuOTg3WiJd"'], // there are identifiers inside
]
const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g

/**
 * Asks in order and keeps the first answer of each operation and status; throws at one whose status is not that of the table.
 *
 * @param prefix - of the surface: `send` takes paths without it
 */
export async function recorded(prefix: string, steps: readonly (Ask | Deed)[], send: Send): Promise<Examples> {
  const examples: Record<string, Example> = {}
  const succeeded: Record<string, unknown> = {}
  for (const step of steps) {
    if (typeof step === 'function') {
      await step()
      continue
    }
    const [operation, status, request, more = {}] = step
    const [method = '', path = ''] = filledIn(request, succeeded).split(' ')
    const headers = { 'x-request-id': REQUEST_ID, ...more.headers }
    const answer = await send(method, path, { ...more, headers })
    equal(answer.status, status, `${operation}: ${method} ${path}: ${answer.text}`)
    const body = bodyOf(answer)
    if (status < 300) succeeded[operation] = body
    const { answers = {}, ...known } = examples[operation] ?? {}
    examples[operation] = {
      ...(status < 300 ? requestOf(`${prefix}${path}`, more, known) : known),
      answers: body === undefined ? answers : { [status]: body, ...answers },
    }
  }
  return withoutChance(examples)
}

type Request = Omit<Example, 'answers'>

/** The first address stays, and the first body of each type. */
function requestOf(address: string, { body, headers = {} }: More, known: Request): Request {
  const type = headers['content-type'] ?? 'application/json'
  const bodies = body === undefined ? known.bodies : { [type]: body, ...known.bodies }
  return { address, ...known, ...(bodies && { bodies }) }
}

/** undefined where there is none. */
function bodyOf({ text, headers }: Answer): unknown {
  if (text === '') return undefined
  return headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
}

function filledIn(request: string, succeeded: Readonly<Record<string, unknown>>): string {
  return request.replace(/\{([\w.]+)\}/g, (_, path: string) => {
    const value = path.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown>)?.[name], succeeded) // looked into by name; what is not there is refused below
    if (typeof value !== 'string') throw new Error(`nothing was answered at ${path}, which ${request} needs`)
    return encodeURIComponent(value)
  })
}

/** The same text at each recording: identifiers in the order of their first appearance, and what else chance has made. */
function withoutChance(examples: Examples): Examples {
  const known = new Map([[REQUEST_ID, REQUEST_ID]])
  const numbered = (id: string) => {
    const found = known.get(id) ?? `01946983-501b-7000-8000-${String(known.size).padStart(12, '0')}`
    known.set(id, found)
    return found
  }
  let text = JSON.stringify(examples)
  for (const [what, instead] of BY_CHANCE) text = text.replace(what, instead)
  return JSON.parse(text.replace(UUID, numbered))
}
