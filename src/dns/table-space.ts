import {
  HEADER,
  isPast,
  layoutOf,
  MAGIC,
  nextEpoch,
  oldestReader,
  PAGE_BOOK_WORDS,
  PAGE_UNITS,
  type TableMemory,
} from './table-memory.ts'

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

export function spaceOf(memory: TableMemory): Space {
  const pages = pagesOf(memory)
  const retired = retiredIn(memory, (offset, count) => {
    if (count === 0) pages.giveSlot(offset)
    else pages.givePages(offset, count)
  })
  const makeRoom = (): void => {
    if (!pages.hasFree()) retired.collect()
    if (pages.isExhausted()) retired.waitForReaders(pages.hasFree)
  }
  return {
    take: (units) => pages.takeSlot(Math.ceil(units / STEP_UNITS), makeRoom),
    takePages: (count) => pages.takeRun(count),
    retire: (offset) => retired.add(offset, 0),
    retirePages: (offset, count) => retired.add(offset, count),
  }
}

/** Slots are multiples of 8 units; a page holds slots of one size and, once all are free, may hold another. */
const STEP_UNITS = 8
/** The size class of pages that a directory has. */
const RUN = -1

/** The pages and the book about them: size class, free slots, and the first free slot, which holds the place of the next. */
function pagesOf({ words }: TableMemory) {
  const pageCount = words[HEADER.pageCount]!
  const { pageBookWord, pagesUnit } = layoutOf(pageCount)
  const partial: number[][] = Array.from({ length: PAGE_UNITS / STEP_UNITS + 1 }, () => [])
  const free: number[] = []
  const bookOf = (page: number): number => pageBookWord + page * PAGE_BOOK_WORDS
  const pageOf = (offset: number): number => Math.floor((offset - pagesUnit) / PAGE_UNITS)
  const slotsIn = (sizeClass: number): number => Math.floor(PAGE_UNITS / (sizeClass * STEP_UNITS))
  for (let page = 0; page < words[HEADER.pagesTaken]!; page++) {
    const [sizeClass, slots] = [words[bookOf(page)]!, words[bookOf(page) + 1]!]
    if (sizeClass === 0) free.push(page)
    else if (sizeClass > 0 && slots > 0) partial[sizeClass]!.push(page)
  }
  const newPages = (count: number): number => {
    const first = words[HEADER.pagesTaken]!
    if (first + count > pageCount) throw new RangeError(`the number table is full: ${pageCount} pages of 32 KiB`)
    words[HEADER.pagesTaken] = first + count
    return first
  }
  const openPage = (sizeClass: number): number => {
    const page = free.pop() ?? newPages(1)
    const start = pagesUnit + page * PAGE_UNITS
    const [slots, step] = [slotsIn(sizeClass), sizeClass * STEP_UNITS]
    for (let slot = 0; slot < slots; slot++)
      words[(start + slot * step) >>> 1] = slot + 1 < slots ? start + (slot + 1) * step : 0
    words.set([sizeClass, slots, start], bookOf(page))
    partial[sizeClass]!.push(page)
    return page
  }
  /** A page with a free slot of the class; pages that were given back since they were noted are dropped on the way. */
  const partialPage = (sizeClass: number): number | undefined => {
    const pages = partial[sizeClass]!
    for (let page = pages.at(-1); page !== undefined; page = pages.at(-1)) {
      if (words[bookOf(page)] === sizeClass && words[bookOf(page) + 1]! > 0) return page
      pages.pop()
    }
    return undefined
  }
  const givePage = (page: number): void => {
    words.set([0, 0, 0], bookOf(page))
    free.push(page)
  }
  return {
    hasFree: (): boolean => free.length > 0,
    isExhausted: (): boolean => free.length === 0 && words[HEADER.pagesTaken] === pageCount,
    takeSlot(sizeClass: number, makeRoom: () => void): number {
      let page = partialPage(sizeClass)
      if (page === undefined) {
        makeRoom()
        page = partialPage(sizeClass) ?? openPage(sizeClass)
      }
      const book = bookOf(page)
      const offset = words[book + 2]!
      words[book + 2] = words[offset >>> 1]!
      words[book + 1]!--
      return offset
    },
    giveSlot(offset: number): void {
      const page = pageOf(offset)
      const book = bookOf(page)
      const sizeClass = words[book]!
      words[offset >>> 1] = words[book + 2]!
      words[book + 2] = offset
      const slots = words[book + 1]! + 1
      words[book + 1] = slots
      if (slots === 1) partial[sizeClass]!.push(page)
      if (slots === slotsIn(sizeClass)) givePage(page)
    },
    takeRun(count: number): number {
      const first = newPages(count)
      for (let page = first; page < first + count; page++) words[bookOf(page)] = RUN
      return pagesUnit + first * PAGE_UNITS
    },
    givePages(offset: number, count: number): void {
      for (let page = pageOf(offset); count > 0; page++, count--) givePage(page)
    },
  }
}

/** How much may wait to be used again before we look whether the readers have gone on. */
const COLLECT_AT = 256
const WAITS_MAX = 1000

/** What readers may still look at, oldest first, each with the epoch in which it was replaced. */
function retiredIn(memory: TableMemory, reuse: (offset: number, pages: number) => void) {
  const { words } = memory
  const waiting: { readonly offset: number; readonly pages: number; readonly epoch: number }[] = []
  let head = 0
  /** Uses again what no reader can look at any more. */
  const collect = (): void => {
    const oldest = oldestReader(memory)
    for (; head < waiting.length && isPast(waiting[head]!.epoch, oldest); head++)
      reuse(waiting[head]!.offset, waiting[head]!.pages)
    if (head * 2 <= waiting.length) return
    waiting.splice(0, head)
    head = 0
  }
  return {
    collect,
    add(offset: number, pages: number): void {
      const epoch = Atomics.load(words, HEADER.epoch)
      Atomics.store(words, HEADER.epoch, nextEpoch(epoch))
      waiting.push({ offset, pages, epoch })
      if (waiting.length - head > COLLECT_AT || oldestReader(memory) === 0) collect()
    },
    /** When all is taken but readers still hold some of it: their batches are short, so we wait for them. */
    waitForReaders(isEnough: () => boolean): void {
      for (let tries = 0; !isEnough() && head < waiting.length && tries < WAITS_MAX; tries++) {
        Atomics.wait(words, HEADER.magic, MAGIC, 1)
        collect()
      }
    },
  }
}
