import { strict as assert } from 'node:assert'
import { randomUUIDv7 } from 'node:crypto'
import type { Tx } from '../db/db.ts'
import { type AuditRow, appendAudit } from '../events/audit.store.ts'
import { appendEvents } from '../events/outbox.store.ts'
import { writeRoutes } from '../routing/route.store.ts'
import { Fault } from '../shared/fault.ts'
import { beginChecks } from './checklist.ts'
import { type Action, commandOf } from './command.ts'
import { LIFECYCLES, lifecycleEvent, type Trigger, wordsOf } from './lifecycle.ts'
import { queueMessages } from './message.store.ts'
import { messageOf } from './outgoing.ts'
import { changeState, insertEvents, type NewEvent, takeEventNumbers } from './port.store.ts'
import type { Command, Port } from './port.ts'
import { PORTING_STATES } from './port-in.machine.ts'
import { type Basis, findAnswerDue, recordBasis, setGuard } from './port-out.store.ts'
import type { Porting } from './porting.ts'
import { INCORRECT_ACCOUNT_TYPE } from './rejection.ts'
import { routesTo } from './serving.ts'
import { resubmit } from './submit.ts'
import { endTimers, startTimer } from './timer.store.ts'
import { deadlineIn } from './timers.ts'
import type { Said } from './words.ts'

export type EdgeCause = Said & {
  /** Where the edge came in: np_api, pxs, clock, guard. */
  readonly surface: AuditRow['surface']
  /** The stored message that says so. */
  readonly messageId?: string
  /** Routing number of a `ported` message; the gaining operator's own when absent. */
  readonly routingNumber?: string | undefined
  /** When the numbers moved, as a `ported` message says; now when absent. */
  readonly portedAt?: Temporal.Instant | undefined
  /** Why a port-out is authorised or refused; an edge that decides is not taken without (I20). */
  readonly basis?: Basis
}

type Taken = { readonly port: Port; readonly eventNumber: number }

/**
 * Takes one edge of a port that the caller has locked: asks the table of its direction, then writes state, log, message, timer,
 * routes, event and audit with the caller's transaction.
 *
 * Fault: illegal_transition.
 */
export async function takeEdge(porting: Porting, tx: Tx, port: Port, on: Trigger, cause: EdgeCause): Promise<Taken> {
  const move = LIFECYCLES[port.direction].machine.next(port.state, on)
  if (!move) throw illegal(port, on)
  const at = porting.now()
  const failure = cause.code === undefined ? undefined : { code: cause.code, text: cause.text ?? null }
  const isFinal = failure !== undefined && move.to === 'Rejected'
  const moved: Port = {
    ...port,
    state: move.to,
    updatedAt: at,
    ...(isFinal && { failureReason: failure.code, failureText: failure.text }),
  }

  await changeState(tx, port.id, { from: port.state, to: move.to, at, ...(isFinal && { failure }) })
  const eventNumber = await writeLog(porting, tx, { from: port, moved, on, actions: move.actions, cause })
  await moveTimers(porting, tx, moved, on)
  if (port.direction === 'out') await settleDecision(tx, moved, move.actions, cause)
  if (move.actions.includes('set_routes')) await setRoutes(porting, tx, moved, cause)
  if (move.to === 'Number_Ported') await beginChecks(porting, tx, moved)
  await tell(porting, tx, port, moved, on, cause)
  if (move.actions.includes('resubmit_if_account_type') && mayResubmit(port, cause)) await resubmit(porting, tx, moved)
  return { port: moved, eventNumber }
}

/** One toggle a chain: only the first port of a chain is resubmitted (contract O-30). */
function mayResubmit(port: Port, cause: EdgeCause): boolean {
  return cause.code === INCORRECT_ACCOUNT_TYPE && port.chainId === port.id
}

function illegal(port: Port, on: Trigger): Fault {
  const allowed = LIFECYCLES[port.direction].machine.rows
    .filter(([, trigger]) => trigger === on)
    .map(([from]) => `${from} (${PORTING_STATES[from]})`)
  const deed = on.split(':')[1]
  return new Fault(
    'illegal_transition',
    `${port.msgidentifier} is in ${port.state} (${PORTING_STATES[port.state]}); ${deed} is possible only in ${allowed.join(', ')}`,
  )
}

type Step = {
  readonly from: Port
  readonly moved: Port
  readonly on: Trigger
  readonly actions: readonly Action[]
  readonly cause: EdgeCause
}

/** The edge's line of the log, and our message with it; where the edge itself was heard, our answer has a line of its own. */
async function writeLog(porting: Porting, tx: Tx, { from, moved, on, actions, cause }: Step): Promise<number> {
  const words = wordsOf(moved, on)
  const command = commandOf(actions, cause)
  const eventNumber = await takeEventNumbers(tx, moved.id, 1)
  const edge: NewEvent = {
    portId: moved.id,
    number: eventNumber,
    at: moved.updatedAt,
    msgtype: words.msgtype,
    direction: words.direction,
    log: words.log(moved, cause),
    saidBy: cause.by,
    edge: { heard: on, from: from.state, to: moved.state },
    ...(cause.messageId && { messageId: cause.messageId }),
  }
  if (command && words.direction === 'sent') {
    const { messageId } = await send(porting, tx, moved, command, eventNumber)
    await insertEvents(tx, [{ ...edge, messageId }])
    return eventNumber
  }
  await insertEvents(tx, [edge])
  if (command) await answer(porting, tx, moved, command)
  return eventNumber
}

/** Queues a message about a port that needs no edge of its own, with its line in the log. */
export async function answer(porting: Porting, tx: Tx, port: Port, command: Command): Promise<void> {
  const number = await takeEventNumbers(tx, port.id, 1)
  const { messageId, msgtype } = await send(porting, tx, port, command, number)
  const log = 'result' in command && command.result === 'reject' ? `Refused: ${command.text ?? ''}` : 'Accepted'
  const at = porting.now()
  await insertEvents(tx, [{ portId: port.id, number, at, msgtype, direction: 'sent', log, saidBy: 'rule', messageId }])
}

async function send(porting: Porting, tx: Tx, port: Port, command: Command, eventNumber: number) {
  const messageId = randomUUIDv7()
  const message = messageOf(porting, port, command, { id: messageId, eventNumber })
  await queueMessages(tx, [message])
  return { messageId, msgtype: message.msgtype }
}

async function moveTimers(porting: Porting, tx: Tx, port: Port, on: Trigger): Promise<void> {
  await endTimers(tx, port.id, on.startsWith('pxs:') ? 'answered' : 'moot', port.updatedAt)
  const deadline = deadlineIn(porting.market, port.state, port.numberType, port.updatedAt)
  if (!deadline) return
  // a decision of ours that was not taken does not make the window longer
  const isOurs = port.direction === 'out' && deadline.kind === 'authorisation'
  const dueAt = isOurs ? await findAnswerDue(tx, port.id) : deadline.dueAt
  await startTimer(tx, { id: randomUUIDv7(), portId: port.id, startedAt: port.updatedAt, ...deadline, dueAt })
}

/** Keeps why a port-out was decided as it was, and takes it off the guard's hands. */
async function settleDecision(tx: Tx, port: Port, actions: readonly Action[], cause: EdgeCause): Promise<void> {
  if (actions.includes('record_basis')) {
    assert(cause.basis, `a port-out is decided without a basis: ${port.msgidentifier}`)
    await recordBasis(tx, port.id, cause.basis, { by: cause.by, at: port.updatedAt })
  }
  if (actions.includes('hold_for_person')) await setGuard(tx, port.id, 'held', cause.text)
  else await setGuard(tx, port.id, 'settled')
}

/** Routes the range to its new operator; numbers that come home to their own block need no route (I9, O-43). */
async function setRoutes(porting: Porting, tx: Tx, port: Port, cause: EdgeCause): Promise<void> {
  const operator = LIFECYCLES[port.direction].gaining(port, porting.market.operator)
  const origin = {
    source: 'port' as const,
    cause: port.msgidentifier,
    by: cause.by,
    at: routedSince(port, cause),
  }
  const runs = routesTo(porting.market, operator, port, cause.routingNumber)
  await writeRoutes(
    tx,
    runs.map((run) => ({ ...run, ...origin })),
  )
}

/** A later message about the numbers is compared with it, so what the clearinghouse says goes before when it came; never after now. */
function routedSince({ updatedAt }: Port, { portedAt = updatedAt }: EdgeCause): Temporal.Instant {
  return Temporal.Instant.compare(portedAt, updatedAt) < 0 ? portedAt : updatedAt
}

async function tell(porting: Porting, tx: Tx, from: Port, port: Port, on: Trigger, cause: EdgeCause): Promise<void> {
  const type = wordsOf(port, on).event
  if (type) await appendEvents(tx, [lifecycleEvent(porting.market, type, port)], porting.subscriptions)
  await appendAudit(tx, [
    {
      at: port.updatedAt,
      actor: cause.by,
      surface: cause.surface,
      action: `port_${port.direction}.moved`,
      subject: port.msgidentifier,
      reason: cause.text,
      detail: { on, from: from.state, to: port.state, ...(cause.basis && { basis: cause.basis.kind }) },
    },
  ])
  porting.log.info({ port: port.msgidentifier, from: from.state, on, to: port.state }, 'port moved')
}
