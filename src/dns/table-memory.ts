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
const MAGIC = 0x504e5402

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

/** Space for containers of any size, given and taken back by the writer. */
export type Space = {
  /** @returns the offset in units, a multiple of 8 @throws RangeError when the table is full */
  take(units: number): number
  /** Takes back what readers may still look at: it is used again once each of them has begun another batch. */
  retire(offset: number): void
  /** Whole pages in a row, for a directory. */
  takePages(count: number): number
  retirePages(offset: number, count: number): void
}

/** Slots are multiples of 8 units; a page holds slots of one size and, once all are free, may hold another. */
const STEP_UNITS = 8
/** How much may wait to be used again before we look whether the readers have gone on. */
const COLLECT_AT = 256
const WAITS_MAX = 1000

export function spaceOf(memory: TableMemory): Space {
  const { words } = memory
  const pageCount = words[HEADER.pageCount]!
  const { pageBookWord, pagesUnit } = layoutOf(pageCount)
  const partial: number[][] = Array.from({ length: PAGE_UNITS / STEP_UNITS + 1 }, () => [])
  const free: number[] = []
  const retired: { offset: number; pages: number; epoch: number }[] = []
  let retiredHead = 0
  const bookOf = (page: number): number => pageBookWord + page * PAGE_BOOK_WORDS
  for (let page = 0; page < words[HEADER.pagesTaken]!; page++) {
    const [sizeClass, slots] = [words[bookOf(page)]!, words[bookOf(page) + 1]!]
    if (sizeClass === 0) free.push(page)
    else if (sizeClass > 0 && slots > 0) partial[sizeClass]!.push(page)
  }

  const nextPages = (count: number): number => {
    const first = words[HEADER.pagesTaken]!
    if (first + count > pageCount) throw new RangeError(`the number table is full: ${pageCount} pages of 32 KiB`)
    words[HEADER.pagesTaken] = first + count
    return first
  }
  const slotsIn = (sizeClass: number): number => Math.floor(PAGE_UNITS / (sizeClass * STEP_UNITS))
  const openPage = (sizeClass: number): number => {
    if (free.length === 0) collect()
    if (words[HEADER.pagesTaken] === pageCount) waitForReaders(() => free.length > 0)
    const page = free.pop() ?? nextPages(1)
    const start = pagesUnit + page * PAGE_UNITS
    const slots = slotsIn(sizeClass)
    for (let slot = 0; slot < slots; slot++) {
      const offset = start + slot * sizeClass * STEP_UNITS
      words[offset >>> 1] = slot + 1 < slots ? offset + sizeClass * STEP_UNITS : 0
    }
    words.set([sizeClass, slots, start], bookOf(page))
    partial[sizeClass]!.push(page)
    return page
  }
  const give = (offset: number): void => {
    const page = (offset - pagesUnit) / PAGE_UNITS
    const book = bookOf(Math.floor(page))
    const sizeClass = words[book]!
    words[offset >>> 1] = words[book + 2]!
    words[book + 2] = offset
    const slots = words[book + 1]! + 1
    words[book + 1] = slots
    if (slots === 1) partial[sizeClass]!.push(Math.floor(page))
    if (slots === slotsIn(sizeClass)) givePage(Math.floor(page))
  }
  const givePage = (page: number): void => {
    words.set([0, 0, 0], bookOf(page))
    free.push(page)
  }
  const reuse = (offset: number, pages: number): void => {
    if (pages === 0) give(offset)
    for (let page = 0; page < pages; page++) givePage((offset - pagesUnit) / PAGE_UNITS + page)
  }
  /** Uses again what no reader can look at any more. */
  const collect = (): void => {
    const oldest = oldestReader(memory)
    while (retiredHead < retired.length && isPast(retired[retiredHead]!.epoch, oldest)) {
      reuse(retired[retiredHead]!.offset, retired[retiredHead]!.pages)
      retiredHead++
    }
    if (retiredHead * 2 > retired.length) {
      retired.splice(0, retiredHead)
      retiredHead = 0
    }
  }
  const retireAny = (offset: number, pages: number): void => {
    const epoch = Atomics.load(words, HEADER.epoch)
    Atomics.store(words, HEADER.epoch, nextEpoch(epoch))
    retired.push({ offset, pages, epoch })
    if (retired.length - retiredHead > COLLECT_AT || oldestReader(memory) === 0) collect()
  }
  /** When all is taken but readers still hold some of it: their batches are short, so we wait for them. */
  const waitForReaders = (isEnough: () => boolean): void => {
    for (let tries = 0; !isEnough() && retiredHead < retired.length && tries < WAITS_MAX; tries++) {
      Atomics.wait(words, HEADER.magic, MAGIC, 1)
      collect()
    }
  }
  return {
    take(units) {
      const sizeClass = Math.ceil(units / STEP_UNITS)
      const pages = partial[sizeClass]!
      let page = pages.at(-1)
      while (page !== undefined && (words[bookOf(page)] !== sizeClass || words[bookOf(page) + 1] === 0)) {
        pages.pop()
        page = pages.at(-1)
      }
      const book = bookOf(page ?? openPage(sizeClass))
      const offset = words[book + 2]!
      words[book + 2] = words[offset >>> 1]!
      words[book + 1]!--
      return offset
    },
    takePages(count) {
      const first = nextPages(count)
      for (let page = first; page < first + count; page++) words[bookOf(page)] = -1
      return pagesUnit + first * PAGE_UNITS
    },
    retire: (offset) => retireAny(offset, 0),
    retirePages: (offset, count) => retireAny(offset, count),
  }
}

/** Epochs count on past 2^31 and leave out 0, which says that a reader rests. */
function nextEpoch(epoch: number): number {
  return (epoch + 1) | 0 || 1
}

function isPast(epoch: number, oldestReader: number): boolean {
  return oldestReader === 0 || ((oldestReader - epoch) | 0) > 0
}

/** The epoch at which the reader longest at its batch began it; 0 when none is reading. */
function oldestReader({ words }: TableMemory): number {
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
