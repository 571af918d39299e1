import { HEADER, PAGE_UNITS, type TableMemory } from './table-memory.ts'
import type { Space } from './table-space.ts'

/**
 * Finds the container of a block by its digits: open addressing, three words an entry (two of key, one of content), behind
 * one word with the mask. Entries are added and changed in place; a directory that fills up is replaced by one twice as large,
 * published by one store to the root.
 *
 * The key is `lengthAndHigh` = length of the number * 10^6 + the digits before the block's last six, and `low` = those six.
 */
export const EMPTIED = -1
const ENTRY_WORDS = 3
const FIRST_ENTRIES = (2 * PAGE_UNITS) / 16

/** The root word of an empty table: readers find nothing. */
const NO_DIRECTORY = 0

/** @returns the content word of a key: 0 when it is not there. Allocates nothing. */
export function contentOf(words: Int32Array, root: number, lengthAndHigh: number, low: number): number {
  if (root === NO_DIRECTORY) return 0
  const mask = words[root]!
  for (let slot = hash(lengthAndHigh, low) & mask; ; slot = (slot + 1) & mask) {
    const entry = root + 1 + slot * ENTRY_WORDS
    const content = Atomics.load(words, entry + 2)
    if (content === 0) return 0
    if (words[entry] === lengthAndHigh && words[entry + 1] === low) return content
  }
}

/** The writer's view of one directory, which is the published one or one that is being built to replace it. */
export type Directory = {
  /** The word at which the content of a key stands; made, with content `EMPTIED`, when the key is new. Good until the next `entryOf`. */
  entryOf(lengthAndHigh: number, low: number): number
  /** The content of a key, 0 when it is not there. */
  contentOf(lengthAndHigh: number, low: number): number
  /** The contents of all entries, with the first word of their keys. */
  contents(): Iterable<readonly [content: number, lengthAndHigh: number]>
  /** Lets readers see it, in place of what they saw. */
  publish(): void
  /** Gives its pages back. */
  retire(): void
}

/** @param root - the word where an existing directory begins; undefined makes a new one, unpublished */
export function directoryIn(memory: TableMemory, space: Space, root?: number): Directory {
  const { words } = memory
  let base = root ?? newBase(memory, space, FIRST_ENTRIES)
  let isPublished = root !== undefined
  let used = root === undefined ? 0 : usedIn(words, base)

  const place = (lengthAndHigh: number, low: number): number => {
    const mask = words[base]!
    for (let slot = hash(lengthAndHigh, low) & mask; ; slot = (slot + 1) & mask) {
      const entry = base + 1 + slot * ENTRY_WORDS
      if (words[entry + 2] === 0) return entry
      if (words[entry] === lengthAndHigh && words[entry + 1] === low) return entry
    }
  }
  const grow = (): void => {
    const [from, entries] = [base, words[base]! + 1]
    base = newBase(memory, space, entries * 2)
    for (let slot = 0; slot < entries; slot++) {
      const entry = from + 1 + slot * ENTRY_WORDS
      if (words[entry + 2] === 0) continue
      words.copyWithin(place(words[entry]!, words[entry + 1]!), entry, entry + ENTRY_WORDS)
    }
    if (isPublished) Atomics.store(words, HEADER.root, base)
    space.retirePages(from * 2, pagesOf(entries))
  }
  return {
    entryOf(lengthAndHigh, low) {
      if ((used + 1) * 4 > (words[base]! + 1) * 3) grow()
      const entry = place(lengthAndHigh, low)
      if (words[entry + 2] === 0) {
        words[entry] = lengthAndHigh
        words[entry + 1] = low
        // Taken at once, so that a second key asked for before the content is written does not get the same entry.
        Atomics.store(words, entry + 2, EMPTIED)
        used++
      }
      return entry + 2
    },
    contentOf: (lengthAndHigh, low) => contentOf(words, base, lengthAndHigh, low),
    *contents() {
      for (let entry = base + 1; entry <= base + 1 + words[base]! * ENTRY_WORDS; entry += ENTRY_WORDS) {
        yield [words[entry + 2]!, words[entry]!]
      }
    },
    publish() {
      isPublished = true
      Atomics.store(words, HEADER.root, base)
    },
    retire: () => space.retirePages(base * 2, pagesOf(words[base]! + 1)),
  }
}

function usedIn(words: Int32Array, base: number): number {
  let used = 0
  for (let slot = 0; slot <= words[base]!; slot++) if (words[base + 1 + slot * ENTRY_WORDS + 2] !== 0) used++
  return used
}

/** A new directory's pages may have been used before, so they are cleared. */
function newBase(memory: TableMemory, space: Space, entries: number): number {
  const base = space.takePages(pagesOf(entries)) / 2
  memory.words.fill(0, base, base + 1 + entries * ENTRY_WORDS)
  memory.words[base] = entries - 1
  return base
}

function pagesOf(entries: number): number {
  return Math.ceil(((1 + entries * ENTRY_WORDS) * 2) / PAGE_UNITS)
}

function hash(lengthAndHigh: number, low: number): number {
  const mixed = Math.imul(lengthAndHigh, 0x9e3779b1) ^ Math.imul(low, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}

export function rootOf({ words }: TableMemory): number {
  return Atomics.load(words, HEADER.root)
}
