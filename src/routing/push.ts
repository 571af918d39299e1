import type { Reader, Tx } from '../db/db.ts'
import { appendAudit } from '../events/audit.store.ts'
import { digitsOf, type E164 } from '../numbers/e164.ts'
import type { Market } from '../numbers/market.ts'
import { type NumberRange, rangeText } from '../numbers/range.ts'
import { counted } from '../shared/count.ts'
import { Fault } from '../shared/fault.ts'
import type { Desk, Person } from './desk.ts'
import { heldByPort, nothingToRemove, numberOf } from './desk.ts'
import { cancelExpiriesOf, saveBefores } from './expiry.store.ts'
import { assertStillToCome } from './expiry.ts'
import type { Outcome } from './import-batch.ts'
import { isHeldByPort, isKeptAsPorted } from './promise.ts'
import { type PushEntry, type Wish, type Wishes, wishesOf } from './push-wishes.ts'
import { findGeneration, findRecordsOf, lockRoutes, type RouteRecord } from './route.store.ts'
import { isSameRoute, type Route } from './route.ts'
import { writeNumbers } from './route-runs.store.ts'

export type ManyPush = {
  readonly entries: readonly PushEntry[]
  /** After it the numbers have again what they had before; absent: the push holds until the next change. */
  readonly expiresAt?: Temporal.Instant | undefined
  /** How many numbers the caller says that it is: must be right where it is said, and said where there are many. */
  readonly confirmed?: number | undefined
  readonly by: Person
}

/** Neighbours that had the same and get the same. */
export type PushRun = {
  readonly range: NumberRange
  readonly outcome: Outcome
  readonly before: RouteRecord | undefined
  readonly after: Route | undefined
}

export type PushReport = {
  readonly numbers: number
  readonly counts: Readonly<Record<Outcome, number>>
  /** In number order, also what stays as it is. */
  readonly runs: readonly PushRun[]
  /** The generation that has it, or had it already; of a dry run the one that it was compared with. */
  readonly generation: number
}

export type PushMode = 'for real' | 'dry run'

/** Pushes with more numbers must confirm how many. */
export const PUSH_CONFIRMED_FROM = 100
export type RoutePusher = {
  /**
   * All of it or nothing. A dry run says what it would change, refuses what it would refuse, and needs no confirmation.
   *
   * Faults: number_invalid, number_outside_plan, range_reversed, range_unequal_length, range_too_large, operator_unknown,
   * routing_number_invalid, field_invalid, route_held_by_port, count_unconfirmed.
   */
  push(push: ManyPush, mode: PushMode): Promise<PushReport>
  /** Faults: number_invalid, number_outside_plan, route_not_found, route_held_by_port. */
  remove(msisdn: string, by: Person, mode: PushMode): Promise<PushReport>
}

export type PushDeps = Pick<Desk, 'db' | 'market' | 'now' | 'log'>

export function routePusher(deps: PushDeps): RoutePusher {
  return {
    async push({ entries, expiresAt, confirmed, by }, mode) {
      assertStillToCome(expiresAt, deps.now())
      const wishes = wishesOf(deps.market, entries)
      assertConfirmed(wishes.numbers.length, confirmed, mode)
      return mode === 'dry run' ? preview(deps, wishes, by) : save(deps, wishes, { by, expiresAt })
    },
    async remove(msisdn, by, mode) {
      const number = numberOf(deps.market, msisdn)
      const wish = { range: { first: number, last: number }, operator: undefined, routingNumber: undefined }
      const wishes = { ranges: [wish], numbers: [{ number, operator: undefined, after: undefined }] }
      return mode === 'dry run' ? preview(deps, wishes, by) : save(deps, wishes, { by, expiresAt: undefined })
    },
  }
}

/** Whoever changes much says how much. */
function assertConfirmed(numbers: number, confirmed: number | undefined, mode: PushMode): void {
  if (confirmed === numbers || (confirmed === undefined && (mode === 'dry run' || numbers <= PUSH_CONFIRMED_FROM)))
    return
  const said = confirmed === undefined ? 'which was not confirmed' : `and ${confirmed} was confirmed`
  throw new Fault(
    'count_unconfirmed',
    `the push has ${counted(numbers, 'number')}, ${said}: look at a dry run, then send confirmed_count ${numbers}`,
    'confirmed_count',
  )
}

async function preview({ db, market }: PushDeps, { numbers }: Wishes, by: Person): Promise<PushReport> {
  return db.snapshot(async (reader) =>
    reportOf(await judged(reader, market, numbers, by), await findGeneration(reader)),
  )
}

type Judged = PushRun & { readonly number: E164 }

/** Compares what is wished with what there is. Faults: route_not_found, route_held_by_port. */
async function judged(reader: Reader, market: Market, wishes: readonly Wish[], by: Person): Promise<Judged[]> {
  const existing = await findRecordsOf(
    reader,
    wishes.map(({ number }) => number),
  )
  return wishes.map(({ number, operator, after }) => {
    const before = existing.get(number)
    if (!before && operator === undefined) throw nothingToRemove(market, number)
    const isKept = before !== undefined && isKeptAsPorted(before, { operator, route: after }, market.operator)
    const outcome = isKept ? 'unchanged' : outcomeOf(before, after)
    const mayMove = by.mayOverride && by.reason !== undefined
    if (before && outcome !== 'unchanged' && isHeldByPort(before, market.operator) && !mayMove)
      throw heldByPort(number, before)
    return { number, range: { first: number, last: number }, outcome, before, after: isKept ? before.route : after }
  })
}

function outcomeOf(before: RouteRecord | undefined, after: Route | undefined): Outcome {
  if (!after) return before ? 'removed' : 'unchanged'
  if (!before) return 'set'
  return isSameRoute(before.route, after) ? 'unchanged' : 'changed'
}

async function save(
  deps: PushDeps,
  { ranges, numbers }: Wishes,
  { by, expiresAt }: { by: Person; expiresAt: Temporal.Instant | undefined },
): Promise<PushReport> {
  const { db, market, now, log } = deps
  const report = await db.tx(async (tx) => {
    await lockRoutes(tx)
    const all = await judged(tx, market, numbers, by)
    const changed = all.filter(({ outcome }) => outcome !== 'unchanged')
    const at = now()
    const origin = { source: 'push', cause: `push by ${by.name}`, by: by.name, at } as const
    // what is to hold until the next change is not taken back any more, also where it is what it was
    if (expiresAt) await saveBefores(tx, changed, { ...origin, expiresAt })
    else
      await cancelExpiriesOf(
        tx,
        numbers.map(({ number }) => number),
      )
    const changes = changed.map(({ number, before, after }) => {
      return { number, digits: Number(digitsOf(number)), after, isNew: before === undefined }
    })
    const generation = changes.length > 0 ? await writeNumbers(tx, changes, origin) : await findGeneration(tx)
    const report = reportOf(all, generation)
    await audit(tx, { ranges, all, report, by, at, expiresAt })
    return report
  })
  log.info({ numbers: report.numbers, counts: report.counts, by: by.name }, 'routes pushed')
  return report
}

/** One row for each range that was named. */
async function audit(
  tx: Tx,
  pushed: {
    ranges: Wishes['ranges']
    all: readonly Judged[]
    report: PushReport
    by: Person
    at: Temporal.Instant
    expiresAt: Temporal.Instant | undefined
  },
): Promise<void> {
  const { ranges, all, report, by, at, expiresAt } = pushed
  const beforeOf = new Map(all.map(({ number, before }) => [number, before]))
  await appendAudit(
    tx,
    ranges.map(({ range, operator, routingNumber }) => ({
      at,
      actor: by.name,
      surface: 'native',
      action: operator === undefined ? 'route.removed' : 'route.pushed',
      subject: rangeText(range),
      reason: by.reason,
      detail: {
        operator: operator ?? null,
        routingNumber: routingNumber ?? null,
        expiresAt: expiresAt?.toString() ?? null,
        generation: report.generation,
        pushed: report.counts,
        ...(range.first === range.last && { before: beforeOf.get(range.first) ?? null }),
      },
    })),
  )
}

function reportOf(all: readonly Judged[], generation: number): PushReport {
  const counts = { set: 0, changed: 0, unchanged: 0, removed: 0 }
  const runs: PushRun[] = []
  for (const { number, outcome, before, after } of all) {
    counts[outcome] += 1
    const run = runs.at(-1)
    if (run && isNext(run.range.last, number) && isAlike(run, { outcome, before, after }))
      runs[runs.length - 1] = { ...run, range: { first: run.range.first, last: number } }
    else runs.push({ range: { first: number, last: number }, outcome, before, after })
  }
  return { numbers: all.length, counts, runs, generation }
}

function isNext(a: E164, b: E164): boolean {
  return a.length === b.length && Number(digitsOf(b)) === Number(digitsOf(a)) + 1
}

function isAlike(a: Omit<PushRun, 'range'>, b: Omit<PushRun, 'range'>): boolean {
  return (
    a.outcome === b.outcome &&
    a.before?.source === b.before?.source &&
    a.before?.cause === b.before?.cause &&
    isSame(a.before?.route, b.before?.route) &&
    isSame(a.after, b.after)
  )
}

function isSame(a: Route | undefined, b: Route | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && isSameRoute(a, b))
}
