import type { Tx } from '../db/db.ts'
import { appendAudit } from '../events/audit.store.ts'
import { appendEvents } from '../events/outbox.store.ts'
import { operatorOf } from '../numbers/market.ts'
import { type NumberRange, rangeText } from '../numbers/range.ts'
import { lockRoutes, writeRoutes } from '../routing/route.store.ts'
import type { Message } from './hear.ts'
import { hearUnknown } from './hear-unknown.ts'
import { findRefusals } from './inbound.store.ts'
import { lifecycleEvent } from './lifecycle.ts'
import { findLastPorted } from './port.store.ts'
import { type Heard, type Hearing, NOWHERE } from './port.ts'
import type { Porting } from './porting.ts'
import { routesTo } from './serving.ts'
import { findRemoval, findStanding } from './standing.store.ts'

type Ported = Extract<Heard, { kind: 'ported' }>

/** A message about a port that we do not know. */
export async function hearElsewhere(porting: Porting, tx: Tx, message: Message): Promise<Hearing> {
  const { heard, msgidentifier } = message
  if (heard.kind === 'ported') return hearPorted(porting, tx, msgidentifier, heard)
  const [hearing] = await hearUnknown(porting, tx, [message])
  if (!hearing) throw new Error('a message was not heard')
  return hearing
}

/** News of other operators' ports keeps the routing true; a port that names us, and that we do not know, is flagged. */
async function hearPorted(porting: Porting, tx: Tx, msgidentifier: string, heard: Ported): Promise<Hearing> {
  const { market } = porting
  if (heard.recipient === market.operator)
    return { verdict: 'refused', note: `ported to us, but no port ${msgidentifier} here`, ...NOWHERE }
  if (!operatorOf(market, heard.recipient)) {
    return { verdict: 'refused', note: `ported to ${heard.recipient}, who is not in the market`, ...NOWHERE }
  }
  await lockRoutes(tx)
  const contradiction =
    (await contradictionIn(porting, tx, heard.range, heard.at, heard.donor)) ??
    (isOlder(heard.at, await findRemoval(tx, heard.range)) ? LATE : undefined)
  if (contradiction) return unheard(porting, msgidentifier, contradiction)
  const by = market.clearinghouse
  const at = porting.now()
  const numbers = { range: heard.range, numberType: heard.numberType }
  const origin = { source: 'port' as const, cause: msgidentifier, by, at: earlierOf(heard.at, at) }
  const runs = routesTo(market, heard.recipient, numbers, heard.routingNumber)
  await writeRoutes(
    tx,
    runs.map((run) => ({ ...run, ...origin })),
  )
  const detail = { range: rangeText(heard.range), operator: heard.recipient }
  await appendAudit(tx, [
    { at, actor: by, surface: 'pxs', action: 'route.ported_elsewhere', subject: msgidentifier, detail },
  ])
  const said = `routes of ${rangeText(heard.range)} now at ${heard.recipient}`
  if (heard.donor !== market.operator) return { verdict: 'applied', note: said, ...NOWHERE }
  const ours = `${said}; they were ours, and`
  const refusal = (await findRefusals(tx, [msgidentifier])).get(msgidentifier)
  // routed already, and kept for the port that is to be made where its request has not come yet, or never will
  const hearing = refusal
    ? { verdict: 'refused' as const, note: `${ours} the request ${msgidentifier} for them was not taken (${refusal})` }
    : { verdict: 'parked' as const, note: `${ours} no request ${msgidentifier} for them has come` }
  porting.log.error({ port: msgidentifier, reason: hearing.note }, 'numbers of ours ported away without a request')
  return { ...hearing, ...NOWHERE }
}

/** Why a message about numbers has no effect: it is older than their route, or says what cannot be true of them. */
type Contradiction = { readonly verdict: 'noted' | 'refused'; readonly text: string }
const LATE: Contradiction = { verdict: 'noted', text: 'older than the route of its numbers; no effect' }
/** How far the clocks of the clearinghouse and ours may be apart, so that a message is not taken for older than a route. */
const CLOCKS_APART = { minutes: 5 }

function isOlder(at: Temporal.Instant, than: Temporal.Instant | undefined): boolean {
  return than !== undefined && Temporal.Instant.compare(at.add(CLOCKS_APART), than) < 0
}

function earlierOf(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(a, b) < 0 ? a : b
}

/**
 * What in the routes of a range speaks against a message that takes its numbers from an operator. Numbers that came to us by a
 * port go only when the message is newer than that port, and knows that they are ours.
 */
async function contradictionIn(
  { market }: Porting,
  tx: Tx,
  range: NumberRange,
  at: Temporal.Instant,
  loser: string,
): Promise<Contradiction | undefined> {
  const { newestAt, oursBy, oursSince } = await findStanding(tx, range, market.operator)
  if (oursBy && (loser !== market.operator || isOlder(at, oursSince))) {
    const said = `it says that the numbers left ${loser} at ${at.toString({ smallestUnit: 'second' })}`
    const text = `${said}, but ${rangeText(range)} is ours by ${oursBy}; no effect. Ask the clearinghouse whose they are`
    return { verdict: 'refused', text }
  }
  return isOlder(at, newestAt) ? LATE : undefined
}

function unheard(porting: Porting, msgidentifier: string, { verdict, text }: Contradiction): Hearing {
  const facts = { port: msgidentifier, reason: text }
  if (verdict === 'refused') porting.log.error(facts, 'message refused and flagged')
  else porting.log.warn(facts, 'message without effect on the routes')
  return { verdict, note: text, ...NOWHERE }
}

type Terminated = {
  readonly msgidentifier: string
  readonly ranges: readonly NumberRange[]
  /** Who served the numbers until then. */
  readonly currentOperator: string
  readonly effectiveAt: Temporal.Instant
}

/**
 * Routes of numbers that a `terminated` message gives back to their block holder; a second removal changes nothing (O-44). One that
 * is older than a route of its numbers, or names another operator than us for numbers of ours, has no effect.
 * The operator's systems are told where the numbers had come to us or gone from us by a port.
 */
export async function hearTerminated(
  porting: Porting,
  tx: Tx,
  { msgidentifier, ranges: named, currentOperator, effectiveAt }: Terminated,
): Promise<Hearing> {
  await lockRoutes(tx)
  const ranges: NumberRange[] = []
  for (const range of named) {
    const contradiction = await contradictionIn(porting, tx, range, effectiveAt, currentOperator)
    if (contradiction?.verdict === 'refused') return unheard(porting, msgidentifier, contradiction)
    if (!contradiction) ranges.push(range)
  }
  if (ranges.length === 0) return unheard(porting, msgidentifier, LATE)
  const by = porting.market.clearinghouse
  const at = porting.now()
  await writeRoutes(
    tx,
    ranges.map((range) => {
      const since = earlierOf(effectiveAt, at)
      return { range, route: undefined, source: 'port' as const, cause: msgidentifier, by, at: since }
    }),
  )
  const said = ranges.map(rangeText).join(', ')
  for (const range of ranges) {
    const port = await findLastPorted(tx, range)
    const type = port?.direction === 'out' ? 'port_out.terminated' : 'port_in.terminated'
    if (port) await appendEvents(tx, [lifecycleEvent(porting.market, type, { ...port, range, updatedAt: at })])
  }
  await appendAudit(tx, [
    { at, actor: by, surface: 'pxs', action: 'route.terminated', subject: msgidentifier, detail: { ranges: said } },
  ])
  return { verdict: 'applied', note: `routes of ${said} removed`, ...NOWHERE }
}
