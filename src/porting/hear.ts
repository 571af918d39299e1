import type { Tx } from '../db/db.ts'
import { appendEvents } from '../events/outbox.store.ts'
import { rangeText } from '../numbers/range.ts'
import { findLastMove } from './cool-off.store.ts'
import { coolOffOf, coolOffText } from './cool-off.ts'
import { answer, type EdgeCause, type EdgeWish, takeEdges } from './edge.ts'
import { hearElsewhere } from './hear-elsewhere.ts'
import { LIFECYCLES, lifecycleEvent, type Trigger, wordsOf } from './lifecycle.ts'
import { insertEvents, lockPort, takeEventNumberOfEach, takeEventNumbers } from './port.store.ts'
import type { Heard, Hearing, Port } from './port.ts'
import { isLive, PORTING_STATES } from './port-in.machine.ts'
import { setGuard } from './port-out.store.ts'
import type { Porting } from './porting.ts'
import { type RejectionCode, rejectionOf } from './rejection.ts'
import { endAbortWindows } from './timer.store.ts'

/** A message about one dossier, as the clearinghouse's adapter understood it. */
export type Message = {
  readonly id: string
  readonly msgidentifier: string
  readonly msgtype: string
  readonly heard: Heard
}

/** A message, and the port it is about, which the caller has locked. */
export type Told = { readonly port: Port; readonly message: Message }
/** What came of it, and the port as it is now. */
type HeardOf = { readonly hearing: Hearing; readonly port: Port }

/**
 * Hears one message about a port, in the caller's transaction: takes the edge when the table of its direction has it; keeps the
 * message for later when the table has it further on; writes it down without effect when its time is past. Nothing is guessed.
 */
export async function hear(porting: Porting, tx: Tx, message: Message): Promise<Hearing> {
  const port = await lockPort(tx, message.msgidentifier)
  if (!port) return hearElsewhere(porting, tx, message)
  const [heard] = await hearAll(porting, tx, [{ port, message }])
  if (!heard) throw new Error('a message was not heard')
  return heard.hearing
}

/**
 * The same of messages about many ports that the caller has locked, one statement a table for all of them.
 *
 * @param told - about different ports
 */
export async function hearAll(porting: Porting, tx: Tx, told: readonly Told[]): Promise<HeardOf[]> {
  const decided = told.map((one) => ({ ...one, decision: decide(porting, one) }))
  const found = new Map<string, HeardOf>()
  const wishes: EdgeWish[] = []
  const notes: Note[] = []
  for (const { port, message, decision } of decided) {
    if (message.heard.kind === 'answer_refused' && isRejected(port)) await hold(porting, tx, port, message.heard.text)
    if (decision.kind === 'note') notes.push({ port, message, ...decision })
    else wishes.push({ port, on: decision.on, cause: await withCoolOff(porting, tx, port, causeOf(porting, message)) })
  }
  const taken = await takeEdges(porting, tx, wishes)
  for (const [index, { port, eventNumber }] of taken.entries()) {
    const { port: from, on } = wishes[index] as EdgeWish // one was taken for each
    const hearing = { verdict: 'applied', note: `${from.state} ${on}`, portId: port.id, eventNumber } as const
    found.set(port.id, { hearing, port })
  }
  for (const { port, hearing } of await noteAll(porting, tx, notes)) found.set(port.id, { hearing, port })
  await endAbortWindows(
    tx,
    notes.filter(answersAbort).map(({ port }) => port.id),
    porting.now(),
  )
  for (const { port, message, decision } of decided) {
    if (decision.kind === 'edge' || !decision.isLate || message.heard.kind !== 'abort' || !isLive(port.state)) continue
    const text = `too late: the port is in ${stateText(port)}`
    await answer(porting, tx, port, { kind: 'abort_response', result: 'reject', code: 99, text })
  }
  return told.map(({ port }) => found.get(port.id) as HeardOf) // each was an edge or a note
}

type Decision =
  | { readonly kind: 'edge'; readonly on: Trigger }
  | {
      readonly kind: 'note'
      readonly verdict: 'noted' | 'parked' | 'refused'
      readonly log: string
      /** The table has an edge for it, which this port has passed. */
      readonly isLate?: true
    }

function decide(porting: Porting, { port, message }: Told): Decision {
  const { heard, msgtype } = message
  const mistake = mistakeIn(porting, port, heard)
  if (mistake) return { kind: 'note', verdict: 'refused', log: mistake }
  const { machine, heard: triggers } = LIFECYCLES[port.direction]
  const on = triggers[heard.kind]
  if (!on) return { kind: 'note', verdict: 'noted', log: sentenceOf(message) }
  if (machine.next(port.state, on)) return { kind: 'edge', on }
  const came = `${msgtype} came in ${stateText(port)}`
  if (msgtype === 'error' && stillCounts(port) && !isRepeated(port, on))
    return { kind: 'note', verdict: 'refused', log: `${came}: ${unsettled(heard)}` }
  return isStillToCome(port, on)
    ? { kind: 'note', verdict: 'parked', log: `${came}, before its time; kept until then` }
    : { kind: 'note', verdict: 'noted', log: `${came}, after its time; no effect`, isLate: true }
}

function stateText({ state }: Port): string {
  return `${state} (${PORTING_STATES[state]})`
}

/** Whether a later state of this port takes what the message says, and the one it is in does not. */
export function isTooEarly(port: Port, { heard }: Message): boolean {
  const { machine, heard: triggers } = LIFECYCLES[port.direction]
  const on = triggers[heard.kind]
  return on !== undefined && !machine.next(port.state, on) && isStillToCome(port, on)
}

/** What a message asks for may have been done already: its repetition does not wait for the next time round. */
function isStillToCome(port: Port, on: Trigger): boolean {
  const { machine } = LIFECYCLES[port.direction]
  return machine.rows.some(
    ([from, trigger, to]) => trigger === on && to !== port.state && machine.reaches(port.state, from),
  )
}

function isRepeated({ direction, state }: Port, on: Trigger): boolean {
  return LIFECYCLES[direction].machine.rows.some(([, trigger, to]) => trigger === on && to === state)
}

/** Whether it matters to anybody what the clearinghouse makes of this port. */
function stillCounts({ state }: Port): boolean {
  return isLive(state) || PORTED.has(state)
}

/** What cannot be true of the port, as a sentence for its log: whoever says so is not believed, and a person is told. */
function mistakeIn(porting: Porting, port: Port, heard: Heard): string | undefined {
  switch (heard.kind) {
    case 'authorised':
    case 'rejected':
      if (port.direction === 'out' || heard.donor === port.counterparty) return undefined
      return `the answer of ${heard.donor} is not of ${port.counterparty}, the donor that was asked; no effect`
    case 'ported':
      return mistakeInPorted(porting, port, heard)
    case 'answer_refused':
      return isRejected(port) ? `${notTaken('AuthorisationResponse', heard.text, port)}. ${SETTLE_IT}` : undefined
    case 'error':
      return unsettled(heard)
    case 'abort_refused':
      return isAbortedByUs(port) ? `${notTaken('Abort', heard.text, port)}. ${SETTLE_IT}` : undefined
    default:
      return undefined
  }
}

function isAbortedByUs({ direction, state }: Port): boolean {
  return direction === 'in' && state === 'Aborted'
}

/** Whether a message is the clearinghouse's answer to an abort of ours, which was waited for. */
function answersAbort({ port, message: { heard } }: Told): boolean {
  return isAbortedByUs(port) && (heard.kind === 'abort_confirmed' || heard.kind === 'abort_refused')
}

/** Something that we have said stands here and not there, and no edge undoes it. */
function unsettled(heard: Heard): string {
  const text = 'text' in heard && heard.text ? `: ${heard.text}` : ''
  return `the clearinghouse reports an error that nothing undoes here${text}. ${SETTLE_IT}`
}

function isRejected({ direction, state }: Port): boolean {
  return direction === 'out' && state === 'Rejected'
}

function notTaken(msgtype: string, text: string, { state }: Port): string {
  return `The clearinghouse did not take our ${msgtype}: ${text}; the port stays in ${state} (${PORTING_STATES[state]}) here`
}

const SETTLE_IT = 'Settle it with the clearinghouse'

/**
 * Our refusal of a port-out was not taken, so that our silence may soon count as a yes. The state stays: another answer would need a
 * live port, and its numbers may be in one by now. A person is told.
 */
async function hold(porting: Porting, tx: Tx, port: Port, text: string): Promise<void> {
  await setGuard(tx, port.id, 'held', `the clearinghouse did not take the refusal: ${text}`)
  const event = lifecycleEvent(porting.market, 'port_out.held', { ...port, updatedAt: porting.now() })
  await appendEvents(tx, [event])
}

/** A `ported` that names another recipient or other numbers than the port, or comes after its end, is never taken for it. */
function mistakeInPorted(porting: Porting, port: Port, heard: Extract<Heard, { kind: 'ported' }>): string | undefined {
  const { range } = heard
  const isSameRange = range.first === port.range.first && range.last === port.range.last
  if (!isSameRange) return `ported names ${rangeText(range)}, this port is about ${rangeText(port.range)}; no effect`
  const recipient = LIFECYCLES[port.direction].gaining(port, porting.market.operator)
  if (heard.recipient !== recipient) return `ported names the recipient ${heard.recipient}, not ${recipient}; no effect`
  if (stillCounts(port)) return undefined
  // The registry has moved the numbers and we have given the port up. To route them by a port that our own operator may have
  // aborted would be a guess, and to note it would hide that the two disagree: no check of ours compares ended ports.
  return `ported came in ${port.state} (${PORTING_STATES[port.state]}), a port that had ended; no effect. ${ENDED_BUT_PORTED[port.direction]}`
}

/** What a person can do about numbers that moved after our end of the port. */
const ENDED_BUT_PORTED: Readonly<Record<Port['direction'], string>> = {
  in: 'Ask the clearinghouse whose numbers they are: if ours, import the port with PortingState 20; if not, have it corrected there',
  out: 'Ask the clearinghouse why: if the numbers are to go, push their route to the recipient; if not, have it corrected there',
}

const PORTED: ReadonlySet<Port['state']> = new Set<Port['state']>(['Number_Ported', 'Number_Ported_Complete'])

const NO_COOLING_OFF = 38 satisfies RejectionCode

/** A refusal for the cool-off says until when it lasts, where we know (contract O-54). */
async function withCoolOff(porting: Porting, tx: Tx, { range }: Port, cause: EdgeCause): Promise<EdgeCause> {
  const { market, now } = porting
  if (cause.code !== NO_COOLING_OFF) return cause
  const at = now()
  const move = await findLastMove(tx, range, at.subtract({ hours: market.coolOff.lockDays * 24 }))
  const found = coolOffOf(market, move, { to: market.operator, isWaived: false, at })
  if (found.kind === 'none') return cause
  return { ...cause, text: [cause.text, coolOffText(market, found.until)].filter(Boolean).join('; ') }
}

function causeOf(porting: Porting, { id, heard }: Message): EdgeCause {
  return {
    by: porting.market.clearinghouse,
    surface: 'pxs' as const,
    messageId: id,
    ...('code' in heard && { code: rejectionOf(heard.code) }),
    ...('text' in heard && { text: heard.text }),
    ...('scheduledAt' in heard && { scheduledAt: heard.scheduledAt }),
    ...('validUntil' in heard && { validUntil: heard.validUntil }),
    ...(heard.kind === 'ported' && { routingNumber: heard.routingNumber, portedAt: heard.at }),
    ...(heard.kind === 'timedout' && { text: `phase ${heard.phase}` }),
  }
}

function sentenceOf({ heard, msgtype }: Message): string {
  if (heard.kind === 'abort_confirmed') return 'The clearinghouse confirmed the abort'
  if (heard.kind === 'abort_refused') return `The clearinghouse refused the abort: ${heard.text}`
  if (heard.kind === 'past_error' || heard.kind === 'answer_refused' || heard.kind === 'request_refused')
    return `The clearinghouse reports an error: ${heard.text}`
  return 'text' in heard && heard.text ? `${msgtype} noted: ${heard.text}` : `${msgtype} noted`
}

/**
 * The clearinghouse did not take a message of ours, and no edge undoes what the port has done with it: an abort, or an answer of
 * ours, counts for us and not for it. Written down and told, for a person to settle it there.
 */
export async function hearRefusal(
  porting: Porting,
  tx: Tx,
  port: Port,
  { msgtype, text, on }: { readonly msgtype: string; readonly text: string; readonly on: Trigger | undefined },
): Promise<void> {
  if (on === 'pxs:answer_refused' && isRejected(port)) await hold(porting, tx, port, text)
  if (isAbortedByUs(port) && msgtype === wordsOf(port, 'operator:abort').msgtype)
    await endAbortWindows(tx, [port.id], porting.now())
  const log = `${notTaken(msgtype, text, port)}. ${SETTLE_IT}`
  const number = await takeEventNumbers(tx, port.id, 1)
  const said = { portId: port.id, number, at: porting.now(), msgtype: 'error', log }
  await insertEvents(tx, [{ ...said, direction: 'received', saidBy: porting.market.clearinghouse }])
  porting.log.error({ port: port.msgidentifier, state: port.state, msgtype, reason: text }, 'no edge for a refusal')
}

type Note = Told & Extract<Decision, { kind: 'note' }>

/** Writes messages without an edge into the logs of their ports. */
async function noteAll(porting: Porting, tx: Tx, notes: readonly Note[]): Promise<HeardOf[]> {
  if (notes.length === 0) return []
  const numbers = await takeEventNumberOfEach(
    tx,
    notes.map(({ port }) => port.id),
  )
  const noted = notes.map((one, index) => ({ ...one, number: numbers[index] as number })) // one for each
  await insertEvents(
    tx,
    noted.map(({ port, message, log, number }) => ({
      portId: port.id,
      number,
      at: porting.now(),
      msgtype: message.msgtype,
      direction: 'received',
      log,
      saidBy: porting.market.clearinghouse,
      messageId: message.id,
    })),
  )
  return noted.map(({ port, message, verdict, log, number }) => {
    const facts = { port: port.msgidentifier, state: port.state, msgtype: message.msgtype, verdict }
    if (verdict === 'refused') porting.log.error({ ...facts, reason: log }, 'message refused and flagged')
    // the answer to our own abort is the rule and no surprise
    else porting.log[message.heard.kind === 'abort_confirmed' ? 'info' : 'warn'](facts, 'message without an edge')
    return { port, hearing: { verdict, note: log, portId: port.id, eventNumber: number } }
  })
}
