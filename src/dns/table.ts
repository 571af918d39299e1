import { digitsOf, type E164 } from '../numbers/e164.ts'
import type { NumberRange } from '../numbers/range.ts'
import {
  BLOCK_NUMBERS,
  blockUnits,
  copyBlockWith,
  decodeBlock,
  encodeBlock,
  valueInBlock,
} from './table-block.codec.ts'
import { type Directory, directoryIn, EMPTIED, rootOf } from './table-directory.ts'
import { HEADER, newMemory, PAGE_UNITS, type TableMemory } from './table-memory.ts'
import { highOf, PREFIX_LENGTH, type TableReader, tableReader } from './table-reader.ts'
import { groupedByBlock, type RouteRows } from './table-rows.ts'
import { type Space, spaceOf } from './table-space.ts'
import type { RouteValue } from './table-values.ts'

/** The number table: the routes of single numbers, as its only writer sees it. */
export type RouteTable = TableReader & {
  /** Gives every number of the range one route, or takes it away (`undefined`: the block answers again). */
  set(range: NumberRange, value: RouteValue | undefined): void
  /** Many single numbers at once; of two rows for one number the later holds. */
  setMany(rows: RouteRows): void
  setGeneration(generation: number): void
  /** A second, empty table that takes this one's place at once when it is published. */
  replacement(): Replacement
}

type Replacement = Pick<RouteTable, 'set' | 'setMany'> & { publish(generation: number): void; discard(): void }

const DEFAULT_NUMBERS_MAX = 100_000_000
const OCTETS_PER_NUMBER = 8

/** @param numbersMax - how much memory is reserved (not used): 8 octets a number */
export function routeTable(numbersMax = DEFAULT_NUMBERS_MAX): RouteTable {
  return tableOn(newMemory(Math.ceil((numbersMax * OCTETS_PER_NUMBER) / (PAGE_UNITS * 2))))
}

/** The writer of a memory, which must have no other. */
export function tableOn(memory: TableMemory): RouteTable {
  const { words } = memory
  const space = spaceOf(memory)
  const reader = tableReader(memory)
  const root = rootOf(memory)
  let directory = directoryIn(memory, space, root === 0 ? undefined : root)
  if (root === 0) directory.publish()
  let blocks = blockWriter(memory, space, directory)
  const idOf = (value: RouteValue | undefined): number => (value === undefined ? 0 : reader.values.idOf(value))
  const addToSize = (numbers: number): void => {
    words[HEADER.size]! += numbers
  }
  return {
    memory,
    values: reader.values,
    lookup: reader.lookup,
    hasBelow: reader.hasBelow,
    set(range, value) {
      addToSize(setRange(blocks, range, idOf(value)))
    },
    setMany: (rows) => addToSize(setRows(blocks, rows)),
    replacement() {
      const built = directoryIn(memory, space)
      const builder = blockWriter(memory, space, built)
      let size = 0
      return {
        set(range, value) {
          size += setRange(builder, range, idOf(value))
        },
        setMany(rows) {
          size += setRows(builder, rows)
        },
        publish(generation) {
          built.publish()
          takeDown(directory, space)
          directory = built
          blocks = builder
          words[HEADER.size] = size
          putGeneration(words, generation)
        },
        discard: () => takeDown(built, space),
      }
    },
    get size() {
      return reader.size
    },
    get generation() {
      return reader.generation
    },
    setGeneration: (generation) => putGeneration(words, generation),
  }
}

function putGeneration(words: Int32Array, generation: number): void {
  words[HEADER.generationHigh] = Math.floor(generation / 2 ** 32)
  Atomics.store(words, HEADER.generationLow, (generation % 2 ** 32) | 0)
}

type BlockWriter = {
  /** Gives one number that has a value another. @returns false when it has none */
  replace(length: number, block: number, place: number, value: number): boolean
  /** Changes one block: `change` edits the 1,000 values and tells how many numbers that made more. @returns that count */
  edit(length: number, block: number, change: (values: Uint16Array) => number): number
}

function blockWriter(memory: TableMemory, space: Space, directory: Directory): BlockWriter {
  const { words, units } = memory
  const scratch = new Uint16Array(BLOCK_NUMBERS)
  const countAtPrefixes = (length: number, block: number, by: 1 | -1): void => {
    for (
      let digits = length - 4, prefix = Math.floor(block / 10);
      digits >= 1;
      digits--, prefix = Math.floor(prefix / 10)
    ) {
      const entry = directory.entryOf(highOf(PREFIX_LENGTH + digits, prefix), prefix % 1e6)
      const blocks = Math.max(words[entry]!, 0) + by
      Atomics.store(words, entry, blocks === 0 ? EMPTIED : blocks)
    }
  }
  return {
    replace(length, block, place, value) {
      const [high, low] = [highOf(length, block), block % 1e6]
      const old = directory.contentOf(high, low)
      if (old <= 0 || valueInBlock(units, old, place) === 0) return false
      const content = space.take(blockUnits(units[old]!))
      copyBlockWith(units, old, content, place, value)
      Atomics.store(words, directory.entryOf(high, low), content)
      space.retire(old)
      return true
    },
    edit(length, block, change) {
      const [high, low] = [highOf(length, block), block % 1e6]
      const old = directory.contentOf(high, low)
      scratch.fill(0)
      const before = old > 0 ? decodeBlock(units, old, scratch) : 0
      const more = change(scratch)
      const count = before + more
      if (count === 0 && before === 0) return 0
      let content = EMPTIED
      if (count > 0) {
        content = space.take(blockUnits(count))
        encodeBlock(units, content, scratch, count)
      }
      Atomics.store(words, directory.entryOf(high, low), content)
      if (old > 0) space.retire(old)
      if (before === 0) countAtPrefixes(length, block, 1)
      if (count === 0) countAtPrefixes(length, block, -1)
      return more
    },
  }
}

function setRange(blocks: BlockWriter, range: NumberRange, value: number): number {
  const [first, last] = [numberOf(range.first), numberOf(range.last)]
  const length = digitsOf(range.first).length
  const only = first === last && value !== 0 ? Math.floor(first / BLOCK_NUMBERS) : undefined
  if (only !== undefined && blocks.replace(length, only, first - only * BLOCK_NUMBERS, value)) return 0
  let more = 0
  for (let block = Math.floor(first / BLOCK_NUMBERS); block * BLOCK_NUMBERS <= last; block++) {
    const from = Math.max(first - block * BLOCK_NUMBERS, 0)
    const to = Math.min(last - block * BLOCK_NUMBERS, BLOCK_NUMBERS - 1)
    more += blocks.edit(length, block, (values) => {
      let added = 0
      for (let place = from; place <= to; place++) added += put(values, place, value)
      return added
    })
  }
  return more
}

function setRows(blocks: BlockWriter, rows: RouteRows): number {
  let more = 0
  const { digits, lengths, values } = rows
  for (const { start, end, order } of groupedByBlock(rows)) {
    const first = order === undefined ? start : order[start]!
    const block = Math.floor(digits[first]! / BLOCK_NUMBERS)
    more += blocks.edit(lengths[first]!, block, (places) => {
      let added = 0
      for (let at = start; at < end; at++) {
        const row = order === undefined ? at : order[at]!
        added += put(places, digits[row]! - block * BLOCK_NUMBERS, values[row]!)
      }
      return added
    })
  }
  return more
}

function put(values: Uint16Array, place: number, value: number): -1 | 0 | 1 {
  const had = values[place] !== 0
  values[place] = value
  if (had === (value !== 0)) return 0
  return had ? -1 : 1
}

function takeDown(directory: Directory, space: Space): void {
  for (const [content, lengthAndHigh] of directory.contents()) {
    if (content > 0 && lengthAndHigh < PREFIX_LENGTH * 1e6) space.retire(content)
  }
  directory.retire()
}

function numberOf(number: E164): number {
  return Number(digitsOf(number))
}
