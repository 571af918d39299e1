import { BLOCK_NUMBERS, hasValueBetween, valueInBlock } from './table-block.codec.ts'
import { contentOf, rootOf } from './table-directory.ts'
import { HEADER, type TableMemory } from './table-memory.ts'
import { type RouteValue, type ValueList, valueList } from './table-values.ts'

/** What any thread may ask of the number table. Blocks are not in it, so an absent number is not an error. */
export type TableReader = {
  /** @param digits - a number without its plus */
  lookup(digits: string): RouteValue | undefined
  /** Whether a longer number that begins with `digits` has a route: then its name is an empty non-terminal. */
  hasBelow(digits: string): boolean
  /** How many numbers have a route. */
  readonly size: number
  /** The generation of the routes that is held whole; the SOA serial follows it. */
  readonly generation: number
  /** The distinct routes by the ids that the blocks hold. */
  readonly values: ValueList
  readonly memory: TableMemory
}

/** Keys of prefixes stand beside those of blocks; their content counts the blocks that begin with them. */
export const PREFIX_LENGTH = 16

/** The first word of a block's key (table-directory.ts); `block` is the number without its last three digits. */
export function highOf(length: number, block: number): number {
  return length * 1e6 + Math.floor(block / 1e6)
}

export function tableReader(memory: TableMemory): TableReader {
  const { words, units } = memory
  const values = valueList(memory)
  return {
    memory,
    values,
    lookup(digits) {
      if (digits.length < 3 || digits.length > 15) return undefined
      const block = Math.floor(Number(digits) / BLOCK_NUMBERS)
      const content = contentOf(words, rootOf(memory), highOf(digits.length, block), block % 1e6)
      return content <= 0 ? undefined : values.valueOf(valueInBlock(units, content, Number(digits) % BLOCK_NUMBERS))
    },
    hasBelow: (digits) => hasBelow(memory, digits),
    get size() {
      return words[HEADER.size]!
    },
    get generation() {
      return (words[HEADER.generationHigh]! >>> 0) * 2 ** 32 + (Atomics.load(words, HEADER.generationLow) >>> 0)
    },
  }
}

/** Beginnings shorter than a block's digits are counted in the directory; the last three digits are looked for in blocks. */
function hasBelow(memory: TableMemory, digits: string): boolean {
  const { words, units } = memory
  const root = rootOf(memory)
  const prefix = Number(digits)
  if (digits.length <= 11 && contentOf(words, root, highOf(PREFIX_LENGTH + digits.length, prefix), prefix % 1e6) > 0)
    return true
  for (let missing = 1; missing <= 3 && digits.length + missing <= 15; missing++) {
    const [length, first, last] = [digits.length + missing, prefix * 10 ** missing, (prefix + 1) * 10 ** missing - 1]
    if (length < 3) continue
    const block = Math.floor(first / BLOCK_NUMBERS)
    const content = contentOf(words, root, highOf(length, block), block % 1e6)
    const base = block * BLOCK_NUMBERS
    if (content > 0 && hasValueBetween(units, content, first - base, last - base)) return true
  }
  return false
}
