import type { EventType } from '../events/event.ts'
import { appendEvents } from '../events/outbox.store.ts'
import { retryAt } from '../shared/retry.ts'
import { turns } from '../shared/turns.ts'
import {
  claimSteps,
  countOpenSteps,
  type Delivered,
  endStep,
  findDeliveries,
  postponeStep,
  type StepClaim,
  wakeChecks,
} from './checklist.store.ts'
import { type Check, type Checks, LAST_STEP, STEP_TABLE, STEPS, type StepName, type Verdict } from './checklist.ts'
import { takeEdge } from './edge.ts'
import { lifecycleEvent } from './lifecycle.ts'
import { findPortById, lockPortById } from './port.store.ts'
import type { Porting } from './porting.ts'

/** Steps of one kind that are claimed at once, each worked at beside the others. */
const ROUND = 32
/** Longer than any check may take but charging, which has leases of its own. */
const LEASE_SECONDS = 20

export type Confirmer = {
  /** @returns how many steps were tried, and how many kinds are still at it */
  run(): Promise<number>
  /** Lets the checks that are under way end. */
  stop(): Promise<void>
}

/**
 * Works off the checklists of ported ports, each kind of step by itself: a CRM that is silent keeps no route from being confirmed.
 * Each step may be done twice, so that one that was cut off is done again; the last confirmation takes the port to
 * Number_Ported_Complete in the same transaction.
 */
export function confirmer(porting: Porting, checks: Checks): Confirmer {
  const kinds = turns<StepName>('confirming ported ports')
  return {
    async run() {
      const busy = kinds.underWay()
      const claims = await claimSteps(porting.db, {
        now: porting.now(),
        leaseSeconds: LEASE_SECONDS,
        limit: ROUND,
        steps: STEPS.filter((step) => !busy.includes(step)),
        last: LAST_STEP,
      })
      for (const [step, ofKind] of Map.groupBy(claims, ({ step }) => step)) {
        kinds.begin(step, async () => {
          const ends = await Promise.allSettled(ofKind.map((claim) => confirmOne(porting, claim, checks[step])))
          const failed = ends.find((end) => end.status === 'rejected')
          if (failed) throw failed.reason // after the others, so that the turn ends with the last of them
          return ofKind.length
        })
      }
      return kinds.pass()
    },
    stop: kinds.end,
  }
}

async function confirmOne(porting: Porting, claim: StepClaim, check: Check | undefined): Promise<void> {
  const port = await findPortById(porting.db, claim.portId)
  if (!port) throw new Error(`step ${claim.step} has no port ${claim.portId}`)
  if (!check) return settle(porting, claim, { state: 'not_required', by: 'the deployment has this step no longer' })
  const verdict = await check({ ...port, movedAt: claim.startedAt }).catch(unexpected)
  if ('by' in verdict) return settle(porting, claim, { state: verdict.kind, by: verdict.by })
  const at = retryAt(porting.now(), claim.attempts)
  await postponeStep(porting.db, claim, { state: verdict.kind, reason: verdict.reason, at })
  const facts = { port: port.msgidentifier, step: claim.step, attempts: claim.attempts, reason: verdict.reason }
  if (verdict.kind === 'failed') porting.log.warn(facts, 'a step after the port failed; it is tried again')
}

/** A check that throws must not stop the others: its step says so and is tried again. */
function unexpected(error: unknown): Verdict {
  return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
}

async function settle(
  porting: Porting,
  claim: StepClaim,
  end: { readonly state: 'confirmed' | 'not_required'; readonly by: string },
): Promise<void> {
  await porting.db.tx(async (tx) => {
    const port = await lockPortById(tx, claim.portId)
    const isEnded = await endStep(tx, claim, { ...end, at: porting.now() })
    if (!port || !isEnded || port.state !== 'Number_Ported') return
    if ((await countOpenSteps(tx, port.id)) > 0) return wakeChecks(tx)
    await takeEdge(porting, tx, port, 'checks:confirmed', { by: 'checks', surface: 'clock' })
  })
}

/**
 * Confirms a step by the delivery of its event to everybody who wants it. A webhook that was removed wants nothing any more.
 *
 * @param saying - the event where this step says it; otherwise an edge has
 */
export function deliveryCheck(porting: Porting, step: StepName, saying?: EventType): Check {
  return async (port) => {
    const type = STEP_TABLE[step].event?.[port.direction]
    if (!type) throw new Error(`the step ${step} has no event for a port-${port.direction}`)
    const deliveries = await findDeliveries(porting.db, { subject: port.msgidentifier, type })
    if (deliveries === undefined) {
      if (saying) await sayOnce(porting, port.id, saying)
      return { kind: 'waiting', reason: `${type} is on its way` }
    }
    return verdictOn(type, deliveries)
  }
}

function verdictOn(type: string, deliveries: readonly Delivered[]): Verdict {
  const delivered = deliveries.filter(({ state }) => state === 'delivered')
  const open = deliveries.find(({ state, audience }) => state !== 'delivered' && audience !== 'gone')
  if (open) {
    const { subscription, state, attempts, audience, lastError } = open
    const why = lastError ?? 'not answered yet'
    if (audience === 'paused') return { kind: 'failed', reason: `${subscription}: the webhook is paused` }
    if (state === 'dead') return { kind: 'failed', reason: `${subscription}: given up, ${why}` }
    return { kind: attempts === 0 || lastError === null ? 'waiting' : 'failed', reason: `${subscription}: ${why}` }
  }
  if (delivered.length > 0) return { kind: 'confirmed', by: `${type} delivered to ${names(delivered)}` }
  const gone = deliveries.length === 0 ? '' : `: ${names(deliveries)} was removed`
  return { kind: 'not_required', by: `nobody wants ${type} any more${gone}` }
}

/** Says an event of a port unless it has been said: the lock on the port keeps two workers apart. */
async function sayOnce(porting: Porting, portId: string, type: EventType): Promise<void> {
  await porting.db.tx(async (tx) => {
    const port = await lockPortById(tx, portId)
    if (!port || (await findDeliveries(tx, { subject: port.msgidentifier, type })) !== undefined) return
    await appendEvents(tx, [lifecycleEvent(porting.market, type, { ...port, updatedAt: porting.now() })])
  })
}

function names(deliveries: readonly { readonly subscription: string }[]): string {
  return deliveries.map(({ subscription }) => subscription).join(', ')
}
