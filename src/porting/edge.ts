import { strict as assert } from 'node:assert'
import { randomUUIDv7 } from 'node:crypto'
import type { Tx } from '../db/db.ts'
import { type AuditRow, appendAudit } from '../events/audit.store.ts'
import type { LifecycleEvent } from '../events/event.ts'
import { appendEvents } from '../events/outbox.store.ts'
import { writeRoutes } from '../routing/route.store.ts'
import { Fault } from '../shared/fault.ts'
import { beginChecks } from './checklist.ts'
import { type Action, commandOf } from './command.ts'
import { LIFECYCLES, lifecycleEvent, type Trigger, wordsOf } from './lifecycle.ts'
import { type QueuedMessage, queueMessages } from './message.store.ts'
import { messageOf } from './outgoing.ts'
import { changeStates, insertEvents, type NewEvent, type PortChange, takeEventNumbers } from './port.store.ts'
import type { Command, Port } from './port.ts'
import { PORTING_STATES } from './port-in.machine.ts'
import { type Basis, findAnswerDue, recordBasis, setGuard, settleGuards } from './port-out.store.ts'
import type { Porting } from './porting.ts'
import { INCORRECT_ACCOUNT_TYPE } from './rejection.ts'
import { resubmit } from './resubmit.ts'
import { routesTo } from './serving.ts'
import { endTimers, findLastDue, type NewTimer, startTimers } from './timer.store.ts'
import { type Deadline, deadlineIn } from './timers.ts'
import { EXPECTED } from './watch.ts'
import type { Said, Words } from './words.ts'

export type EdgeCause = Said & {
  /** Where the edge came in: np_api, pxs, clock, guard. */
  readonly surface: AuditRow['surface']
  /** The stored message that says so. */
  readonly messageId?: string
  /** Routing number of a `ported` message; the gaining operator's own when absent. */
  readonly routingNumber?: string | undefined
  /** When the numbers moved, as a `ported` message says; now when absent. */
  readonly portedAt?: Temporal.Instant | undefined
  /** When the other side says that the numbers are to move, and until when its consent holds. */
  readonly scheduledAt?: Temporal.Instant | undefined
  readonly validUntil?: Temporal.Instant | undefined
  /** Why a port-out is authorised or refused; an edge that decides is not taken without (I20). */
  readonly basis?: Basis
}

/** An edge that a port is to take. */
export type EdgeWish = { readonly port: Port; readonly on: Trigger; readonly cause: EdgeCause }

type Taken = { readonly port: Port; readonly eventNumber: number }

/**
 * Takes one edge of a port that the caller has locked: asks the table of its direction, then writes state, log, message, timer,
 * routes, event and audit with the caller's transaction.
 *
 * Fault: illegal_transition.
 */
export async function takeEdge(porting: Porting, tx: Tx, port: Port, on: Trigger, cause: EdgeCause): Promise<Taken> {
  const [taken] = await takeEdges(porting, tx, [{ port, on, cause }])
  if (!taken) throw new Error('an edge was neither taken nor refused')
  return taken
}

/**
 * The same of many ports, one statement a table for all of them. Where one is refused or fails, none is taken.
 *
 * @param wishes - of different ports
 */
export async function takeEdges(porting: Porting, tx: Tx, wishes: readonly EdgeWish[]): Promise<Taken[]> {
  if (wishes.length === 0) return []
  const steps = wishes.map((wish) => stepOf(porting, wish))
  const numbers = await changeStates(
    tx,
    steps.map(({ change }) => change),
  )
  await writeLog(porting, tx, steps, numbers)
  await moveTimers(porting, tx, steps)
  await settleDecisions(tx, steps)
  await beginChecks(
    porting,
    tx,
    steps.filter(({ moved }) => moved.state === 'Number_Ported').map(({ moved }) => moved),
  )
  await tell(porting, tx, steps)
  await resubmit(
    porting,
    tx,
    steps
      .filter(({ from, actions, cause }) => actions.includes('resubmit_if_account_type') && mayResubmit(from, cause))
      .map(({ moved }) => moved),
  )
  await setRoutes(porting, tx, steps) // last: its counter comes after that of creates
  return steps.map(({ moved }, index) => ({ port: moved, eventNumber: numbers[index] as number })) // one for each step
}

type Step = {
  readonly from: Port
  readonly moved: Port
  readonly change: PortChange
  readonly on: Trigger
  readonly actions: readonly Action[]
  readonly cause: EdgeCause
  readonly words: Words
  readonly command: Command | undefined
}

function stepOf({ now }: Porting, { port, on, cause }: EdgeWish): Step {
  const move = LIFECYCLES[port.direction].machine.next(port.state, on)
  if (!move) throw illegal(port, on)
  const at = now()
  const isFinal = move.to === 'Rejected' && cause.code !== undefined
  const failure = isFinal ? { code: cause.code, text: cause.text ?? null } : undefined
  const moved: Port = {
    ...port,
    state: move.to,
    updatedAt: at,
    ...(failure && { failureReason: failure.code, failureText: failure.text }),
  }
  const words = wordsOf(moved, on)
  const command = commandOf(move.actions, cause)
  const lines = command && words.direction === 'received' ? 2 : 1
  const change = { id: port.id, from: port.state, to: move.to, at, lines, ...(failure && { failure }) }
  return { from: port, moved, change, on, actions: move.actions, cause, words, command }
}

/** One toggle a chain: only the first port of a chain is resubmitted (contract O-30). */
function mayResubmit(port: Port, cause: EdgeCause): boolean {
  return cause.code === INCORRECT_ACCOUNT_TYPE && port.chainId === port.id
}

/** The Fault that a port takes no such edge where it is: illegal_transition. */
export function illegal(port: Port, on: Trigger): Fault {
  const allowed = LIFECYCLES[port.direction].machine.rows
    .filter(([, trigger]) => trigger === on)
    .map(([from]) => `${from} (${PORTING_STATES[from]})`)
  const deed = on.split(':')[1]
  return new Fault(
    'illegal_transition',
    `${port.msgidentifier} is in ${port.state} (${PORTING_STATES[port.state]}); ${deed} is possible only in ${allowed.join(', ')}`,
  )
}

/** The edges' lines of the log, and our messages with them; where an edge was heard, our answer has a line of its own. */
async function writeLog(porting: Porting, tx: Tx, steps: readonly Step[], numbers: readonly number[]): Promise<void> {
  const written = steps.map((step, index) => linesOf(porting, step, numbers[index] as number)) // one for each step
  await queueMessages(
    tx,
    written.flatMap(({ message }) => message ?? []),
  )
  await insertEvents(
    tx,
    written.flatMap(({ lines }) => lines),
  )
}

type Written = { readonly lines: readonly NewEvent[]; readonly message: QueuedMessage | undefined }

function linesOf(porting: Porting, { from, moved, on, cause, words, command }: Step, number: number): Written {
  const edge: NewEvent = {
    portId: moved.id,
    number,
    at: moved.updatedAt,
    msgtype: words.msgtype,
    direction: words.direction,
    log: words.log(moved, cause),
    saidBy: cause.by,
    edge: { heard: on, from: from.state, to: moved.state },
    ...(cause.messageId && { messageId: cause.messageId }),
  }
  if (!command) return { lines: [edge], message: undefined }
  if (words.direction === 'sent') {
    const message = messageOf(porting, moved, command, { id: randomUUIDv7(), eventNumber: number })
    return { lines: [{ ...edge, messageId: message.id }], message }
  }
  const { line, message } = answerOf(porting, moved, command, number + 1)
  return { lines: [edge, line], message }
}

/** A message about a port that needs no edge of its own, with its line in the log. */
function answerOf(porting: Porting, port: Port, command: Command, number: number) {
  const message = messageOf(porting, port, command, { id: randomUUIDv7(), eventNumber: number })
  const log = 'result' in command && command.result === 'reject' ? `Refused: ${command.text ?? ''}` : 'Accepted'
  const said = { portId: port.id, number, at: porting.now(), msgtype: message.msgtype, log, saidBy: 'rule' }
  const line: NewEvent = { ...said, direction: 'sent', messageId: message.id }
  return { line, message }
}

/** Queues an answer that needs no edge of its own. */
export async function answer(porting: Porting, tx: Tx, port: Port, command: Command): Promise<void> {
  const { line, message } = answerOf(porting, port, command, await takeEventNumbers(tx, port.id, 1))
  await queueMessages(tx, [message])
  await insertEvents(tx, [line])
}

async function moveTimers(porting: Porting, tx: Tx, steps: readonly Step[]): Promise<void> {
  await endTimers(
    tx,
    steps.map(({ moved, on }) => {
      const outcome = on.startsWith('pxs:') ? 'answered' : 'moot'
      return { portId: moved.id, outcome, at: moved.updatedAt }
    }),
  )
  const opened: NewTimer[] = []
  for (const step of steps) {
    const { id: portId, updatedAt: startedAt, direction } = step.moved
    const window = windowOf(porting, step)
    if (!window) continue
    const deadline = step.on === 'pxs:changed' ? await notSooner(tx, step, window) : window
    // a decision of ours that was not taken does not make the window longer
    const isOurs = direction === 'out' && deadline.kind === 'authorisation'
    const dueAt = isOurs ? await findAnswerDue(tx, portId) : deadline.dueAt
    opened.push({ id: randomUUIDv7(), portId, startedAt, ...deadline, dueAt })
  }
  await startTimers(tx, opened)
}

/** A change that was refused, or granted without a day, leaves the day that was named before: nothing is late sooner than it was. */
async function notSooner(tx: Tx, { moved, cause }: Step, window: Deadline): Promise<Deadline> {
  const before = cause.scheduledAt ? undefined : await findLastDue(tx, moved.id, window.kind)
  return before && Temporal.Instant.compare(before.dueAt, window.dueAt) > 0 ? before : window
}

/** The window of the state that was entered; dates that the other side names go before the market's. */
function windowOf({ market }: Porting, { moved, cause: { scheduledAt, validUntil } }: Step): Deadline | undefined {
  const { direction, state, numberType, updatedAt: now } = moved
  if (EXPECTED[direction][state] === undefined) return undefined
  const from = scheduledAt && Temporal.Instant.compare(scheduledAt, now) > 0 ? scheduledAt : now
  const deadline = deadlineIn(market, state, numberType, from)
  if (!deadline || !validUntil || Temporal.Instant.compare(validUntil, now) <= 0) return deadline
  return { ...deadline, dueAt: validUntil, rule: `${deadline.kind} as the other side says` }
}

/** Keeps why port-outs were decided as they were, and takes them off the guard's hands. */
async function settleDecisions(tx: Tx, steps: readonly Step[]): Promise<void> {
  const outs = steps.filter(({ moved }) => moved.direction === 'out')
  for (const { moved, actions, cause } of outs) {
    if (actions.includes('record_basis')) {
      assert(cause.basis, `a port-out is decided without a basis: ${moved.msgidentifier}`)
      await recordBasis(tx, moved.id, cause.basis, { by: cause.by, at: moved.updatedAt })
    }
    if (actions.includes('hold_for_person')) await setGuard(tx, moved.id, 'held', cause.text)
  }
  await settleGuards(
    tx,
    outs.filter(({ actions }) => !actions.includes('hold_for_person')).map(({ moved }) => moved.id),
  )
}

/** Routes the ranges to their new operators; numbers that come home to their own block need no route (I9, O-43). */
async function setRoutes(porting: Porting, tx: Tx, steps: readonly Step[]): Promise<void> {
  const ported = steps.filter(({ actions }) => actions.includes('set_routes'))
  if (ported.length === 0) return
  await writeRoutes(
    tx,
    ported.flatMap(({ moved, cause }) => {
      const operator = LIFECYCLES[moved.direction].gaining(moved, porting.market.operator)
      const origin = {
        source: 'port' as const,
        cause: moved.msgidentifier,
        by: cause.by,
        at: routedSince(moved, cause),
      }
      return routesTo(porting.market, operator, moved, cause.routingNumber).map((run) => ({ ...run, ...origin }))
    }),
  )
}

/** A later message about the numbers is compared with it, so what the clearinghouse says goes before when it came; never after now. */
function routedSince({ updatedAt }: Port, { portedAt = updatedAt }: EdgeCause): Temporal.Instant {
  return Temporal.Instant.compare(portedAt, updatedAt) < 0 ? portedAt : updatedAt
}

/** The port keeps no failure of an instruction that is refused, and may be given again; its event says why. */
function eventOf({ market }: Porting, { moved, words: { event }, cause }: Step): LifecycleEvent | undefined {
  if (event !== 'port_in.instruction_refused') return event && lifecycleEvent(market, event, moved)
  return lifecycleEvent(market, event, { ...moved, failureReason: cause.code ?? 0, failureText: cause.text ?? null })
}

async function tell(porting: Porting, tx: Tx, steps: readonly Step[]): Promise<void> {
  await appendEvents(
    tx,
    steps.flatMap((step) => eventOf(porting, step) ?? []),
  )
  await appendAudit(
    tx,
    steps.map(({ from, moved, on, cause }) => ({
      at: moved.updatedAt,
      actor: cause.by,
      surface: cause.surface,
      action: `port_${moved.direction}.moved`,
      subject: moved.msgidentifier,
      reason: cause.text,
      detail: { on, from: from.state, to: moved.state, ...(cause.basis && { basis: cause.basis.kind }) },
    })),
  )
  for (const { from, moved, on } of steps)
    porting.log.info({ port: moved.msgidentifier, from: from.state, on, to: moved.state }, 'port moved')
}
