import type { Tx } from '../db/db.ts'
import { appendAudit } from '../events/audit.store.ts'
import { cutOff, findOldest, lockChain } from '../events/audit-chain.store.ts'
import { AUDIT_CUT } from '../events/audit-chain.ts'
import { RETAINED, type Retained, type RetentionDays } from '../numbers/retention.ts'
import type { Porting } from './porting.ts'
import {
  type Batch,
  findKeptPorts,
  removeAlerts,
  removeEvents,
  removeMessageBodies,
  removePersonal,
} from './retention.store.ts'

type Removal = {
  readonly what: string
  readonly remove: (tx: Tx, batch: Batch, at: Temporal.Instant) => Promise<number>
}

/** What is removed when its time is over, and what stays of it. A port that is under way keeps everything. */
// biome-ignore format: a table
export const REMOVALS: Readonly<Record<Retained, Removal>> = {
  messages: { what: 'the bytes of messages between operators, after the end of their port; that they were exchanged stays',           remove: removeMessageBodies },
  events:   { what: 'events with their deliveries, after the end of their port, once told or given up',                              remove: removeEvents },
  personal: { what: 'e-mail address and authorisation number of a port, after its end; PINs and account numbers that were taken back', remove: removePersonal },
  audit:    { what: 'the oldest rows of the audit; the chain begins after them, and a row of it says so',                             remove: removeAudit },
  alerts:   { what: 'alerts, after they were over',                                                                                   remove: removeAlerts },
}

/** So many things are removed in one transaction. */
const BATCH = 500

/** A period as it stands now. */
export type Period = {
  readonly name: Retained
  readonly what: string
  /** undefined: for ever. */
  readonly days: number | undefined
  /** What was over before this is removed. */
  readonly before: Temporal.Instant | undefined
}

/** The periods of a deployment: its own settings count before its market's. */
export function periodsOf({ market, now }: Pick<Porting, 'market' | 'now'>, own: RetentionDays): Period[] {
  return RETAINED.map((name) => {
    const days = own[name] ?? market.retentionDays?.[name]
    const before = days === undefined ? undefined : now().subtract({ hours: 24 * days })
    return { name, what: REMOVALS[name].what, days, before }
  })
}

/**
 * Removes one batch of everything whose time is over. Each batch commits by itself, with a row in the audit, so it may be cut off
 * at any moment.
 *
 * @returns how much was removed; the job runs again at once while that is not 0
 */
export async function removeOld(
  porting: Pick<Porting, 'db' | 'market' | 'now'>,
  own: RetentionDays,
  limit = BATCH,
): Promise<number> {
  let removed = 0
  for (const { name, days, before } of periodsOf(porting, own)) {
    if (before === undefined) continue
    removed += await porting.db.tx(async (tx) => {
      const at = porting.now()
      const count = await REMOVALS[name].remove(tx, { before, limit }, at)
      // the audit's own removal writes a row that its chain is verified by
      if (count === 0 || name === 'audit') return count
      const detail = { removed: count, days, before: before.toString() }
      const row = { at, actor: 'retention', surface: 'clock', action: 'retention.removed', subject: name, detail }
      await appendAudit(tx, [row])
      return count
    })
  }
  return removed
}

/** The oldest rows up to the first that is not old, or is about a port that keeps everything; never the last of the chain. */
async function removeAudit(tx: Tx, { before, limit }: Batch, at: Temporal.Instant): Promise<number> {
  const head = await lockChain(tx)
  if (!head) return 0
  const oldest = (await findOldest(tx, limit)).filter(({ position }) => position < head.position)
  const kept = await findKeptPorts(
    tx,
    before,
    oldest.map(({ subject }) => subject),
  )
  const stop = oldest.findIndex((row) => Temporal.Instant.compare(row.at, before) >= 0 || kept.has(row.subject))
  const old = stop === -1 ? oldest : oldest.slice(0, stop)
  const last = old.at(-1)
  if (!last) return 0
  await cutOff(tx, { ...last, removedAt: at })
  const detail = { removed: old.length, position: last.position, hash: last.hash.toString('hex') }
  const row = { at, actor: 'retention', surface: 'clock', action: AUDIT_CUT, subject: 'audit', detail }
  await appendAudit(tx, [row])
  return old.length
}
