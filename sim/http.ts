import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Fault } from '../src/shared/fault.ts'
import { XML_LIMITS } from '../src/shared/xml.ts'
import { takeMessage } from './message.ts'
import { type PortOut, requestPortOut } from './port-out.ts'
import type { Stage } from './pxs.ts'
import { STORIES, storiesText } from './stories.ts'

/** Switched at run time, forgotten at the end. */
export type Faults = {
  /** Every message is answered 503, and none is delivered. */
  isDown: boolean
  /** How many of the next messages are refused in their acknowledgement. */
  refuse: number
  /** How many of the next messages are taken, but their acknowledgement is lost. */
  dropAcks: number
  /** The next message of this type, in either direction, is lost after it was taken or said; a sync_request brings ours back. */
  lose: string | undefined
}

type Call = { readonly stage: Stage; readonly url: URL; readonly body: string }
type Answer = { readonly status: number; readonly type: string; readonly body: string | Buffer }

const HELP = `PXS simulator: a clearinghouse and every other operator of one market.

POST /messages            a message of the profile (HTTP Basic); answered with an ack
GET  /sim/stories         what happens to which range, as JSON
GET  /sim/log             every message in and out, oldest first; ?msgidentifier=... for one port
GET  /sim/clock           the simulator's time
POST /sim/clock           {"advanceSeconds": 7200}
POST /sim/port-out        {"first": "5550200", "last": "5550209", "recipient": "DONOR", "accountType": "Prepaid"}
GET  /sim/faults          the fault switches
POST /sim/faults          {"down": true, "refuse": 2, "dropAcks": 1, "lose": "ported"}

The last two digits of the first number of a range choose its story:

${storiesText()}
`

const json = (status: number, value: unknown): Answer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value)}\n`,
})

/** The hand tools; POST /messages is apart, because it may end without an answer. */
const ROUTES: Readonly<Record<string, (call: Call) => Answer>> = {
  'GET /': () => ({ status: 200, type: 'text/plain; charset=utf-8', body: HELP }),
  'GET /sim/stories': () => json(200, Object.fromEntries(STORIES)),
  'GET /sim/log': ({ stage, url }) => {
    const wanted = url.searchParams.get('msgidentifier')
    return json(200, { messages: stage.world.log.filter((line) => wanted === null || line.msgidentifier === wanted) })
  },
  'GET /sim/clock': ({ stage }) => json(200, clockOf(stage)),
  'POST /sim/clock': ({ stage, body }) => {
    const { advanceSeconds: seconds } = objectIn(body)
    if (typeof seconds !== 'number' || !(seconds > 0) || seconds > 366 * 86_400) {
      throw new Fault('field_invalid', 'advanceSeconds must be a number above 0 and at most a year', 'advanceSeconds')
    }
    stage.commit([{ kind: 'clock', offsetMs: stage.world.offsetMs + Math.round(seconds * 1000) }])
    return json(200, clockOf(stage))
  },
  'POST /sim/port-out': ({ stage, body }) => {
    const { msgidentifier, entries } = requestPortOut(stage.cast, stage.world, portOutIn(body), stage.nowMs())
    stage.commit(entries)
    return json(200, { msgidentifier })
  },
  'GET /sim/faults': ({ stage }) => json(200, faultsOf(stage)),
  'POST /sim/faults': ({ stage, body }) => {
    const { down, refuse, dropAcks, lose } = objectIn(body)
    if (typeof down === 'boolean') stage.faults.isDown = down
    if (typeof refuse === 'number') stage.faults.refuse = refuse
    if (typeof dropAcks === 'number') stage.faults.dropAcks = dropAcks
    if (typeof lose === 'string') stage.faults.lose = lose || undefined
    return json(200, faultsOf(stage))
  },
}

/** @param onChange - called after each call that may have given the players something to do */
export function answerer(stage: Stage, onChange: () => void): RequestListener {
  return (request, response) => {
    answer(stage, request, response).then(onChange, (error: unknown) => {
      // A mistake of the simulator: it is told to the one who called and on stderr, and the next call is served.
      console.error(error)
      if (!response.headersSent) send(response, json(500, { reason: String(error) }))
    })
  }
}

async function answer(stage: Stage, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const bytes = await bodyOf(request)
  // whoever sits at this machine may turn the world; a page that he reads may not: browsers say which page a change is from
  if (request.method !== 'GET' && request.headers.origin !== undefined)
    return send(response, json(403, { reason: 'no page of a browser turns this world' }))
  if (bytes === undefined) return send(response, json(413, { reason: `longer than ${XML_LIMITS.maxBytes} bytes` }))
  if (request.method === 'POST' && url.pathname === '/messages') {
    if (stage.faults.isDown) return send(response, json(503, { reason: 'the clearinghouse is down' }))
    if (!isClient(stage, request.headers.authorization)) {
      response.setHeader('www-authenticate', 'Basic realm="pxs"')
      return send(response, json(401, { reason: 'who are you?' }))
    }
    const taken = takeMessage(stage, bytes)
    if (taken === 'lost') return void request.socket.destroy()
    return send(response, { status: taken.status, type: 'application/xml', body: taken.body })
  }
  const route = ROUTES[`${request.method} ${url.pathname}`]
  if (!route) return send(response, json(404, { reason: 'GET / says what there is' }))
  try {
    send(response, route({ stage, url, body: bytes.toString() }))
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault
    send(response, json(400, { reason: fault.message, ...(fault.field !== undefined && { field: fault.field }) }))
  }
}

function isClient({ client }: Stage, authorization: string | undefined): boolean {
  return authorization === `Basic ${Buffer.from(`${client.username}:${client.password}`).toString('base64')}`
}

/** @returns undefined when it is longer than any message may be */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length <= XML_LIMITS.maxBytes) chunks.push(chunk)
  }
  return length > XML_LIMITS.maxBytes ? undefined : Buffer.concat(chunks)
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type }).end(body)
}

function objectIn(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch {
    // Said below: it is one refusal for all that is no JSON object.
  }
  throw new Fault('body_invalid', 'the body must be a JSON object')
}

function portOutIn(body: string): PortOut {
  const { first, last = first, recipient, accountType } = objectIn(body)
  if (typeof first !== 'string' || typeof last !== 'string') {
    throw new Fault('field_invalid', 'first and last must be numbers as text', 'first')
  }
  if (recipient !== undefined && typeof recipient !== 'string')
    throw new Fault('field_invalid', 'recipient must be text', 'recipient')
  if (accountType !== undefined && accountType !== 'Prepaid' && accountType !== 'Postpaid') {
    throw new Fault('field_invalid', 'accountType must be Prepaid or Postpaid', 'accountType')
  }
  return { first, last, ...(recipient !== undefined && { recipient }), ...(accountType && { accountType }) }
}

function clockOf({ nowMs, world }: Stage) {
  return { now: Temporal.Instant.fromEpochMilliseconds(nowMs()).toString(), advancedSeconds: world.offsetMs / 1000 }
}

function faultsOf({ faults }: Stage) {
  return {
    down: faults.isDown,
    refuse: faults.refuse,
    dropAcks: faults.dropAcks,
    ...(faults.lose && { lose: faults.lose }),
  }
}
