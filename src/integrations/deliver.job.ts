import type { Db } from '../db/db.ts'
import type { Log } from '../shared/log.ts'
import { turns } from '../shared/turns.ts'
import { type ClaimedDelivery, claimDue, type Settlement, settle } from './delivery.store.ts'
import { nextAttemptAt } from './retry.ts'
import type { WebhookClient } from './webhook.client.ts'
import { bodyOf, headersOf, type Subscription } from './webhook.ts'

/** Longer than the client's time-out, so that a live worker settles before its lease ends. */
const LEASE_SECONDS = 60
const DELIVERIES_PER_BATCH = 16
/** After so long a subscription is looked at anew: it may have been paused, or have another address or secret by now. */
const TURN_SECONDS = 5

export type Deliver = {
  readonly db: Db
  readonly client: WebhookClient
  readonly now: () => Temporal.Instant
  readonly log: Log
  /** Is told of deliveries once it is written what came of them; not of those whose worker was lost in between. */
  readonly tried?: (deliveries: readonly { readonly type: string; readonly subject: string }[]) => Promise<void>
}

export type Deliverer = {
  /**
   * Works off the deliveries that are due, all subscriptions at once and each in batches. Can run twice at a time and in many
   * processes: a delivery is held by a lease in its row, and one whose worker was lost is made again after it.
   *
   * @returns how many deliveries were made, and how many receivers are still at it: 0 when there was nothing to do, or nobody who took it
   */
  run(subscriptions: readonly Subscription[]): Promise<number>
  /** Lets the attempts that are under way end, and begins no more. */
  stop(): Promise<void>
}

export function deliverer(work: Deliver, patienceMs?: number): Deliverer {
  const receivers = turns<string>('delivering events', patienceMs)
  let isStopping = false
  return {
    async run(subscriptions) {
      const busy = new Set(receivers.underWay())
      for (const subscription of subscriptions) {
        if (!busy.has(subscription.name)) {
          receivers.begin(subscription.name, () => deliverTo(subscription, work, () => isStopping))
        }
      }
      return receivers.pass()
    },
    async stop() {
      isStopping = true
      await receivers.end()
    },
  }
}

async function deliverTo(subscription: Subscription, work: Deliver, isStopping: () => boolean): Promise<number> {
  const since = performance.now()
  let made = 0
  while (!isStopping() && performance.now() - since < TURN_SECONDS * 1000) {
    const now = work.now()
    const claimed = await claimDue(work.db, {
      subscription: subscription.name,
      now,
      lockedUntil: now.add({ seconds: LEASE_SECONDS }),
      limit: DELIVERIES_PER_BATCH,
    })
    if (claimed.length === 0) break
    const settlements = await Promise.all(claimed.map((delivery) => attempt(delivery, subscription, work)))
    await settle(work.db, subscription.name, settlements, work.now())
    for (const settlement of settlements) report(settlement, subscription, work)
    await tellTried(claimed, work)
    const delivered = settlements.filter(({ outcome }) => outcome === 'delivered').length
    made += delivered
    // a receiver that took nothing of a whole batch is down: the others are tried on the next run, not now
    if (delivered === 0) break
  }
  return made
}

/** Who is told looks by a clock as well, so that failing to tell is no failure of the deliveries. */
async function tellTried(deliveries: readonly ClaimedDelivery[], { tried, log }: Deliver): Promise<void> {
  await tried?.(deliveries).catch((error: unknown) =>
    log.warn({ err: error }, 'nobody was told that deliveries were tried'),
  )
}

async function attempt(delivery: ClaimedDelivery, subscription: Subscription, work: Deliver): Promise<Settlement> {
  const body = bodyOf(delivery)
  const headers = headersOf(subscription, delivery, { body, at: work.now(), attempt: delivery.attempts })
  const answer = await work.client.post(subscription.url, headers, body)
  const settled = { id: delivery.id, subject: delivery.subject, attempts: delivery.attempts, ...answer }
  if (answer.status !== undefined && answer.status >= 200 && answer.status < 300)
    return { ...settled, outcome: 'delivered' }
  const at = nextAttemptAt(delivery.attempts, work.now(), Math.random())
  return at ? { ...settled, outcome: 'retry', at } : { ...settled, outcome: 'dead' }
}

function report(settlement: Settlement, { name }: Subscription, { log }: Deliver): void {
  const { id, subject, attempts, status, detail } = settlement
  const facts = { subscription: name, event: id, port: subject, attempts, status, detail }
  if (settlement.outcome === 'retry') log.warn({ ...facts, nextAttemptAt: settlement.at.toString() }, 'delivery failed')
  else if (settlement.outcome === 'dead') log.error(facts, 'delivery given up')
  else log.debug(facts, 'delivery made')
}
