import { randomUUIDv7 } from 'node:crypto'
import type { Tx } from '../../db/db.ts'
import { parseNumber } from '../../numbers/market.ts'
import { hear, hearAgain } from '../../porting/hear.ts'
import { hearTerminated } from '../../porting/hear-elsewhere.ts'
import {
  describeInbound,
  findParked,
  findPortsToHearAgain,
  findSent,
  findUnsettled,
  isRepeated,
  keepInbound,
  lockInbound,
  parkOn,
  putOff,
  settleInbound,
} from '../../porting/message.store.ts'
import { hearNumberInfo, hearQuestionRefused } from '../../porting/number-info.ts'
import type { Hearing } from '../../porting/port.ts'
import { hearRequest } from '../../porting/port-out-request.ts'
import type { Porting } from '../../porting/porting.ts'
import { eachOnItsOwn } from '../../shared/each.ts'
import { Fault } from '../../shared/fault.ts'
import { inParallel } from '../../shared/parallel.ts'
import { MSGTYPES } from './encode.ts'
import { heardOf, rangesOf, strangeSeries, textOf } from './hear.ts'
import { rawOf, requestOf } from './hear-donor.ts'
import type { PxsBodyOf, PxsHeader, PxsMessage } from './messages.codec.ts'
import { PXS_PROFILE } from './profile.ts'
import { decodePxs, encodePxsAck } from './pxs.codec.ts'

const CLEARINGHOUSE = 'pxs'
/** How long a message may lie stored but unsettled before another worker takes it up. */
const ABANDONED_SECONDS = 5
const ROUND = 100
/** Ports whose parked messages are heard at once: each holds a connection, and the pool is for the callers too. */
const AT_ONCE = 4

export type Raw = {
  readonly body: Buffer
  /** Whether `body` is only the beginning of what was sent, which was too long to keep. */
  readonly isTruncated?: boolean
  readonly contentType: string
  readonly peer: string
}
export type Acknowledgement = { readonly contentType: string; readonly body: Buffer }

/**
 * Takes one delivery of the clearinghouse: stored as bytes first, then read, then done once in effect. The acknowledgement
 * is given only after the commit; a repeated message is acknowledged as such and does nothing (contract O-51).
 *
 * Fault: message_malformed; it is kept all the same.
 */
export async function receive(porting: Porting, raw: Raw): Promise<Acknowledgement> {
  const id = randomUUIDv7()
  await keepInbound(porting.db, { id, clearinghouse: CLEARINGHOUSE, at: porting.now(), ...raw })
  if (raw.isTruncated)
    return refuseMalformed(porting, id, `it is longer than the ${raw.body.length} bytes that are kept`)
  return acknowledge(porting, { id, body: raw.body })
}

/**
 * Takes up messages that a process stored and did not live to settle. One that cannot be settled keeps none of the others back;
 * it is tried again, and the job fails until it can.
 *
 * @returns how many were settled
 */
export async function receiveAbandoned(porting: Porting): Promise<number> {
  const before = porting.now().subtract({ seconds: ABANDONED_SECONDS })
  const takeUp = async (kept: Kept): Promise<void> => {
    try {
      await acknowledge(porting, kept)
    } catch (refusal) {
      // A malformed message was settled as such; nobody waits for its answer any more.
      if (refusal instanceof Fault && refusal.code === 'message_malformed') return
      await putOff(porting.db, kept.id, porting.now())
      throw refusal
    }
  }
  return eachOnItsOwn(await findUnsettled(porting.db, before, ROUND), takeUp, () => porting.db.isUp())
}

type Kept = { readonly id: string; readonly body: Buffer }
type Settled = { readonly msgid: string; readonly isDuplicate: boolean }

async function acknowledge(porting: Porting, kept: Kept): Promise<Acknowledgement> {
  const { msgid, isDuplicate } = await settle(porting, kept)
  return {
    contentType: 'application/xml; charset=utf-8',
    body: encodePxsAck({ msgid, result: 'accept', isDuplicate, errors: [] }),
  }
}

async function settle(porting: Porting, { id, body }: Kept): Promise<Settled> {
  const decoded = decodePxs(body)
  switch (decoded.kind) {
    case 'message':
      return once(porting, id, headerOf(decoded.message), (tx) => dispatch(porting, tx, id, decoded.message))
    case 'unknown':
      return once(porting, id, decoded.header, async () => {
        porting.log.error({ msgtype: decoded.header.msgtype, msgid: decoded.header.msgid }, 'unknown message type kept')
        return { state: 'unknown', note: `unknown message type ${decoded.header.msgtype}` }
      })
    case 'ack':
    case 'malformed': {
      const reason = decoded.kind === 'ack' ? 'an acknowledgement where a message is expected' : decoded.reason
      return refuseMalformed(porting, id, reason)
    }
  }
}

async function refuseMalformed(porting: Porting, id: string, reason: string): Promise<never> {
  await settleInbound(porting.db, id, { state: 'malformed', note: reason, at: porting.now() })
  porting.log.error({ reason }, 'malformed message kept')
  throw new Fault('message_malformed', `the message was kept but cannot be read: ${reason}`)
}

type Outcome = {
  readonly state: Hearing['verdict'] | 'unknown'
  readonly note: string
  readonly portId?: string | undefined
  readonly eventNumber?: number | undefined
}

/** Does `effect` unless (clearinghouse, sender, msgid) was done before; the claim and the effect commit together. */
async function once(
  porting: Porting,
  id: string,
  header: PxsHeader,
  effect: (tx: Tx) => Promise<Outcome>,
): Promise<Settled> {
  const { msgid } = header
  const sender = header.sender.operator
  let moved: string | undefined
  const isDuplicate = await porting.db
    .tx(async (tx) => {
      moved = undefined
      const before = await lockInbound(tx, id)
      // Another worker has taken up this very copy meanwhile: what it wrote stands.
      if (before !== 'received') return before === 'duplicate'
      if (await isRepeated(tx, { clearinghouse: CLEARINGHOUSE, sender, msgid })) return true
      await settleInbound(tx, id, { state: 'noted', note: 'taken', sender, msgid, at: porting.now() })
      const outcome = await effect(tx)
      await describeInbound(tx, id, { ...found(header, outcome) })
      await settleInbound(tx, id, { state: outcome.state, note: outcome.note, at: porting.now() })
      if (outcome.state === 'applied' && outcome.portId) moved = header.msgidentifier
      return false
    })
    .catch((error: unknown) => {
      if (isTakenAtOnce(error)) return true
      throw error
    })
  if (isDuplicate) {
    await settleInbound(porting.db, id, {
      state: 'duplicate',
      note: `${sender} ${msgid} was taken before`,
      at: porting.now(),
    })
  }
  if (moved !== undefined) await hearWaiting(porting, moved)
  return { msgid, isDuplicate }
}

/** Another worker settled the same message at the same moment: the index `inbound_once` refused ours. */
function isTakenAtOnce(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'inbound_once'
}

function found(header: PxsHeader, { portId, eventNumber }: Outcome) {
  const { msgid, msgtype, msgidentifier } = header
  const nnn = eventNumber === undefined ? undefined : String(eventNumber).padStart(3, '0')
  return { msgid, msgtype, msgidentifier, portId, filename: nnn && `${msgidentifier}_${nnn}_${msgtype}.xml` }
}

function headerOf({ body, ...envelope }: PxsMessage): PxsHeader {
  return { ...envelope, msgtype: body.kind }
}

async function dispatch(porting: Porting, tx: Tx, id: string, message: PxsMessage): Promise<Outcome> {
  const { body, msgidentifier } = message
  switch (body.kind) {
    case 'terminated': {
      const strange = strangeSeries(porting.market, body.series)
      if (strange.length > 0) return { state: 'refused', note: `${textOf(strange)} is no range of this market` }
      const ranges = rangesOf(porting.market, body.series)
      const { currentOperator, effectiveAt } = body
      const about = { msgidentifier: msgidentifier ?? message.msgid, ranges, currentOperator, effectiveAt }
      return outcomeOf(await hearTerminated(porting, tx, about))
    }
    case 'numberinfo_response': {
      const number = parseNumber(porting.market, body.number)
      return outcomeOf(await hearNumberInfo(porting, tx, { number, answer: rawOf(body, PXS_PROFILE) }))
    }
    case 'error':
      return hearError(porting, tx, id, message, body)
  }
  if (msgidentifier === undefined) return { state: 'refused', note: `${body.kind} without a msgidentifier` }
  if (body.kind === 'authorisation_request') {
    const request = requestOf(porting.market, body)
    return outcomeOf(await hearRequest(porting, tx, { id, msgidentifier, request }))
  }
  const heard = heardOf(porting.market, body, undefined)
  if (!heard) return { state: 'unknown', note: `${body.kind} is not for us` }
  return outcomeOf(await hear(porting, tx, { id, msgidentifier, msgtype: body.kind, heard }))
}

/**
 * An error is about one of our messages: what it undoes depends on which. One that names a message of another port is not believed;
 * what has been asked anew since is not undone.
 */
async function hearError(
  porting: Porting,
  tx: Tx,
  id: string,
  { msgidentifier }: PxsMessage,
  body: PxsBodyOf<'error'>,
): Promise<Outcome> {
  const sent = await findSent(tx, body.erroredMsgid)
  const heard = heardOf(porting.market, body, sent?.isNewest ? sent.msgtype : undefined)
  const text = body.errors.map(({ errorCode, description }) => `${errorCode}: ${description}`).join('; ')
  if (sent?.msgtype === MSGTYPES.numberinfo_request)
    return outcomeOf(await hearQuestionRefused(porting, tx, { messageId: sent.id, text }))
  if (msgidentifier === undefined || !heard) {
    porting.log.error({ sent: sent?.msgtype, reason: text }, 'error of the clearinghouse about no port')
    return { state: 'refused', note: `error without a msgidentifier: ${text}` }
  }
  if (sent?.msgidentifier && sent.msgidentifier !== msgidentifier) {
    const note = `error about ${msgidentifier} names ${body.erroredMsgid}, a message of ${sent.msgidentifier}: ${text}`
    porting.log.error({ port: msgidentifier, reason: note }, 'message refused and flagged')
    return { state: 'refused', note }
  }
  return outcomeOf(await hear(porting, tx, { id, msgidentifier, msgtype: body.kind, heard }))
}

function outcomeOf({ verdict, ...rest }: Hearing): Outcome {
  return { state: verdict, ...rest }
}

/** Hears what came too early, until nothing more fits. @returns how many were heard */
async function settleParked(porting: Porting, tx: Tx, msgidentifier: string): Promise<number> {
  let heardCount = 0
  for (let before = -1; before !== heardCount; ) {
    before = heardCount
    for (const kept of await findParked(tx, msgidentifier)) {
      const decoded = decodePxs(kept.body)
      if (decoded.kind !== 'message') continue
      const { body, ...header } = decoded.message
      const heard = heardOf(porting.market, body, undefined)
      const message = heard && { id: kept.id, msgidentifier, msgtype: body.kind, heard }
      const hearing = message && (await hearAgain(porting, tx, message))
      if (!hearing) continue
      // what came before its port was known gets its place, and its file name, now
      if (kept.portId === null)
        await describeInbound(tx, kept.id, found({ ...header, msgtype: body.kind }, outcomeOf(hearing)))
      await settleInbound(tx, kept.id, { state: hearing.verdict, note: hearing.note, at: porting.now() })
      heardCount += 1
    }
  }
  return heardCount
}

/**
 * After the commit of an edge: hears what came too early before. What cannot be settled keeps the edge from nothing; the job tries
 * it again.
 */
export async function hearWaiting(porting: Porting, msgidentifier: string): Promise<void> {
  try {
    if ((await findParked(porting.db, msgidentifier)).length > 0) await hearParkedOf(porting, msgidentifier)
  } catch (error) {
    porting.log.error({ port: msgidentifier, err: error }, 'parked messages could not be heard; they are tried again')
  }
}

/** @returns how many were heard */
async function hearParkedOf(porting: Porting, msgidentifier: string): Promise<number> {
  try {
    return await porting.db.tx(async (tx) => {
      const count = await settleParked(porting, tx, msgidentifier)
      await parkOn(tx, msgidentifier, porting.now())
      return count
    })
  } catch (error) {
    await porting.db.tx((tx) => parkOn(tx, msgidentifier, porting.now())) // the others come first in the next round
    throw error
  }
}

/**
 * Hears parked messages of ports that a person, the guard or the clock has moved meanwhile, a few ports at once. One that fails keeps
 * none of the others back; the job fails then.
 *
 * @returns how many were heard
 */
export async function hearParked(porting: Porting): Promise<number> {
  const ports = await findPortsToHearAgain(porting.db, ROUND)
  const failures: unknown[] = []
  const counts = await inParallel(ports, AT_ONCE, async (msgidentifier) => {
    try {
      return await hearParkedOf(porting, msgidentifier)
    } catch (error) {
      failures.push(error) // thrown below, after the others
      return 0
    }
  })
  if (failures.length > 0) throw new Error(`${failures.length} of ${ports.length} failed`, { cause: failures[0] })
  return counts.reduce((sum, count) => sum + count, 0)
}
