import assert from 'node:assert/strict'

/**
 * The number table's shared memory: one writer, many readers in other threads. All of it is reserved at once and only what is
 * touched becomes resident, so nothing ever moves under a reader.
 *
 *     header | page book | value offsets | value texts | pages of 32 KiB
 *
 * Offsets are counted in units of 16 bits, or in words of 32 bits where they say so.
 */
export type TableMemory = {
  readonly buffer: SharedArrayBuffer
  readonly words: Int32Array
  readonly units: Uint16Array
  readonly octets: Uint8Array
}

/** Words of the header. */
// biome-ignore format: a table
export const HEADER = {
  magic: 0, pageCount: 1, pagesTaken: 2, root: 3, epoch: 4, size: 5, generationLow: 6, generationHigh: 7,
  valueCount: 8, valueTextEnd: 9, readerCount: 10, readers: 16,
} as const
export const READERS_MAX = 64
const HEADER_WORDS = HEADER.readers + READERS_MAX
export const MAGIC = 0x504e5402

export const PAGE_UNITS = 16_384
/** Three words a page: its size class (0: none), its free slots, the first of them. */
export const PAGE_BOOK_WORDS = 3
export const VALUES_MAX = 65_535
const VALUE_TEXT_OCTETS = 8 * 1024 * 1024

export type Layout = {
  readonly pageBookWord: number
  readonly valueOffsetsWord: number
  readonly valueTextOctet: number
  readonly pagesUnit: number
  readonly octets: number
}

export function layoutOf(pageCount: number): Layout {
  const pageBookWord = HEADER_WORDS
  const valueOffsetsWord = pageBookWord + pageCount * PAGE_BOOK_WORDS
  const valueTextOctet = (valueOffsetsWord + VALUES_MAX + 1) * 4
  const pagesUnit = Math.ceil((valueTextOctet + VALUE_TEXT_OCTETS) / 2 / PAGE_UNITS) * PAGE_UNITS
  return { pageBookWord, valueOffsetsWord, valueTextOctet, pagesUnit, octets: (pagesUnit + pageCount * PAGE_UNITS) * 2 }
}

export function newMemory(pageCount: number): TableMemory {
  const memory = viewMemory(new SharedArrayBuffer(layoutOf(pageCount).octets))
  memory.words[HEADER.magic] = MAGIC
  memory.words[HEADER.pageCount] = pageCount
  memory.words[HEADER.epoch] = 1
  return memory
}

/** Another thread's, or a snapshot's, memory. @throws AssertionError when it is none of this layout */
export function openMemory(buffer: SharedArrayBuffer): TableMemory {
  const memory = viewMemory(buffer)
  assert.equal(memory.words[HEADER.magic], MAGIC, 'not a number table of this version')
  assert.equal(buffer.byteLength, layoutOf(memory.words[HEADER.pageCount]!).octets, 'a number table of another size')
  return memory
}

function viewMemory(buffer: SharedArrayBuffer): TableMemory {
  return { buffer, words: new Int32Array(buffer), units: new Uint16Array(buffer), octets: new Uint8Array(buffer) }
}

/** Epochs count on past 2^31 and leave out 0, which says that a reader rests. */
export function nextEpoch(epoch: number): number {
  return (epoch + 1) | 0 || 1
}

export function isPast(epoch: number, oldestReader: number): boolean {
  return oldestReader === 0 || ((oldestReader - epoch) | 0) > 0
}

/** The epoch at which the reader longest at its batch began it; 0 when none is reading. */
export function oldestReader({ words }: TableMemory): number {
  let oldest = 0
  for (let reader = Atomics.load(words, HEADER.readerCount) - 1; reader >= 0; reader--) {
    const epoch = Atomics.load(words, HEADER.readers + reader)
    if (epoch !== 0 && (oldest === 0 || ((epoch - oldest) | 0) < 0)) oldest = epoch
  }
  return oldest
}

/** A new reader's place, to be taken before its thread reads. @throws RangeError at the 65th */
export function addReader({ words }: TableMemory): number {
  const reader = Atomics.add(words, HEADER.readerCount, 1)
  if (reader >= READERS_MAX) throw new RangeError(`a number table has at most ${READERS_MAX} readers`)
  return reader
}

/** A reader begins a batch: nothing that it may find from now on is used again until it rests. */
export function beginReading({ words }: TableMemory, reader: number): void {
  Atomics.store(words, HEADER.readers + reader, Atomics.load(words, HEADER.epoch))
}

export function rest({ words }: TableMemory, reader: number): void {
  Atomics.store(words, HEADER.readers + reader, 0)
}
