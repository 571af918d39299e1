import type { Tx } from '../db/db.ts'
import { appendAudit } from '../events/audit.store.ts'
import { operatorOf } from '../numbers/market.ts'
import { rangeText } from '../numbers/range.ts'
import { writeRoutes } from '../routing/route.store.ts'
import { takeEdge } from './edge.ts'
import { insertEvents, lockPort, takeEventNumbers } from './port.store.ts'
import type { Heard, Hearing, Port } from './port.ts'
import { PORT_IN, PORTING_STATES, type PortInTrigger } from './port-in.machine.ts'
import type { Porting } from './porting.ts'
import { rejectionOf } from './rejection.ts'
import { routeTo } from './serving.ts'

/** A message about one dossier, as the clearinghouse's adapter understood it. */
export type Message = {
  readonly id: string
  readonly msgidentifier: string
  readonly msgtype: string
  readonly heard: Heard
}

/** Which edge a message asks for; undefined where it is only news for the log. */
// biome-ignore format: a table
const TRIGGERS: Record<Heard['kind'], PortInTrigger | undefined> = {
  authorised: 'pxs:authorised', rejected: 'pxs:rejected', instructed: 'pxs:instructed', instruction_refused: 'pxs:instruction_refused',
  request_refused: 'pxs:refused', changed: 'pxs:changed', ported: 'pxs:ported', timedout: 'pxs:timedout',
  abort_confirmed: undefined, error: undefined,
}

/**
 * Hears one message about a port-in, in the caller's transaction: takes the edge when the table has it; keeps the message for
 * later when the table has it further on; writes it down without effect when its time is past. Nothing is guessed.
 */
export async function hear(porting: Porting, tx: Tx, message: Message): Promise<Hearing> {
  const port = await lockPort(tx, message.msgidentifier)
  if (port?.direction !== 'in') return hearWithoutPort(porting, tx, message)
  const { heard } = message
  const mistake = mistakeIn(porting, port, heard)
  if (mistake) return note(porting, tx, port, message, { verdict: 'refused', log: mistake })
  const on = TRIGGERS[heard.kind]
  if (!on) return note(porting, tx, port, message, { verdict: 'noted', log: sentenceOf(heard) })
  if (PORT_IN.next(port.state, on)) {
    const { eventNumber } = await takeEdge(porting, tx, port, on, causeOf(porting, message))
    return { verdict: 'applied', note: `${port.state} ${on}`, portId: port.id, eventNumber }
  }
  const state = `${port.state} (${PORTING_STATES[port.state]})`
  if (isStillToCome(port, on)) {
    return note(porting, tx, port, message, {
      verdict: 'parked',
      log: `${message.msgtype} came in ${state}, before its time; kept until then`,
    })
  }
  return note(porting, tx, port, message, {
    verdict: 'noted',
    log: `${message.msgtype} came in ${state}, after its time; no effect`,
  })
}

/** Hears a parked message again; undefined while its time has not come. */
export async function hearAgain(porting: Porting, tx: Tx, message: Message): Promise<Hearing | undefined> {
  const port = await lockPort(tx, message.msgidentifier)
  const on = TRIGGERS[message.heard.kind]
  if (port && on && !PORT_IN.next(port.state, on) && isStillToCome(port, on)) return undefined
  return hear(porting, tx, message)
}

/** Whether a later state of this port takes the trigger. */
function isStillToCome(port: Port, on: PortInTrigger): boolean {
  return PORT_IN.rows.some(([from, trigger]) => trigger === on && PORT_IN.reaches(port.state, from))
}

/** A `ported` that names another recipient or other numbers than the port is never taken for it. */
function mistakeIn(porting: Porting, port: Port, heard: Heard): string | undefined {
  if (heard.kind !== 'ported') return undefined
  const { range } = heard
  const isSameRange = range.first === port.range.first && range.last === port.range.last
  if (!isSameRange) return `ported names ${rangeText(range)}, this port is about ${rangeText(port.range)}; no effect`
  const self = porting.market.operator
  return heard.recipient === self ? undefined : `ported names the recipient ${heard.recipient}, not ${self}; no effect`
}

function causeOf(porting: Porting, { id, heard }: Message) {
  return {
    by: porting.market.clearinghouse,
    surface: 'pxs' as const,
    messageId: id,
    ...('code' in heard && { code: rejectionOf(heard.code) }),
    ...('text' in heard && { text: heard.text }),
    ...(heard.kind === 'ported' && { routingNumber: heard.routingNumber }),
    ...(heard.kind === 'timedout' && { text: `phase ${heard.phase}` }),
  }
}

function sentenceOf(heard: Heard): string {
  return heard.kind === 'error'
    ? `The clearinghouse reports an error: ${heard.text}`
    : 'The clearinghouse confirmed the abort'
}

async function note(
  porting: Porting,
  tx: Tx,
  port: Port,
  message: Message,
  { verdict, log }: { readonly verdict: 'noted' | 'parked' | 'refused'; readonly log: string },
): Promise<Hearing> {
  const number = await takeEventNumbers(tx, port.id, 1)
  await insertEvents(tx, [
    {
      portId: port.id,
      number,
      at: porting.now(),
      msgtype: message.msgtype,
      direction: 'received',
      log,
      saidBy: porting.market.clearinghouse,
      messageId: message.id,
    },
  ])
  porting.log.warn(
    { port: port.msgidentifier, state: port.state, msgtype: message.msgtype, verdict },
    'message without an edge',
  )
  return { verdict, note: log, portId: port.id, eventNumber: number }
}

/** News of other operators' ports keeps the routing true; anything else about a port that we do not know is flagged. */
async function hearWithoutPort(porting: Porting, tx: Tx, message: Message): Promise<Hearing> {
  const { heard } = message
  const nowhere = { portId: undefined, eventNumber: undefined }
  if (heard.kind !== 'ported') return { verdict: 'refused', note: `no port ${message.msgidentifier} here`, ...nowhere }
  const self = porting.market.operator
  if (heard.recipient === self)
    return { verdict: 'refused', note: `ported to us, but no port ${message.msgidentifier} here`, ...nowhere }
  if (!operatorOf(porting.market, heard.recipient)) {
    return { verdict: 'refused', note: `ported to ${heard.recipient}, who is not in the market`, ...nowhere }
  }
  const by = porting.market.clearinghouse
  const at = porting.now()
  const numbers = { range: heard.range, numberType: heard.numberType }
  const route = routeTo(porting.market, heard.recipient, numbers, heard.routingNumber)
  await writeRoutes(tx, [{ range: heard.range, route, source: 'port', cause: message.msgidentifier, by, at }])
  const detail = { range: rangeText(heard.range), operator: heard.recipient }
  await appendAudit(tx, [
    { at, actor: by, surface: 'pxs', action: 'route.ported_elsewhere', subject: message.msgidentifier, detail },
  ])
  return { verdict: 'applied', note: `routes of ${rangeText(heard.range)} now at ${heard.recipient}`, ...nowhere }
}

/** Routes of numbers that a `terminated` message gives back to their block holder; a second removal changes nothing (O-44). */
export async function hearTerminated(
  porting: Porting,
  tx: Tx,
  { msgidentifier, ranges }: { readonly msgidentifier: string; readonly ranges: readonly Port['range'][] },
): Promise<Hearing> {
  const by = porting.market.clearinghouse
  const at = porting.now()
  await writeRoutes(
    tx,
    ranges.map((range) => ({ range, route: undefined, source: 'port' as const, cause: msgidentifier, by, at })),
  )
  const said = ranges.map(rangeText).join(', ')
  await appendAudit(tx, [
    { at, actor: by, surface: 'pxs', action: 'route.terminated', subject: msgidentifier, detail: { ranges: said } },
  ])
  return { verdict: 'applied', note: `routes of ${said} removed`, portId: undefined, eventNumber: undefined }
}
