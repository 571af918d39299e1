import type { Tx } from '../db/db.ts'
import { appendAudit } from '../events/audit.store.ts'
import { appendEvents } from '../events/outbox.store.ts'
import { namerOf, operatorOf } from '../numbers/market.ts'
import { type NumberRange, rangeText } from '../numbers/range.ts'
import { writeRoutes } from '../routing/route.store.ts'
import type { Message } from './hear.ts'
import { lifecycleEvent } from './lifecycle.ts'
import { findLastPorted } from './port.store.ts'
import type { Heard, Hearing } from './port.ts'
import type { Porting } from './porting.ts'
import { routeTo } from './serving.ts'

type Ported = Extract<Heard, { kind: 'ported' }>
const NOWHERE = { portId: undefined, eventNumber: undefined }

/** What can only be about a port-out: where its request has not come yet, the message is kept until it has. */
const OF_A_PORT_OUT: ReadonlySet<Heard['kind']> = new Set<Heard['kind']>(['instruction', 'abort', 'change', 'timedout'])

/** A message about a port that we do not know. */
export async function hearElsewhere(porting: Porting, tx: Tx, message: Message): Promise<Hearing> {
  const { heard, msgidentifier } = message
  const { market } = porting
  if (heard.kind === 'ported') return hearPorted(porting, tx, msgidentifier, heard)
  const isOurOwn = namerOf(msgidentifier) === market.operator
  return OF_A_PORT_OUT.has(heard.kind) && !isOurOwn
    ? { verdict: 'parked', note: `no request ${msgidentifier} has come yet; kept until it has`, ...NOWHERE }
    : { verdict: 'refused', note: `no port ${msgidentifier} here`, ...NOWHERE }
}

/** News of other operators' ports keeps the routing true; a port that names us, and that we do not know, is flagged. */
async function hearPorted(porting: Porting, tx: Tx, msgidentifier: string, heard: Ported): Promise<Hearing> {
  const { market } = porting
  if (heard.recipient === market.operator)
    return { verdict: 'refused', note: `ported to us, but no port ${msgidentifier} here`, ...NOWHERE }
  if (!operatorOf(market, heard.recipient)) {
    return { verdict: 'refused', note: `ported to ${heard.recipient}, who is not in the market`, ...NOWHERE }
  }
  const by = market.clearinghouse
  const at = porting.now()
  const numbers = { range: heard.range, numberType: heard.numberType }
  const route = routeTo(market, heard.recipient, numbers, heard.routingNumber)
  await writeRoutes(tx, [{ range: heard.range, route, source: 'port', cause: msgidentifier, by, at }])
  const detail = { range: rangeText(heard.range), operator: heard.recipient }
  await appendAudit(tx, [
    { at, actor: by, surface: 'pxs', action: 'route.ported_elsewhere', subject: msgidentifier, detail },
  ])
  // away from us, and its request has not come yet: routed already, and kept for the port that is to be made
  const verdict = heard.donor === market.operator ? 'parked' : 'applied'
  return { verdict, note: `routes of ${rangeText(heard.range)} now at ${heard.recipient}`, ...NOWHERE }
}

/**
 * Routes of numbers that a `terminated` message gives back to their block holder; a second removal changes nothing (O-44).
 * The operator's systems are told where the numbers had come to us or gone from us by a port.
 */
export async function hearTerminated(
  porting: Porting,
  tx: Tx,
  { msgidentifier, ranges }: { readonly msgidentifier: string; readonly ranges: readonly NumberRange[] },
): Promise<Hearing> {
  const by = porting.market.clearinghouse
  const at = porting.now()
  await writeRoutes(
    tx,
    ranges.map((range) => ({ range, route: undefined, source: 'port' as const, cause: msgidentifier, by, at })),
  )
  const said = ranges.map(rangeText).join(', ')
  for (const range of ranges) {
    const port = await findLastPorted(tx, range)
    const type = port?.direction === 'out' ? 'port_out.terminated' : 'port_in.terminated'
    if (port)
      await appendEvents(
        tx,
        [lifecycleEvent(porting.market, type, { ...port, range, updatedAt: at })],
        porting.subscriptions,
      )
  }
  await appendAudit(tx, [
    { at, actor: by, surface: 'pxs', action: 'route.terminated', subject: msgidentifier, detail: { ranges: said } },
  ])
  return { verdict: 'applied', note: `routes of ${said} removed`, ...NOWHERE }
}
