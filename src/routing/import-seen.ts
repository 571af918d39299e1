const BLOCK = 1000

/** Remembers numbers: a bit each, in the blocks of a thousand that have any. Memory grows with the plan, not with the file. */
export type Seen = {
  /** @returns whether the number was there before */
  add(digits: number): boolean
}

export function seenNumbers(): Seen {
  const blocks = new Map<number, Uint8Array>()
  let lastKey = -1
  let last: Uint8Array = new Uint8Array(0)
  return {
    add(digits) {
      const key = Math.floor(digits / BLOCK)
      if (key !== lastKey) {
        last = blocks.get(key) ?? new Uint8Array(BLOCK / 8)
        blocks.set(key, last)
        lastKey = key
      }
      const place = digits - key * BLOCK
      const bit = 1 << (place & 7)
      const had = (last[place >>> 3]! & bit) !== 0
      last[place >>> 3]! |= bit
      return had
    },
  }
}
