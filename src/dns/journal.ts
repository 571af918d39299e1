import { digitsOf } from '../numbers/e164.ts'
import { type NumberRange, sizeOf, walk } from '../numbers/range.ts'
import type { RouteTable } from './table.ts'
import { LAST_DIGITS } from './table-block.codec.ts'
import type { TableReader } from './table-reader.ts'
import type { RouteRows } from './table-rows.ts'
import type { RouteValue } from './table-values.ts'

/** One number's change: what it had before. */
type Change = { readonly generation: number; readonly digits: string; readonly before: RouteValue | undefined }

/** What numbers had at some generation and have no longer: digits, and what they had. */
export type Undo = ReadonlyMap<string, RouteValue | undefined>

/** What was true at the moment that it was asked for, whatever has changed since. */
export type Past = {
  /**
   * What has changed since in one block.
   *
   * @param start - the digits of its numbers without the last three
   * @throws Error when more has changed than is remembered
   */
  changedIn(start: string): Undo
}

/** The latest changes of a table, for incremental transfers and for what was true when a transfer began. */
export type Journal = {
  /** The earliest generation from which every change up to now is known. */
  readonly reachesBackTo: number
  /**
   * What the numbers that changed since a generation had then, each number once.
   *
   * @returns undefined when the journal does not reach back so far
   */
  valuesAt(generation: number): Undo | undefined
  /** What is true now, to be asked later. */
  present(): Past
}

const NONE: Undo = new Map()
/** Of a table that nobody writes. */
export const UNCHANGING: Past = { changedIn: () => NONE }
const TOO_MUCH = 'the zone changed too much while it was transferred; the secondary will ask again'

/** Remembers nothing: every incremental transfer is a whole one, and a zone that changes meanwhile is not transferred. */
export function noJournal(table: TableReader): Journal {
  return {
    reachesBackTo: Number.POSITIVE_INFINITY,
    valuesAt: () => undefined,
    present() {
      const { generation } = table
      return {
        changedIn() {
          if (table.generation !== generation) throw new Error(TOO_MUCH)
          return NONE
        },
      }
    },
  }
}

/** So many single changes are kept; a secondary that is further behind gets the whole zone. */
const CHANGES_MAX = 200_000

export type JournalOptions = {
  readonly changesMax?: number
  /**
   * Whether the zones are made of the routes as they were before: with other blocks, operators or wording a secondary has other
   * records than we would take out, and gets the whole zone once.
   */
  readonly isContinued?: boolean
}

/** The same table, with a journal of what is set in it. Changes count for the generation that is set after them. */
export function withJournal(
  table: RouteTable,
  { changesMax = CHANGES_MAX, isContinued = true }: JournalOptions = {},
): { readonly table: RouteTable; readonly journal: Journal } {
  const reachesBackTo = isContinued ? table.generation : table.generation + 1
  const { note, noteMany, seal, forget, journal } = changeLog(table, changesMax, reachesBackTo)
  /** Of a table that was empty, the generation that its secondaries may have is the first that is loaded. */
  let ahead = !isContinued && table.generation === 0 ? 1 : 0
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
          forget(generation + ahead)
          ahead = 0
        },
      }
    },
  }
  return { journal, table: journalled }
}

/** Stands for the generation of changes until it is set: later than anything that a reader of the journal knows. */
const UNSEALED = Number.POSITIVE_INFINITY

function changeLog(table: RouteTable, changesMax: number, begin: number) {
  let changes: Change[] = []
  /** How many changes have stood before the first that is kept. */
  let dropped = 0
  let reachesBackTo = begin
  const forget = (generation: number): void => {
    // One more than there were: what is gone without having been a change is missed by those who hold on to the past.
    dropped += changes.length + 1
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
    present: () => past(() => ({ changes, dropped }), dropped + changes.length),
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
      reachesBackTo = Math.max(reachesBackTo, changes[changes.length - changesMax]!.generation)
      const kept = changes.filter((change) => change.generation > reachesBackTo)
      dropped += changes.length - kept.length
      changes = kept
    },
  }
}

/** Reads each change once, by block, so that a zone of many blocks can be transferred while much changes. */
function past(log: () => { readonly changes: readonly Change[]; readonly dropped: number }, from: number): Past {
  const blocks = new Map<string, Map<string, RouteValue | undefined>>()
  let next = from
  const catchUp = (): void => {
    const { changes, dropped } = log()
    if (next < dropped) throw new Error(TOO_MUCH)
    for (; next < dropped + changes.length; next++) {
      const { digits, before } = changes[next - dropped]!
      const start = digits.slice(0, -LAST_DIGITS)
      const block = blocks.get(start) ?? new Map<string, RouteValue | undefined>()
      blocks.set(start, block)
      // The earliest change tells what there was.
      if (!block.has(digits)) block.set(digits, before)
    }
  }
  return {
    changedIn(start) {
      catchUp()
      return blocks.get(start) ?? NONE
    },
  }
}
