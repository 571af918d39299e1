import type { E164 } from '../numbers/e164.ts'
import { type ImportRow, type Refusal, refusalOf } from './import-check.ts'
import type { Target } from './import-record.codec.ts'
import { isHeldByPort } from './promise.ts'
import type { RouteRecord } from './route.store.ts'
import { isSameRoute, type Route } from './route.ts'
import type { NumberChange } from './route-runs.store.ts'

/** What becomes of a number: a first route, another route, the route that it has, none. */
export const OUTCOMES = ['set', 'changed', 'unchanged', 'removed'] as const
export type Outcome = (typeof OUTCOMES)[number]
export type Counts = Record<string, Record<Outcome, number>>

/** Of each kind and operator in a batch. */
const EXAMPLES = 5

/** A number with what it had and gets, for people. */
export type Example = {
  readonly number: E164
  readonly outcome: Outcome
  readonly operator: string
  readonly before: Route | undefined
  readonly after: Route | undefined
}

export type Verdict = {
  /** By operator that the lines name. */
  readonly counts: Counts
  readonly repeated: number
  readonly refusals: readonly Refusal[]
  /** What is to be written, in number order. */
  readonly changes: readonly NumberChange[]
  /** Whose lines were taken, written or not: each number once. */
  readonly taken: readonly ImportRow[]
  /** Routes that a port promised and that are set aside by force. */
  readonly forced: readonly { readonly number: E164; readonly before: RouteRecord; readonly after: Route | undefined }[]
  readonly examples: readonly Example[]
}

/** Each number once, in number order; of several rows the last holds, and counts as what the first was. */
function lastOfEach(rows: readonly ImportRow[]): { rows: readonly ImportRow[]; dropped: number } {
  if (rows.every(({ digits }, index) => index === 0 || digits > rows[index - 1]!.digits)) return { rows, dropped: 0 }
  const byDigits = new Map<number, ImportRow>()
  for (const row of rows) {
    const earlier = byDigits.get(row.digits)
    byDigits.set(row.digits, earlier ? { ...row, isRepeated: earlier.isRepeated } : row)
  }
  return { rows: [...byDigits.values()].sort((a, b) => a.digits - b.digits), dropped: rows.length - byDigits.size }
}

export type Rules = {
  /** Our own operator code: whose ports promise their routes (contract I7). */
  readonly ours: string
  /** Whether routes that a port promises may be set aside. */
  readonly isForced: boolean
}

/** Compares what lines want with the routes that there are. The whole of a dry run, and of an import what it writes. */
export function judge(
  rows: readonly ImportRow[],
  existing: ReadonlyMap<E164, RouteRecord>,
  { ours, isForced }: Rules,
): Verdict {
  const once = lastOfEach(rows)
  const verdict = {
    counts: {} as Counts, // the index signature says nothing of which operators there are
    repeated: once.dropped,
    refusals: [] as Refusal[],
    changes: [] as NumberChange[],
    forced: [] as { number: E164; before: RouteRecord; after: Route | undefined }[],
    examples: [] as Example[],
  }
  const held = new Set<ImportRow>()
  for (const row of once.rows) {
    const { number, digits, line, target, isRepeated } = row
    const before = existing.get(number)
    const outcome = outcomeOf(target, before, ours)
    const isHeld = before !== undefined && outcome !== 'unchanged' && isHeldByPort(before, ours)
    if (isHeld && !isForced) {
      held.add(row)
      verdict.refusals.push(
        refusalOf(line, `the number came to us by the port ${before.cause}, which promises its route`),
      )
      continue
    }
    const after = target.kind === 'route' ? target.route : undefined
    if (isHeld) verdict.forced.push({ number, before, after })
    if (outcome !== 'unchanged') verdict.changes.push({ number, digits, after, isNew: before === undefined })
    if (isRepeated) {
      verdict.repeated += 1
      continue
    }
    verdict.counts[target.operator] ??= { set: 0, changed: 0, unchanged: 0, removed: 0 }
    verdict.counts[target.operator]![outcome] += 1
    if (verdict.counts[target.operator]![outcome] <= EXAMPLES)
      verdict.examples.push({ number, outcome, operator: target.operator, before: before?.route, after })
  }
  return { ...verdict, taken: held.size === 0 ? once.rows : once.rows.filter((row) => !held.has(row)) }
}

function outcomeOf(target: Target, before: RouteRecord | undefined, ours: string): Outcome {
  if (target.kind === 'route') {
    if (!before) return 'set'
    return isSameRoute(before.route, target.route) ? 'unchanged' : 'changed'
  }
  if (!before) return 'unchanged'
  // A number of our own block that a port brought back to us: the line says no more than the port did.
  if (target.kind === 'home' && target.operator === ours && isHeldByPort(before, ours)) return 'unchanged'
  return 'removed'
}

export function addCounts(into: Counts, more: Counts): void {
  for (const [operator, counts] of Object.entries(more)) {
    into[operator] ??= { set: 0, changed: 0, unchanged: 0, removed: 0 }
    for (const outcome of OUTCOMES) into[operator]![outcome] += counts[outcome]
  }
}

/** The sum of counts over all operators. */
export function totalOf(counts: Counts): Record<Outcome, number> & { readonly accepted: number } {
  const total = { set: 0, changed: 0, unchanged: 0, removed: 0, accepted: 0 }
  for (const each of Object.values(counts)) {
    for (const outcome of OUTCOMES) {
      total[outcome] += each[outcome]
      total.accepted += each[outcome]
    }
  }
  return total
}
