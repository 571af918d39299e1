import { randomUUIDv7 } from 'node:crypto'
import type { Tx } from '../db/db.ts'
import { appendAudit } from '../events/audit.store.ts'
import { appendEvents } from '../events/outbox.store.ts'
import { donorOf } from '../numbers/donor.ts'
import { localOf, msgidentifierPrefix, operatorOf } from '../numbers/market.ts'
import { type NumberRange, overlaps } from '../numbers/range.ts'
import { findRoutedRuns, writeRoutes } from '../routing/route.store.ts'
import { Fault } from '../shared/fault.ts'
import { isXmlText } from '../shared/xml.ts'
import { findLastMoves } from './cool-off.store.ts'
import { coolOffOf, coolOffText, type Move } from './cool-off.ts'
import { lifecycleEvent } from './lifecycle.ts'
import { queueMessages } from './message.store.ts'
import { newPort } from './new-port.ts'
import { messageOf } from './outgoing.ts'
import { advanceCounter, findLiveOverlaps, insertEvents, insertPorts, takeTurn } from './port.store.ts'
import type { Port, PortInRequest } from './port.ts'
import { isLive, PORTING_STATES, type PortingState } from './port-in.machine.ts'
import type { Porting } from './porting.ts'
import { routesTo } from './serving.ts'
import { startTimers } from './timer.store.ts'
import { deadlineIn } from './timers.ts'

/** The last sequence that five digits can say (contract O-35). */
const LAST_SEQUENCE = 99_999

/** A request, and the state it is recorded in: NoPort is submitted, any other is an import without a word sent (O-11). */
export type Submission = {
  readonly request: PortInRequest
  readonly state: PortingState
  readonly reason: string | undefined
}

/** The port, the Fault that refuses it, or any other Error: a bug that this request met, which is none of the others' business. */
export type Verdict = Port | Error

/**
 * Decides and saves a batch of port-ins in one transaction, a verdict for each. The counter row is locked first, so identifiers have
 * no gap and two overlapping requests cannot both pass (ADR 0008).
 */
export async function submitAll(porting: Porting, submissions: readonly Submission[]): Promise<Verdict[]> {
  return porting.db.tx(async (tx) => {
    await takeTurn(tx)
    const verdicts = await giveNumbers(porting, tx, await judge(porting, tx, submissions, []))
    const reasons = submissions.filter((_, index) => !(verdicts[index] instanceof Error)).map(({ reason }) => reason)
    await savePorts(porting, tx, portsAmong(verdicts), reasons)
    return verdicts
  })
}

function portsAmong(verdicts: readonly Verdict[]): Port[] {
  return verdicts.filter((verdict): verdict is Port => !(verdict instanceof Error))
}

/**
 * What `submitAll` would say now, and nothing is saved: ports without a number of their own, or Errors.
 *
 * @param before - ranges that earlier submissions of the same question have taken
 */
export async function judge(
  porting: Porting,
  tx: Tx,
  submissions: readonly Submission[],
  before: readonly NumberRange[],
): Promise<Verdict[]> {
  const ranges = submissions.map(({ request }) => request.range)
  const live = await findLiveOverlaps(tx, ranges)
  const routed = await findRoutedRuns(tx, ranges)
  const taken: Taken[] = live.map(({ range, msgidentifier }) => ({ range, msgidentifier }))
  for (const range of before) taken.push({ range, msgidentifier: undefined })
  const moves = await lastMoves(porting, tx, submissions)
  return submissions.map((submission, index) => {
    const verdict = decide(porting, submission, { taken, routed, move: moves[index] })
    if (!(verdict instanceof Error)) taken.push({ range: submission.request.range, msgidentifier: undefined })
    return verdict
  })
}

/** A range that a live port holds; without identifier when it is one of this batch. */
type Taken = { readonly range: NumberRange; readonly msgidentifier: string | undefined }

type Known = {
  readonly taken: readonly Taken[]
  readonly routed: readonly { range: NumberRange; operator: string }[]
  readonly move: Move | undefined
}

/** The last port of each request's numbers, where the market has a lock at all. */
async function lastMoves(
  { market, now }: Porting,
  tx: Tx,
  submissions: readonly Submission[],
): Promise<(Move | undefined)[]> {
  const { lockDays } = market.coolOff
  if (lockDays === 0) return []
  const since = now().subtract({ hours: lockDays * 24 })
  const ranges = submissions.map(({ request }) => request.range)
  return findLastMoves(tx, ranges, since)
}

function decide(porting: Porting, { request, state }: Submission, { taken, routed, move }: Known): Verdict {
  try {
    const { market } = porting
    const holder = taken.find(({ range }) => overlaps(range, request.range))
    if (holder) throw overlapping(porting, request.range, holder)
    const named = namedDonor(porting, request)
    const found = donorOf(
      market,
      request.range,
      routed.filter(({ range }) => overlaps(range, request.range)),
      named,
    )
    if (found === market.operator && isLive(state)) throw alreadyServed(porting, request.range)
    if (state === 'NoPort') refuseInCoolOff(porting, request, move)
    refuseUnsayable(request)
    const draft = draftOf(porting, request, state, named ?? found)
    if (state === 'NoPort')
      porting.encode(
        { kind: 'authorisation_request', port: draft },
        { msgid: `${draft.msgidentifier}-001`, msgidentifier: draft.msgidentifier, at: draft.createdAt },
      )
    return draft
  } catch (refusal) {
    return refusal instanceof Fault ? refusal : new Error('deciding a port-in', { cause: refusal })
  }
}

/** A text that can neither be written to the database nor said to anybody is refused by itself, whatever the batch. */
function refuseUnsayable({ email, contactNumber }: PortInRequest): void {
  for (const [field, text] of [
    ['email', email],
    ['contacttelephonenumber', contactNumber],
  ] as const) {
    if (isXmlText(text)) continue
    throw new Fault('field_invalid', `${field} must be text without control characters and half characters`, field)
  }
}

/** What we know of our own ports is said at once; what only the donor knows comes back as code 38. */
function refuseInCoolOff({ market, now }: Porting, request: PortInRequest, move: Move | undefined): void {
  const { isOverrideAllowed } = market.coolOff
  if (request.isCoolOffOverridden && !isOverrideAllowed) {
    throw new Fault('cool_off_not_overridable', `overridecooloff is not possible in ${market.title}`, 'overridecooloff')
  }
  const wish = { to: market.operator, isWaived: request.isCoolOffOverridden, at: now() }
  const found = coolOffOf(market, move, wish)
  if (found.kind !== 'locked') return
  const way = isOverrideAllowed ? '; overridecooloff is for a customer who has waived it' : ''
  throw new Fault(
    'cool_off_active',
    `${local(market, request.range)} was ported lately: ${coolOffText(market, found.until)}${way}`,
    'overridecooloff',
  )
}

function namedDonor({ market }: Porting, { donor }: PortInRequest): string | undefined {
  if (donor === undefined) return undefined
  const operator = operatorOf(market, donor)
  const codes = market.operators.map(({ code }) => code).filter((code) => code !== market.operator)
  if (!operator || operator.code === market.operator) {
    const problem = operator ? 'is this deployment itself' : 'is not an operator of this market'
    throw new Fault(
      'donor_unknown',
      `donornetworkoperator ${donor} ${problem}; leave it blank or give one of ${codes.join(', ')}`,
      'donornetworkoperator',
    )
  }
  return operator.code
}

function overlapping({ market }: Porting, range: NumberRange, holder: Taken): Fault {
  const which = holder.msgidentifier ? `the live port ${holder.msgidentifier}` : 'another request of the same moment'
  return new Fault(
    'range_overlaps_live_port',
    `${local(market, range)} overlaps ${which} (${local(market, holder.range)})`,
    'telephonenumberseriestart',
  )
}

function alreadyServed({ market }: Porting, range: NumberRange): Fault {
  return new Fault(
    'number_already_served',
    `${local(market, range)} is already served by ${market.operator}`,
    'telephonenumberseriestart',
  )
}

function local(market: Porting['market'], { first, last }: NumberRange): string {
  return first === last ? localOf(market, first) : `${localOf(market, first)} to ${localOf(market, last)}`
}

/** A port that is decided but not numbered yet: its identifier has sequence 00000, which is never given out. */
function draftOf(porting: Porting, request: PortInRequest, state: PortingState, donor: string): Port {
  const now = porting.now()
  return {
    ...newPort(request.by, now),
    direction: 'in',
    publicId: 0,
    msgidentifier: `${msgidentifierPrefix(porting.market, porting.market.operator, now)}-00000`,
    state,
    clearinghouse: porting.market.clearinghouse,
    counterparty: donor,
    range: request.range,
    numberType: request.numberType,
    accountType: request.accountType,
    contactNumber: request.contactNumber,
    email: request.email,
    isCoolOffOverridden: request.isCoolOffOverridden,
  }
}

/** Gives drafts their identifiers, while there are any. A draft that fails takes no number, so there is no gap. */
export async function giveNumbers(porting: Porting, tx: Tx, verdicts: readonly Verdict[]): Promise<Verdict[]> {
  const wanted = portsAmong(verdicts).length
  if (wanted === 0) return [...verdicts]
  const prefix = msgidentifierPrefix(porting.market, porting.market.operator, porting.now())
  const wantedSequence = await advanceCounter(tx, prefix, wanted)
  const missing = Math.min(wanted, Math.max(0, wantedSequence - LAST_SEQUENCE))
  if (missing > 0) await advanceCounter(tx, prefix, -missing) // the last of the month are given out all the same
  const given = wanted - missing
  let id = (await advanceCounter(tx, 'port_in_id', given)) - given
  let sequence = wantedSequence - wanted
  const last = sequence + given
  return verdicts.map((verdict) => {
    if (verdict instanceof Error) return verdict
    if (sequence === last)
      return new Fault(
        'identifiers_exhausted',
        `all ${LAST_SEQUENCE} identifiers ${prefix}-nnnnn of this month are used`,
      )
    id += 1
    sequence += 1
    return { ...verdict, publicId: id, msgidentifier: `${prefix}-${String(sequence).padStart(5, '0')}` }
  })
}

export async function savePorts(
  porting: Porting,
  tx: Tx,
  ports: readonly Port[],
  reasons: readonly (string | undefined)[],
): Promise<void> {
  if (ports.length === 0) return
  await insertPorts(tx, ports)
  await startTimers(
    tx,
    ports.flatMap((port) => firstTimer(porting, port)),
  )
  const sent = ports.filter(({ state }) => state === 'NoPort').map((port) => firstMessage(porting, port))
  const sentOf = new Map(sent.map((message) => [message.portId, message.id]))
  await queueMessages(tx, sent)
  await insertEvents(
    tx,
    ports.map((port) => birth(port, sentOf.get(port.id))),
  )
  await importRoutes(porting, tx, ports)
  await appendEvents(
    tx,
    ports.map((port) => lifecycleEvent(porting.market, 'port_in.requested', port)),
  )
  await appendAudit(
    tx,
    ports.flatMap((port, index) => {
      // nobody asked for a resubmission: code 35 did
      const isAsked = port.originalMsgidentifier === null
      const who = isAsked ? { actor: port.createdBy, surface: 'np_api' } : { actor: 'clock', surface: 'pxs' }
      const row = { at: port.createdAt, subject: port.msgidentifier, ...who }
      const action = port.state === 'NoPort' ? 'port_in.submitted' : 'port_in.imported'
      const detail = { state: port.state, overridecooloff: port.isCoolOffOverridden }
      const isWaived = port.isCoolOffOverridden && isAsked
      return [
        { ...row, action, reason: reasons[index], detail },
        ...(isWaived ? [{ ...row, action: 'port_in.cool_off_waived' }] : []), // contract O-54
      ]
    }),
  )
}

/** The window of the state that a port is born in; one that was taken over as ported has no checklist to wait for. */
function firstTimer({ market }: Porting, { id, state, numberType, createdAt }: Port) {
  const deadline = isLive(state) ? deadlineIn(market, state, numberType, createdAt) : undefined
  return deadline ? [{ id: randomUUIDv7(), portId: id, startedAt: createdAt, ...deadline }] : []
}

function firstMessage(porting: Porting, port: Port) {
  return messageOf(porting, port, { kind: 'authorisation_request', port }, { id: randomUUIDv7(), eventNumber: 1 })
}

function birth(port: Port, messageId: string | undefined) {
  const isImport = messageId === undefined
  return {
    portId: port.id,
    number: 1,
    at: port.createdAt,
    msgtype: isImport ? 'Import' : 'PortingRequest',
    direction: 'sent' as const,
    log: isImport
      ? `Imported in ${port.state} (${PORTING_STATES[port.state]}); nothing was sent`
      : 'Submitted to clearinghouse',
    saidBy: port.createdBy,
    edge: { heard: isImport ? 'import' : 'submit', from: null, to: port.state },
    ...(messageId && { messageId }),
  }
}

/** A port that is imported as ported brings its routes (I7). */
async function importRoutes(porting: Porting, tx: Tx, ports: readonly Port[]): Promise<void> {
  const ported = ports.filter(({ state }) => state === 'Number_Ported' || state === 'Number_Ported_Complete')
  if (ported.length === 0) return
  await writeRoutes(
    tx,
    ported.flatMap((port) => {
      const origin = { source: 'import' as const, cause: port.msgidentifier, by: port.createdBy, at: port.createdAt }
      const runs = routesTo(porting.market, porting.market.operator, port, undefined)
      return runs.map((run) => ({ ...run, ...origin }))
    }),
  )
}
