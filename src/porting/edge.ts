import { randomUUIDv7 } from 'node:crypto'
import type { Tx } from '../db/db.ts'
import { type AuditRow, appendAudit } from '../events/audit.store.ts'
import { appendEvents } from '../events/outbox.store.ts'
import { writeRoutes } from '../routing/route.store.ts'
import { Fault } from '../shared/fault.ts'
import { beginChecks } from './checklist.ts'
import { lifecycleEvent } from './lifecycle.ts'
import { queueMessages } from './message.store.ts'
import { messageOf } from './outgoing.ts'
import { changeState, insertEvents, takeEventNumbers } from './port.store.ts'
import type { Port } from './port.ts'
import { PORT_IN, PORTING_STATES, type PortInTrigger } from './port-in.machine.ts'
import { commandOf, type Said, WORDS } from './port-in-words.ts'
import type { Porting } from './porting.ts'
import { INCORRECT_ACCOUNT_TYPE } from './rejection.ts'
import { routeTo } from './serving.ts'
import { resubmit } from './submit.ts'
import { endTimers, startTimer } from './timer.store.ts'
import { deadlineIn } from './timers.ts'

export type EdgeCause = Said & {
  /** Where the edge came in: np_api, pxs, clock. */
  readonly surface: AuditRow['surface']
  /** The stored message that says so. */
  readonly messageId?: string
  /** Routing number of a `ported` message; the recipient's own when absent. */
  readonly routingNumber?: string | undefined
}

/**
 * Takes one edge of a port that the caller has locked: asks the table, then writes state, log line, message, timer, routes,
 * event and audit with the caller's transaction.
 *
 * Fault: illegal_transition.
 */
export async function takeEdge(
  porting: Porting,
  tx: Tx,
  port: Port,
  on: PortInTrigger,
  cause: EdgeCause,
): Promise<{ readonly port: Port; readonly eventNumber: number }> {
  const move = PORT_IN.next(port.state, on)
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
  const eventNumber = await takeEventNumbers(tx, port.id, 1)
  const sentId = await sendFor(porting, tx, moved, move.actions, cause, eventNumber)
  const words = WORDS[on]
  await insertEvents(tx, [
    {
      portId: port.id,
      number: eventNumber,
      at,
      msgtype: words.msgtype,
      direction: words.direction,
      log: words.log(moved, cause),
      saidBy: cause.by,
      edge: { heard: on, from: port.state, to: move.to },
      ...(sentId ? { messageId: sentId } : cause.messageId && { messageId: cause.messageId }),
    },
  ])
  await moveTimers(porting, tx, moved, on)
  if (move.actions.includes('set_routes')) await routeHere(porting, tx, moved, cause)
  if (move.to === 'Number_Ported') await beginChecks(porting, tx, moved)
  await tell(porting, tx, port, moved, on, cause)
  if (move.actions.includes('resubmit_if_account_type') && mayResubmit(port, cause)) await resubmit(porting, tx, moved)
  return { port: moved, eventNumber }
}

/** One toggle a chain: only the first port of a chain is resubmitted (contract O-30). */
function mayResubmit(port: Port, cause: EdgeCause): boolean {
  return cause.code === INCORRECT_ACCOUNT_TYPE && port.chainId === port.id
}

function illegal(port: Port, on: PortInTrigger): Fault {
  const allowed = PORT_IN.rows
    .filter(([, trigger]) => trigger === on)
    .map(([from]) => `${from} (${PORTING_STATES[from]})`)
  const deed = on.split(':')[1]
  return new Fault(
    'illegal_transition',
    `${port.msgidentifier} is in ${port.state} (${PORTING_STATES[port.state]}); ${deed} is possible only in ${allowed.join(', ')}`,
  )
}

async function sendFor(
  porting: Porting,
  tx: Tx,
  port: Port,
  actions: readonly Parameters<typeof commandOf>[0][],
  cause: EdgeCause,
  eventNumber: number,
): Promise<string | undefined> {
  const command = actions.map((action) => commandOf(action, cause)).find((found) => found !== undefined)
  if (!command) return undefined
  const id = randomUUIDv7()
  await queueMessages(tx, [messageOf(porting, port, command, { id, eventNumber })])
  return id
}

async function moveTimers(porting: Porting, tx: Tx, port: Port, on: PortInTrigger): Promise<void> {
  await endTimers(tx, port.id, on.startsWith('pxs:') ? 'answered' : 'moot', port.updatedAt)
  const deadline = deadlineIn(porting.market, port.state, port.numberType, port.updatedAt)
  if (!deadline) return
  await startTimer(tx, { id: randomUUIDv7(), portId: port.id, startedAt: port.updatedAt, ...deadline })
}

/** Routes the whole range to its new operator; a range that comes home to its own block needs no route (I9). */
async function routeHere(porting: Porting, tx: Tx, port: Port, cause: EdgeCause): Promise<void> {
  const self = porting.market.operator
  await writeRoutes(tx, [
    {
      range: port.range,
      route: routeTo(porting.market, self, port, cause.routingNumber),
      source: 'port',
      cause: port.msgidentifier,
      by: cause.by,
      at: port.updatedAt,
    },
  ])
}

async function tell(
  porting: Porting,
  tx: Tx,
  from: Port,
  port: Port,
  on: PortInTrigger,
  cause: EdgeCause,
): Promise<void> {
  const type = WORDS[on].event
  if (type) await appendEvents(tx, [lifecycleEvent(porting.market, type, port)], porting.subscriptions)
  await appendAudit(tx, [
    {
      at: port.updatedAt,
      actor: cause.by,
      surface: cause.surface,
      action: 'port_in.moved',
      subject: port.msgidentifier,
      reason: cause.text,
      detail: { on, from: from.state, to: port.state },
    },
  ])
  porting.log.info({ port: port.msgidentifier, from: from.state, on, to: port.state }, 'port moved')
}
