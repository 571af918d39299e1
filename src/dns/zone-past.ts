import type { Changes } from './journal.ts'
import type { TableReader } from './table-reader.ts'
import type { RouteValue } from './table-values.ts'

/** What was true of a table at a moment, and goes on being true while the table changes. */
export type ZonePast = {
  /** Reads what has changed since, with pauses; before anything else is asked. */
  read(): Generator<undefined>
  /** Reads what has changed while others had a turn; before anything else is asked after a pause. */
  catchUp(): void
  routeOf(digits: string): RouteValue | undefined
  /** Whether a longer number that begins with `digits` had a route. */
  hasBelow(digits: string): boolean
  hasChanged(digits: string): boolean
  /** The numbers that have changed since. */
  numbers(): Iterable<string>
  /** The proper beginnings of those, below which there may be other numbers now. */
  beginnings(): Iterable<string>
}

/** Changes that are read in one go: about a millisecond. */
const CHANGES_AT_ONCE = 500

export function zonePast(table: TableReader, changes: Changes): ZonePast {
  const values = new Map<string, RouteValue | undefined>()
  /** Once it is known it stays so: it is about a moment that is over. */
  const below = new Map<string, boolean | undefined>()
  const take = (atMost: number): number => {
    const next = changes.next(atMost)
    for (const { digits, before } of next) {
      // The earliest change tells what there was.
      if (values.has(digits)) continue
      values.set(digits, before)
      for (const beginning of beginningsOf(digits)) if (!below.has(beginning)) below.set(beginning, undefined)
    }
    return next.length
  }
  const routeOf = (digits: string): RouteValue | undefined =>
    values.has(digits) ? values.get(digits) : table.lookup(digits)
  const hasBelow = (digits: string): boolean => {
    if (!below.has(digits)) return table.hasBelow(digits)
    const known =
      below.get(digits) ?? nextDigits(digits).some((longer) => routeOf(longer) !== undefined || hasBelow(longer))
    below.set(digits, known)
    return known
  }
  return {
    *read() {
      // Fewer are the last; those that came in a pause are for catchUp, or an import could keep us here.
      while (take(CHANGES_AT_ONCE) === CHANGES_AT_ONCE) yield
    },
    catchUp: () => void take(Number.POSITIVE_INFINITY),
    routeOf,
    hasBelow,
    hasChanged: (digits) => values.has(digits),
    numbers: () => values.keys(),
    beginnings: () => below.keys(),
  }
}

/** The proper beginnings of digits: `'155'` gives `'1'`, `'15'`. */
export function beginningsOf(digits: string): string[] {
  return Array.from({ length: digits.length - 1 }, (_, at) => digits.slice(0, at + 1))
}

const DIGITS_MAX = 15

function nextDigits(digits: string): string[] {
  return digits.length < DIGITS_MAX ? Array.from({ length: 10 }, (_, next) => `${digits}${next}`) : []
}
