import { digitsOf } from '../numbers/e164.ts'
import { type NumberRange, sizeOf, walk } from '../numbers/range.ts'
import type { RouteTable } from './table.ts'
import type { RouteRows } from './table-rows.ts'
import type { RouteValue } from './table-values.ts'

/** One number's change: what it had before. */
type Change = { readonly generation: number; readonly digits: string; readonly before: RouteValue | undefined }

/** The latest changes of a table, for incremental transfers and for what was true when a transfer began. */
export type Journal = {
  /** The earliest generation from which every change up to now is known. */
  readonly reachesBackTo: number
  /**
   * What the numbers that changed since a generation had then, each number once.
   *
   * @returns undefined when the journal does not reach back so far
   */
  valuesAt(generation: number): ReadonlyMap<string, RouteValue | undefined> | undefined
}

/** So many single changes are kept; a secondary that is further behind gets the whole zone. */
const CHANGES_MAX = 200_000

/** The same table, with a journal of what is set in it. Changes count for the generation that is set after them. */
export function withJournal(
  table: RouteTable,
  changesMax = CHANGES_MAX,
): { readonly table: RouteTable; readonly journal: Journal } {
  const { note, noteMany, seal, forget, journal } = changeLog(table, changesMax)
  const journalled: RouteTable = {
    ...table,
    get size() {
      return table.size
    },
    get generation() {
      return table.generation
    },
    set(range, value) {
      note(range)
      table.set(range, value)
    },
    setMany(rows) {
      noteMany(rows)
      table.setMany(rows)
    },
    setGeneration(generation) {
      table.setGeneration(generation)
      seal(generation)
    },
    replacement() {
      const replacement = table.replacement()
      return {
        ...replacement,
        publish(generation) {
          replacement.publish(generation)
          forget(generation)
        },
      }
    },
  }
  return { journal, table: journalled }
}

/** Stands for the generation of changes until it is set: later than anything that a reader of the journal knows. */
const UNSEALED = Number.POSITIVE_INFINITY

function changeLog(table: RouteTable, changesMax: number) {
  let changes: Change[] = []
  let reachesBackTo = table.generation
  const forget = (generation: number): void => {
    changes = []
    reachesBackTo = generation
  }
  const journal: Journal = {
    get reachesBackTo() {
      return reachesBackTo
    },
    valuesAt(generation) {
      if (generation < reachesBackTo) return undefined
      const values = new Map<string, RouteValue | undefined>()
      // Backwards, so that the earliest change after the generation has the last word.
      for (let at = changes.length - 1; at >= 0 && changes[at]!.generation > generation; at--) {
        values.set(changes[at]!.digits, changes[at]!.before)
      }
      return values
    },
  }
  return {
    journal,
    forget,
    note(range: NumberRange): void {
      if (sizeOf(range) > changesMax) {
        forget(UNSEALED)
        return
      }
      for (const number of walk(range)) {
        const digits = digitsOf(number)
        changes.push({ generation: UNSEALED, digits, before: table.lookup(digits) })
      }
    },
    noteMany({ count, digits: numbers }: RouteRows): void {
      if (count > changesMax) {
        forget(UNSEALED)
        return
      }
      for (let row = 0; row < count; row++) {
        const digits = String(numbers[row])
        changes.push({ generation: UNSEALED, digits, before: table.lookup(digits) })
      }
    },
    seal(generation: number): void {
      for (let at = changes.length - 1; at >= 0 && changes[at]!.generation === UNSEALED; at--)
        changes[at] = { ...changes[at]!, generation }
      if (reachesBackTo === UNSEALED) forget(generation)
      if (changes.length <= changesMax * 1.25) return
      const dropped = changes[changes.length - changesMax]!.generation
      reachesBackTo = dropped
      changes = changes.filter((change) => change.generation > dropped)
    },
  }
}
