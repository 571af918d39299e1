import type { Db, Tx } from '../db/db.ts'
import { appendAudit } from '../events/audit.store.ts'
import { digitsOf, type E164 } from '../numbers/e164.ts'
import { Fault } from '../shared/fault.ts'
import type { Log } from '../shared/log.ts'
import {
  deleteExpiries,
  type Expiry,
  expireImports,
  findStacksDue,
  isAnythingDue,
  moveBefores,
} from './expiry.store.ts'
import { findRecordsOf, lockRoutes, type RouteRecord } from './route.store.ts'
import { isSameRoute } from './route.ts'
import { type NumberChange, writeNumbers } from './route-runs.store.ts'

export type Expiring = { readonly db: Db; readonly now: () => Temporal.Instant; readonly log: Log }

/** Numbers a transaction: as many as an import writes, and no more than followers read at once. */
const NUMBERS_AT_ONCE = 5000
const AUDITED_NUMBERS = 20

/**
 * Gives numbers whose route was for a time what they had before it. A change that came later and stays has ended that
 * already; of several routes for a time on one number, each ends on its own.
 *
 * @returns how many routes expired
 */
export async function revertExpired({ db, now, log }: Expiring): Promise<number> {
  const at = now()
  if (!(await isAnythingDue(db, at))) return 0
  const causes = await db.tx(async (tx) => {
    await lockRoutes(tx)
    await expireImports(tx, at)
    const stacks = await findStacksDue(tx, at, NUMBERS_AT_ONCE)
    return stacks.length === 0 ? [] : revert(tx, stacks, at)
  })
  for (const facts of causes) log.info(facts, 'routes that held for a time have expired')
  return causes.reduce((sum, { expired }) => sum + expired, 0)
}

type Reported = { readonly cause: string; readonly expired: number; readonly reverted: number }

async function revert(tx: Tx, stacks: readonly Expiry[][], at: Temporal.Instant): Promise<Reported[]> {
  const unwound = stacks.map((stack) => unwind(stack, at))
  const ended = unwound.flatMap(({ ended }) => ended)
  const restored = unwound.flatMap(({ restored }) => restored ?? [])
  await deleteExpiries(
    tx,
    ended.map(({ sequence }) => sequence),
  )
  await moveBefores(
    tx,
    unwound.flatMap(({ moved }) => moved ?? []),
  )
  const numbers = restored.map(({ number }) => number)
  const current = await findRecordsOf(tx, numbers)
  const changes = restored.flatMap((each) => changeBack(each, current.get(each.number)))
  changes.sort((a, b) => a.digits - b.digits)
  // A number that has no route again has none to say where it is from: history then names what has ended.
  const [first] = restored
  if (first && changes.length > 0)
    await writeNumbers(tx, changes, { source: first.source, cause: first.cause, by: 'expiry', at })
  return report(tx, { ended, reverted: new Set(numbers), at })
}

function changeBack({ number, before, source, cause }: Expiry, current: RouteRecord | undefined): NumberChange[] {
  const digits = Number(digitsOf(number))
  if (!before) {
    return current ? [{ number, digits, after: undefined, isNew: false, from: { source, cause } }] : []
  }
  const isThere =
    current?.source === before.source && current.cause === before.cause && isSameRoute(current.route, before.route)
  return isThere ? [] : [{ number, digits, after: before.route, isNew: current === undefined, from: before }]
}

/** What is to hold for a time must have one. Fault: field_invalid. */
export function assertStillToCome(expiresAt: Temporal.Instant | undefined, now: Temporal.Instant): void {
  if (!expiresAt || Temporal.Instant.compare(expiresAt, now) > 0) return
  throw new Fault(
    'field_invalid',
    `expires_at ${expiresAt} is over; give an instant that is still to come`,
    'expires_at',
  )
}

export type Unwound = {
  /** What has expired and is forgotten. */
  readonly ended: readonly Expiry[]
  /** The route to go back to is this one's `before`; undefined: what is there now stands. */
  readonly restored: Expiry | undefined
  /** A route that still holds, and what it goes back to from now on. */
  readonly moved: Expiry[]
}

/** Takes what has expired out of the routes for a time that stand on each other on one number, the oldest first. */
export function unwind(stack: readonly Expiry[], now: Temporal.Instant): Unwound {
  const ended: Expiry[] = []
  const moved: Expiry[] = []
  /** The lowest of the expired ones that are next to each other: what was before it was before them all. */
  let lowest: Expiry | undefined
  for (const each of stack) {
    if (Temporal.Instant.compare(each.expiresAt, now) <= 0) {
      ended.push(each)
      lowest ??= each
    } else if (lowest) {
      moved.push({ ...each, before: lowest.before })
      lowest = undefined
    }
  }
  return { ended, restored: lowest, moved }
}

async function report(
  tx: Tx,
  { ended, reverted, at }: { ended: readonly Expiry[]; reverted: ReadonlySet<E164>; at: Temporal.Instant },
): Promise<Reported[]> {
  const causes = [...Map.groupBy(ended, ({ cause, by }) => `${cause}\n${by}`).values()].flatMap((group) => {
    const [first] = group
    const numbers = group.map(({ number }) => number)
    return first ? [{ first, numbers, reverted: numbers.filter((number) => reverted.has(number)).length }] : []
  })
  await appendAudit(
    tx,
    causes.map(({ first, numbers, reverted }) => ({
      at,
      actor: 'expiry',
      surface: 'clock',
      action: 'route.expired',
      subject: numbers.length === 1 ? first.number : first.cause,
      detail: {
        cause: first.cause,
        by: first.by,
        expired: numbers.length,
        reverted,
        numbers: numbers.slice(0, AUDITED_NUMBERS),
      },
    })),
  )
  return causes.map(({ first, numbers, reverted }) => ({ cause: first.cause, expired: numbers.length, reverted }))
}
