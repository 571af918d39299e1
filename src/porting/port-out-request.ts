import { randomUUIDv7 } from 'node:crypto'
import type { Tx } from '../db/db.ts'
import { appendAudit } from '../events/audit.store.ts'
import { appendEvents } from '../events/outbox.store.ts'
import { namerOf, operatorOf } from '../numbers/market.ts'
import { type NumberRange, rangeText, sizeOf } from '../numbers/range.ts'
import { takeEdge } from './edge.ts'
import { lifecycleEvent } from './lifecycle.ts'
import { queueMessages } from './message.store.ts'
import { newPort } from './new-port.ts'
import { loneMessageOf } from './outgoing.ts'
import {
  advanceCounter,
  findLiveOverlaps,
  findPort,
  insertEvents,
  insertPorts,
  takeEventNumbers,
  takeTurn,
} from './port.store.ts'
import { type Hearing, NOWHERE, type Port, type PortOutRequest } from './port.ts'
import { insertPortOut } from './port-out.store.ts'
import type { Porting } from './porting.ts'
import { startTimer } from './timer.store.ts'
import { deadlineIn } from './timers.ts'

const GENERAL_REJECTION = 99

type Asked = { readonly id: string; readonly msgidentifier: string; readonly request: PortOutRequest }

/**
 * Hears another operator ask for numbers of ours: makes the port-out once, its answer window running and the guard called. What
 * cannot be a port is refused to its face; a range that a live port holds is recorded and refused (I2).
 */
export async function hearRequest(porting: Porting, tx: Tx, asked: Asked): Promise<Hearing> {
  const { request, msgidentifier } = asked
  const mistake = mistakeIn(porting, asked)
  const [range] = request.ranges
  if (mistake?.kind === 'not for us') return { verdict: 'refused', note: mistake.text, ...NOWHERE }
  // from here on one at a time, as for port-ins: two requests for one number cannot both pass (ADR 0008)
  await takeTurn(tx)
  const known = await findPort(tx, msgidentifier)
  if (known) return hearOnceMore(porting, tx, known, asked)
  if (mistake || !range) return refuseOutright(porting, tx, msgidentifier, mistake?.text ?? 'no number')
  const [holder] = await findLiveOverlaps(tx, [range])
  const port = await save(porting, tx, asked, range)
  if (holder) {
    const text = `the numbers are in the port ${holder.msgidentifier}, which is not finished`
    const basis = { kind: 'rule', detail: { rule: 'no second live port', port: holder.msgidentifier } } as const
    await takeEdge(porting, tx, port, 'guard:reject', {
      by: 'guard',
      surface: 'guard',
      code: GENERAL_REJECTION,
      text,
      basis,
    })
  }
  return {
    verdict: 'applied',
    note: holder ? `refused: in ${holder.msgidentifier}` : 'port-out made',
    portId: port.id,
    eventNumber: 1,
  }
}

type Mistake = { readonly kind: 'not for us' | 'cannot be'; readonly text: string }

function mistakeIn(
  { market }: Porting,
  { msgidentifier, request: { recipient, donor, ranges, isWhole, numberType } }: Asked,
): Mistake | undefined {
  const self = market.operator
  const namer = namerOf(msgidentifier)
  if (donor !== undefined && donor !== self) return { kind: 'not for us', text: `the donor is ${donor}, not ${self}` }
  if (recipient === self) return { kind: 'not for us', text: 'a request of our own came back' }
  // it would take an identifier that a port-in of ours is to have, and none could be made any more
  if (namer === self) return { kind: 'not for us', text: `${msgidentifier} is ours to give, not ${recipient}'s` }
  if (!operatorOf(market, recipient)) return { kind: 'cannot be', text: `${recipient} is no operator of this market` }
  if (namer !== recipient)
    return { kind: 'cannot be', text: `a request of ${recipient} is not called ${msgidentifier}` }
  const [range, ...others] = ranges
  if (!range || others.length > 0 || !isWhole)
    return { kind: 'cannot be', text: `the numbers are not one range of ${numberType} numbers of this market` }
  if (sizeOf(range) > market.limits.numbersPerRange)
    return { kind: 'cannot be', text: `more than ${market.limits.numbersPerRange} numbers` }
  return undefined
}

/** The same request under another msgid: kept in the log, and nothing else. */
async function hearOnceMore(porting: Porting, tx: Tx, port: Port, { id }: Asked): Promise<Hearing> {
  const number = await takeEventNumbers(tx, port.id, 1)
  const log = 'The request came once more; no effect'
  const said = { portId: port.id, number, at: porting.now(), msgtype: 'authorisation_request', log, messageId: id }
  await insertEvents(tx, [{ ...said, direction: 'received', saidBy: porting.market.clearinghouse }])
  return { verdict: 'noted', note: log, portId: port.id, eventNumber: number }
}

/** Silence could be taken for a yes, so even what is no port is answered. */
async function refuseOutright(porting: Porting, tx: Tx, msgidentifier: string, text: string): Promise<Hearing> {
  const command = { kind: 'authorisation_response', result: 'reject', code: GENERAL_REJECTION, text } as const
  await queueMessages(tx, [loneMessageOf(porting, command, msgidentifier)])
  const audit = { at: porting.now(), actor: 'guard', surface: 'pxs', action: 'port_out.refused_outright', reason: text }
  await appendAudit(tx, [{ ...audit, subject: msgidentifier }])
  porting.log.warn({ port: msgidentifier, reason: text }, 'port-out request refused outright')
  return { verdict: 'refused', note: `refused: ${text}`, ...NOWHERE }
}

async function save(
  porting: Porting,
  tx: Tx,
  { id: messageId, msgidentifier, request }: Asked,
  range: NumberRange,
): Promise<Port> {
  const { market } = porting
  const at = porting.now()
  const port = portOf(porting, { msgidentifier, request, range, publicId: await advanceCounter(tx, 'port_out_id', 1) })
  await insertPorts(tx, [port])
  const edge = { heard: 'request', from: null, to: port.state }
  const log = `Requested by ${port.counterparty}`
  const birth = {
    portId: port.id,
    number: 1,
    at,
    msgtype: 'authorisation_request',
    log,
    saidBy: port.createdBy,
    edge,
    messageId,
  }
  await insertEvents(tx, [{ ...birth, direction: 'received' }])
  const window = deadlineIn(market, port.state, port.numberType, at)
  if (!window) throw new Error(`no answer window in ${port.state}`)
  const told = request.answerDueAt
  const deadline = told ? { kind: window.kind, dueAt: told, rule: 'authorisation deadline of the request' } : window
  await insertPortOut(tx, { portId: port.id, answerDueAt: deadline.dueAt, at })
  await startTimer(tx, { id: randomUUIDv7(), portId: port.id, startedAt: at, ...deadline })
  await appendEvents(tx, [lifecycleEvent(market, 'port_out.requested', port)])
  const detail = { range: rangeText(range), recipient: port.counterparty, overridecooloff: port.isCoolOffOverridden }
  await appendAudit(tx, [
    { at, actor: port.createdBy, surface: 'pxs', action: 'port_out.requested', subject: msgidentifier, detail },
  ])
  porting.log.info({ port: msgidentifier, recipient: port.counterparty }, 'port-out requested')
  return port
}

type Known = {
  readonly msgidentifier: string
  readonly request: PortOutRequest
  readonly range: NumberRange
  readonly publicId: number
}

function portOf({ market, now }: Porting, { msgidentifier, request, range, publicId }: Known): Port {
  return {
    ...newPort(market.clearinghouse, now()),
    direction: 'out',
    publicId,
    msgidentifier,
    state: 'Waiting_for_Authorisation_Response',
    clearinghouse: market.clearinghouse,
    counterparty: request.recipient,
    range,
    numberType: request.numberType,
    accountType: request.accountType,
    contactNumber: request.contactNumber,
    email: request.email,
    isCoolOffOverridden: request.isCoolOffOverridden,
  }
}
