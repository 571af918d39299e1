import { digitsOf } from '../numbers/e164.ts'
import { type NumberRange, sizeOf, walk } from '../numbers/range.ts'
import type { RouteTable } from './table.ts'
import { LAST_DIGITS } from './table-block.codec.ts'
import type { TableReader } from './table-reader.ts'
import type { RouteRows } from './table-rows.ts'
import type { RouteValue } from './table-values.ts'

/** One number's change: what it had before. */
export type Change = { readonly digits: string; readonly before: RouteValue | undefined }

/** The changes since a moment, each read once, those too that come while they are read. */
export type Changes = {
  /**
   * The next ones, oldest first; none: what has been read is all that there is now.
   *
   * @throws Error when more has changed than is remembered
   */
  next(atMost: number): readonly Change[]
}

/** What was true at the moment that it was asked for, whatever has changed since. */
export type Past = {
  /**
   * What has changed since in one block: digits, and what they had.
   *
   * @param start - the digits of its numbers without the last three
   * @throws Error when more has changed than is remembered
   */
  changedIn(start: string): ReadonlyMap<string, RouteValue | undefined>
}

/** The latest changes of a table, for incremental transfers and for what was true when a transfer began. */
export type Journal = {
  /** @returns undefined when it does not reach back so far, or so much has changed that a whole transfer takes less */
  changesSince(generation: number): Changes | undefined
  changesFromNow(): Changes
  /** What is true now, to be asked later. */
  present(): Past
}

const NONE: ReadonlyMap<string, undefined> = new Map()
/** Of a table that nobody writes. */
export const UNCHANGING: Past = { changedIn: () => NONE }
const TOO_MUCH = 'the zone changed too much while it was transferred; the secondary will ask again'

/** Remembers nothing: every incremental transfer is a whole one, and a zone that changes meanwhile is not transferred. */
export function noJournal(table: TableReader): Journal {
  const changesFromNow = (): Changes => {
    const { generation } = table
    return {
      next() {
        if (table.generation !== generation) throw new Error(TOO_MUCH)
        return []
      },
    }
  }
  return { changesSince: () => undefined, changesFromNow, present: () => past(changesFromNow()) }
}

/** So many single changes are kept, for the transfers that are under way. */
const CHANGES_MAX = 200_000
/** A secondary that is further behind gets the whole zone: what its difference is worked out with takes about a kilobyte a change. */
const DIFFERENCE_MAX = 50_000

export type JournalOptions = { readonly changesMax?: number; readonly differenceMax?: number }

/** The same table, with a journal of what is set in it. Changes count for the generation that is set after them. */
export function withJournal(
  table: RouteTable,
  { changesMax = CHANGES_MAX, differenceMax = DIFFERENCE_MAX }: JournalOptions = {},
): { readonly table: RouteTable; readonly journal: Journal } {
  const { note, noteMany, seal, forget, journal } = changeLog(table, changesMax, differenceMax)
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

type Sealed = Change & { readonly generation: number }

function changeLog(table: RouteTable, changesMax: number, differenceMax: number) {
  let changes: Sealed[] = []
  /** How many changes have stood before the first that is kept. */
  let dropped = 0
  /** The earliest generation from which every change up to now is known. */
  let reachesBackTo = table.generation
  const forget = (generation: number): void => {
    // One more than there were: what is gone without having been a change is missed by those who hold on to the past.
    dropped += changes.length + 1
    changes = []
    reachesBackTo = generation
  }
  const changesFrom = (first: number): Changes => {
    let next = first
    return {
      next(atMost) {
        if (next < dropped) throw new Error(TOO_MUCH)
        const read = changes.slice(next - dropped, next - dropped + atMost)
        next += read.length
        return read
      },
    }
  }
  const changesFromNow = (): Changes => changesFrom(dropped + changes.length)
  const journal: Journal = {
    changesSince(generation) {
      const first = changes.findLastIndex((change) => change.generation <= generation) + 1
      const isTooMuch = changes.length - first > differenceMax
      return generation < reachesBackTo || isTooMuch ? undefined : changesFrom(dropped + first)
    },
    changesFromNow,
    present: () => past(changesFromNow()),
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
function past(changes: Changes): Past {
  const blocks = new Map<string, Map<string, RouteValue | undefined>>()
  return {
    changedIn(start) {
      for (const { digits, before } of changes.next(Number.POSITIVE_INFINITY)) {
        const of = digits.slice(0, -LAST_DIGITS)
        const block = blocks.get(of) ?? new Map<string, RouteValue | undefined>()
        blocks.set(of, block)
        // The earliest change tells what there was.
        if (!block.has(digits)) block.set(digits, before)
      }
      return blocks.get(start) ?? NONE
    },
  }
}
