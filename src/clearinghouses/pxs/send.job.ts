import type { Tx } from '../../db/db.ts'
import { type EdgeWish, takeEdge, takeEdges } from '../../porting/edge.ts'
import { hearRefusal } from '../../porting/hear.ts'
import { LIFECYCLES, type Trigger } from '../../porting/lifecycle.ts'
import {
  acknowledgeMessages,
  claimDueMessages,
  type DueMessage,
  flagSent,
  postponeMessage,
  settleMessage,
} from '../../porting/message.store.ts'
import { hearQuestionRefused } from '../../porting/number-info.ts'
import { lockFreePortsById, lockPortById } from '../../porting/port.store.ts'
import type { Porting } from '../../porting/porting.ts'
import { combine } from '../../shared/combine.ts'
import { retryAt } from '../../shared/retry.ts'
import { turns } from '../../shared/turns.ts'
import { MSGTYPES } from './encode.ts'
import { hearWaiting } from './parked.ts'
import type { PxsClient } from './pxs.client.ts'

/** Messages that are under way at once, each on a connection of its own. */
const AT_ONCE = 16
/** How much longer than an attempt a claim holds, so that only a dead worker's claim lapses. */
const LEASE_MARGIN_SECONDS = 5

/** What an acknowledgement, or a refusal, of one of our messages says to the port. */
// biome-ignore format: a table
const ANSWERS: Readonly<Record<string, { readonly acknowledged?: Trigger; readonly refused?: Trigger }>> = {
  [MSGTYPES.authorisation_request]:  { acknowledged: 'pxs:acknowledged', refused: 'pxs:refused' },
  [MSGTYPES.instruction]:            { refused: 'pxs:instruction_refused' },
  [MSGTYPES.change]:                 { refused: 'pxs:changed' },
  [MSGTYPES.authorisation_response]: { refused: 'pxs:answer_refused' },
}

/** What a refusal leaves undone, because it counts for us and not for the clearinghouse: a person settles it there. */
const FOR_A_PERSON: ReadonlySet<string> = new Set([
  MSGTYPES.abort,
  MSGTYPES.authorisation_response,
  MSGTYPES.instruction_response,
  MSGTYPES.abort_response,
  MSGTYPES.termination_request,
])

export type Sender = {
  /**
   * Sends what is due, again and again until the clearinghouse acknowledges it. A message that hangs holds up no other.
   *
   * @returns how many messages were tried, and how many are under way: 0 when there was nothing to do
   */
  run(): Promise<number>
  /** Lets the attempts that are under way end. */
  stop(): Promise<void>
}

/**
 * @param timeoutSeconds - how long the client lets one attempt take
 * @param patienceMs - how long a run waits for the slowest of its attempts
 */
export function sender(porting: Porting, client: PxsClient, timeoutSeconds: number, patienceMs?: number): Sender {
  const leaseSeconds = timeoutSeconds + LEASE_MARGIN_SECONDS
  const acknowledge = combine<DueMessage, boolean>((batch) => acknowledgeTogether(porting, batch), AT_ONCE)
  const attempts = turns<string>('sending to the clearinghouse', patienceMs)
  const attempt = async (message: DueMessage): Promise<void> => {
    const answer = await client.send(message.body)
    if (answer.kind === 'failed') return postpone(porting, message, answer.reason)
    if (answer.kind === 'acknowledged' && (await acknowledge(message))) return
    await settle(porting, message, answer.kind, answer.kind === 'refused' ? answer.reason : undefined)
  }
  return {
    async run() {
      const busy = attempts.underWay()
      const limit = AT_ONCE - busy.length
      const due = limit > 0 ? await claimDueMessages(porting.db, { now: porting.now(), leaseSeconds, limit }) : []
      // a lease that ran out while the database was away may be of one that we have in hand still
      for (const message of due.filter(({ id }) => !busy.includes(id)))
        attempts.begin(message.id, () => attempt(message).then(() => 1))
      return attempts.pass()
    },
    stop: attempts.end,
  }
}

async function postpone(porting: Porting, { id, msgid, attempts }: DueMessage, reason: string): Promise<void> {
  porting.log.warn({ msgid, attempts, reason }, 'message not acknowledged')
  await postponeMessage(porting.db, id, retryAt(porting.now(), attempts), reason)
}

/**
 * Settles acknowledgements that come at the same time in one transaction; at most one message of a port is under way.
 *
 * @returns of each message whether it is settled; the others are in other hands, or one of them has failed: each is to be settled alone
 */
async function acknowledgeTogether(porting: Porting, messages: readonly DueMessage[]): Promise<boolean[]> {
  let settled: ReadonlySet<string>
  let moved: readonly string[]
  try {
    ;({ settled, moved } = await porting.db.tx((tx) => acknowledgeIn(porting, tx, messages)))
  } catch (error) {
    porting.log.warn({ err: error, messages: messages.length }, 'acknowledgements could not be settled together')
    return messages.map(() => false)
  }
  await hearWaiting(porting, moved)
  return messages.map(({ id }) => settled.has(id))
}

async function acknowledgeIn(porting: Porting, tx: Tx, messages: readonly DueMessage[]) {
  const ports = await lockFreePortsById(
    tx,
    messages.flatMap(({ portId }) => portId ?? []),
  )
  const free = new Map(ports.map((port) => [port.id, port]))
  const known = messages.filter(({ portId }) => portId === null || free.has(portId))
  const acknowledged = await acknowledgeMessages(
    tx,
    known.map(({ id }) => id),
    porting.now(),
  )
  const wishes = known.flatMap(({ id, portId, msgtype }): EdgeWish[] => {
    const port = portId === null ? undefined : free.get(portId)
    const on = ANSWERS[msgtype]?.acknowledged
    if (!acknowledged.has(id) || !port || !on || !LIFECYCLES[port.direction].machine.next(port.state, on)) return []
    return [{ port, on, cause: { by: port.clearinghouse, surface: 'pxs' } }]
  })
  await takeEdges(porting, tx, wishes)
  const moved = wishes.map(({ port }) => port.msgidentifier)
  // what another worker had settled already needs nothing more either
  return { settled: new Set(known.map(({ id }) => id)), moved }
}

/** Settles the answer to one message in a transaction of its own. */
async function settle(
  porting: Porting,
  message: DueMessage,
  answer: 'acknowledged' | 'refused',
  reason: string | undefined,
): Promise<void> {
  const moved = await porting.db.tx(async (tx) => {
    const port = message.portId === null ? undefined : await lockPortById(tx, message.portId)
    if (!(await settleMessage(tx, message.id, answer, porting.now(), reason ?? null))) return undefined
    if (answer === 'refused' && message.msgtype === MSGTYPES.numberinfo_request)
      await hearQuestionRefused(porting, tx, { messageId: message.id, text: reason ?? '' })
    const on = ANSWERS[message.msgtype]?.[answer]
    const hasEdge = port && on && LIFECYCLES[port.direction].machine.next(port.state, on)
    if (answer === 'refused' && !hasEdge && FOR_A_PERSON.has(message.msgtype)) await flagSent(tx, message.id)
    if (!port) return undefined
    if (!on || !hasEdge) {
      if (answer === 'refused')
        await hearRefusal(porting, tx, port, { msgtype: message.msgtype, text: reason ?? 'no reason', on })
      return undefined
    }
    const cause = {
      by: port.clearinghouse,
      surface: 'pxs' as const,
      text: reason,
      ...(answer === 'refused' && { code: 0 as const }),
    }
    await takeEdge(porting, tx, port, on, cause)
    return port.msgidentifier
  })
  if (moved !== undefined) await hearWaiting(porting, [moved])
  if (answer === 'refused') porting.log.error({ msgid: message.msgid, reason }, 'message refused by the clearinghouse')
}
