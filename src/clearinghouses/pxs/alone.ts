import type { Tx } from '../../db/db.ts'
import { parseNumber } from '../../numbers/market.ts'
import { hear } from '../../porting/hear.ts'
import { hearTerminated } from '../../porting/hear-elsewhere.ts'
import { areRepeated, describeInbound, lockInbound, settleInbound } from '../../porting/inbound.store.ts'
import { findSent } from '../../porting/message.store.ts'
import { hearNumberInfo, hearQuestionRefused } from '../../porting/number-info.ts'
import { lockPort } from '../../porting/port.store.ts'
import { hearRequest } from '../../porting/port-out-request.ts'
import type { Porting } from '../../porting/porting.ts'
import { MSGTYPES } from './encode.ts'
import { errorText, rangesOf, strangeSeries, textOf } from './hear.ts'
import { rawOf, requestOf } from './hear-donor.ts'
import {
  aboutPort,
  aboutSent,
  asDuplicate,
  CLEARINGHOUSE,
  found,
  keyOf,
  type Legible,
  type Outcome,
  outcomeOf,
  type Settled,
} from './legible.ts'
import type { PxsBodyOf, PxsMessage } from './messages.codec.ts'
import { hearWaiting } from './parked.ts'
import { PXS_PROFILE } from './profile.ts'

/**
 * Settles one delivery in a transaction of its own: does what it says unless (clearinghouse, sender, msgid) was done before; the
 * claim and the effect commit together.
 */
export async function settleAlone(porting: Porting, legible: Legible): Promise<Settled> {
  const { id, header } = legible
  const { msgid, msgidentifier } = header
  const key = keyOf(legible)
  let moved: string | undefined
  const isDuplicate = await porting.db
    .tx(async (tx) => {
      moved = undefined
      const before = await lockInbound(tx, id)
      // Another worker has taken up this very copy meanwhile: what it wrote stands.
      if (before !== 'received') return before === 'duplicate'
      // the port before the claim, as where many are settled together: or two copies wait for each other
      if (msgidentifier !== undefined) await lockPort(tx, msgidentifier)
      const [isRepeated] = await areRepeated(tx, CLEARINGHOUSE, [key])
      if (isRepeated) return true
      await settleInbound(tx, [{ id, state: 'noted', note: 'taken', ...key, at: porting.now() }])
      const outcome = await effectOf(porting, tx, legible)
      await describeInbound(tx, [found(id, header, outcome)])
      await settleInbound(tx, [{ id, state: outcome.state, note: outcome.note, at: porting.now() }])
      if (outcome.state === 'applied' && outcome.portId) moved = msgidentifier
      return false
    })
    .catch((error: unknown) => {
      if (isTakenAtOnce(error)) return true
      throw error
    })
  if (isDuplicate) await settleInbound(porting.db, [{ id, ...asDuplicate(key), at: porting.now() }])
  if (moved !== undefined) await hearWaiting(porting, [moved])
  return { msgid, isDuplicate }
}

/** Another worker settled the same message at the same moment: the index `inbound_once` refused ours. */
function isTakenAtOnce(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'inbound_once'
}

async function effectOf(porting: Porting, tx: Tx, { id, header, message }: Legible): Promise<Outcome> {
  if (!message) {
    porting.log.error({ msgtype: header.msgtype, msgid: header.msgid }, 'unknown message type kept')
    return { state: 'unknown', note: `unknown message type ${header.msgtype}` }
  }
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
  const about = aboutPort(porting.market, id, message)
  return about ? outcomeOf(await hear(porting, tx, about)) : { state: 'unknown', note: `${body.kind} is not for us` }
}

/** An error about a port is heard; one about a question of ours answers it; any other is flagged. */
async function hearError(
  porting: Porting,
  tx: Tx,
  id: string,
  message: PxsMessage,
  body: PxsBodyOf<'error'>,
): Promise<Outcome> {
  const { msgidentifier } = message
  const sent = (await findSent(tx, [body.erroredMsgid])).get(body.erroredMsgid)
  const about = aboutSent(porting.market, id, message, sent)
  if (about) return outcomeOf(await hear(porting, tx, about))
  const text = errorText(body)
  if (sent?.msgtype === MSGTYPES.numberinfo_request)
    return outcomeOf(await hearQuestionRefused(porting, tx, { messageId: sent.id, text }))
  if (msgidentifier === undefined) {
    porting.log.error({ sent: sent?.msgtype, reason: text }, 'error of the clearinghouse about no port')
    return { state: 'refused', note: `error without a msgidentifier: ${text}` }
  }
  const note = `error about ${msgidentifier} names ${body.erroredMsgid}, a message of ${sent?.msgidentifier}: ${text}`
  porting.log.error({ port: msgidentifier, reason: note }, 'message refused and flagged')
  return { state: 'refused', note }
}
