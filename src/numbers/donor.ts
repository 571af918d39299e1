import { Fault } from '../shared/fault.ts'
import { digitsOf, type E164, parseE164 } from './e164.ts'
import { blockOf, localOf, type Market } from './market.ts'
import { type NumberRange, overlaps } from './range.ts'

/** A range that has been ported before, and the operator that serves it now. */
export type PortedRange = { readonly range: NumberRange; readonly operator: string }

/**
 * The operator that serves every number of `range`: the one it was ported to, else the holder of its block.
 *
 * @param ported - ranges that meet `range` or not, in any order; no two share a number
 * @param named - the operator that the asker names: believed for numbers of which nothing is known
 * @throws Fault donor_not_found when a number has never been ported and is in no block
 * @throws Fault range_spans_donors when two operators serve a part each
 */
export function donorOf(
  market: Market,
  range: NumberRange,
  ported: readonly PortedRange[],
  named?: string | undefined,
): string {
  const runs = runsOf(market, range, ported).map(({ operator = named, ...ends }) => ({ ...ends, operator }))
  const unheld = runs.find(({ operator }) => operator === undefined)
  if (unheld !== undefined) {
    throw new Fault(
      'donor_not_found',
      `no operator is known for ${localOf(market, numberOf(unheld.first))}: it is in no number block of ${market.title}; name the donor`,
    )
  }
  const donors = new Set(runs.map(({ operator }) => operator))
  const [donor] = donors
  if (donors.size > 1 || donor === undefined) throw new Fault('range_spans_donors', spanText(market, runs))
  return donor
}

/** The runs of the range, lowest first: whether they lie in blocks of an operator, whatever was ported. */
export function heldRuns(
  market: Market,
  range: NumberRange,
  operatorCode: string,
): { readonly range: NumberRange; readonly isHeld: boolean }[] {
  const held = blockRuns(market, integerOf(range.first), integerOf(range.last)).map(({ operator, ...ends }) => ({
    ...ends,
    operator: operator === operatorCode ? operator : undefined,
  }))
  return joined(held).map(({ first, last, operator }) => ({
    range: { first: numberOf(first), last: numberOf(last) },
    isHeld: operator !== undefined,
  }))
}

/** A stretch with one answer; ends included. Numbers of 15 digits are exact as integers. */
type Run = { readonly first: number; readonly last: number; readonly operator: string | undefined }

/** The runs of the range, lowest first, neighbours with the same answer made one. */
function runsOf(market: Market, range: NumberRange, ported: readonly PortedRange[]): Run[] {
  const end = integerOf(range.last)
  const overriding = ported
    .filter((route) => overlaps(route.range, range))
    .map((route) => ({
      first: integerOf(route.range.first),
      last: Math.min(integerOf(route.range.last), end),
      operator: route.operator,
    }))
    .sort((a, b) => a.first - b.first)
  const runs: Run[] = []
  let next = integerOf(range.first)
  for (const { first, last, operator } of overriding) {
    if (next < first) runs.push(...blockRuns(market, next, first - 1))
    runs.push({ first: Math.max(next, first), last, operator })
    next = last + 1
  }
  if (next <= end) runs.push(...blockRuns(market, next, end))
  return joined(runs)
}

/** Steps as wide as the plan's finest block: within one step all numbers have the same prefixes, so the same block. */
function blockRuns(market: Market, first: number, last: number): Run[] {
  const freeDigits = localOf(market, numberOf(first)).length - (market.prefixLengths[0] ?? 0)
  const step = 10 ** Math.max(0, freeDigits)
  const runs: Run[] = []
  for (let from = first; from <= last; ) {
    const to = Math.min(last, from - (from % step) + step - 1)
    runs.push({ first: from, last: to, operator: blockOf(market, numberOf(from))?.holder })
    from = to + 1
  }
  return joined(runs)
}

function joined(runs: readonly Run[]): Run[] {
  const out: Run[] = []
  for (const run of runs) {
    const before = out.at(-1)
    if (before?.operator === run.operator && before !== undefined) out[out.length - 1] = { ...before, last: run.last }
    else out.push(run)
  }
  return out
}

const RUNS_TOLD = 5

function spanText(market: Market, runs: readonly Run[]): string {
  const local = (integer: number) => localOf(market, numberOf(integer))
  const told = runs
    .slice(0, RUNS_TOLD)
    .map(
      ({ first, last, operator }) =>
        `${first === last ? local(first) : `${local(first)} to ${local(last)}`} ${operator}`,
    )
  const more = runs.length > RUNS_TOLD ? `, and ${runs.length - RUNS_TOLD} more parts` : ''
  return `the range has more than one donor: ${told.join(', ')}${more}; ask for each donor's numbers on their own`
}

function integerOf(number: E164): number {
  return Number(digitsOf(number))
}

function numberOf(integer: number): E164 {
  const number = parseE164(`+${integer}`)
  if (number === undefined) throw new Error(`+${integer} lies between two E.164 numbers of one length, and is none`)
  return number
}
