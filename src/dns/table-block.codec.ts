/**
 * How the routed numbers of one block of 1,000 are kept: value by last three digits, 0 for a number without a route.
 *
 *     sparse   count | sorted places, count | values, count                             up to 79 numbers
 *     bitmap   count | 63 words of bits | 16 ranks, one for 4 words | values, count     more
 *
 * In units of 16 bits; 2.2 to 4.1 octets a number with 40 numbers or more in the block. Once published, never changed.
 */
export const BLOCK_NUMBERS = 1000
/** How many digits tell them apart. */
export const LAST_DIGITS = 3

const SPARSE_MAX = 79
const BITS = 1
const RANKS = BITS + 63
const BITMAP_VALUES = RANKS + 16

/** How many units a block of so many numbers takes. */
export function blockUnits(count: number): number {
  return count <= SPARSE_MAX ? 1 + 2 * count : BITMAP_VALUES + count
}

/** @param values - one for each of the 1,000 places, `count` of them not 0 */
export function encodeBlock(units: Uint16Array, at: number, values: Uint16Array, count: number): void {
  units[at] = count
  if (count <= SPARSE_MAX) encodeSparse(units, at, values, count)
  else encodeBitmap(units, at, values)
}

function encodeSparse(units: Uint16Array, at: number, values: Uint16Array, count: number): void {
  let next = at + 1
  for (let place = 0; place < BLOCK_NUMBERS; place++) {
    if (values[place] === 0) continue
    units[next] = place
    units[next + count] = values[place]!
    next++
  }
}

function encodeBitmap(units: Uint16Array, at: number, values: Uint16Array): void {
  const start = at + BITMAP_VALUES
  let next = start
  let place = 0
  for (let word = 0; word < 63; word++) {
    if ((word & 3) === 0) units[at + RANKS + (word >>> 2)] = next - start
    let bits = 0
    for (let bit = 0; bit < 16 && place < BLOCK_NUMBERS; bit++, place++) {
      const value = values[place]!
      if (value === 0) continue
      bits |= 1 << bit
      units[next++] = value
    }
    units[at + BITS + word] = bits
  }
}

/** The inverse of `encodeBlock`. @returns how many numbers have a value */
export function decodeBlock(units: Uint16Array, at: number, values: Uint16Array): number {
  const count = units[at]!
  values.fill(0)
  if (count <= SPARSE_MAX) {
    for (let index = 1; index <= count; index++) values[units[at + index]!] = units[at + index + count]!
    return count
  }
  let next = at + BITMAP_VALUES
  for (let word = 0; word < 63; word++) {
    // The lowest bit that is set, then the next: half of a usual block's bits are not.
    for (let bits = units[at + BITS + word]!; bits !== 0; bits &= bits - 1) {
      values[word * 16 + 31 - Math.clz32(bits & -bits)] = units[next++]!
    }
  }
  return count
}

/**
 * Writes at `to` the block at `from` with the value of one place replaced by another. The place must have a value.
 */
export function copyBlockWith(units: Uint16Array, from: number, to: number, place: number, value: number): void {
  units.copyWithin(to, from, from + blockUnits(units[from]!))
  units[to + indexInBlock(units, from, place)] = value
}

/** The value at a place; 0 when it has none. Allocates nothing. */
export function valueInBlock(units: Uint16Array, at: number, place: number): number {
  const index = indexInBlock(units, at, place)
  return index < 0 ? 0 : units[at + index]!
}

/** Where in the block the value of a place stands; -1 when it has none. */
function indexInBlock(units: Uint16Array, at: number, place: number): number {
  const count = units[at]!
  return count <= SPARSE_MAX ? indexInSparse(units, at, count, place) : indexInBitmap(units, at, place)
}

function indexInSparse(units: Uint16Array, at: number, count: number, place: number): number {
  let low = 1
  let high = count
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = units[at + middle]!
    if (found === place) return middle + count
    if (found < place) low = middle + 1
    else high = middle - 1
  }
  return -1
}

function indexInBitmap(units: Uint16Array, at: number, place: number): number {
  const word = place >>> 4
  const bits = units[at + BITS + word]!
  const bit = place & 15
  if (((bits >>> bit) & 1) === 0) return -1
  let rank = units[at + RANKS + (word >>> 2)]!
  for (let before = word & ~3; before < word; before++) rank += ones(units[at + BITS + before]!)
  return BITMAP_VALUES + rank + ones(bits & ((1 << bit) - 1))
}

/** How many of 16 bits are set. */
function ones(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x5555)
  const fours = (pairs & 0x3333) + ((pairs >>> 2) & 0x3333)
  const eights = (fours + (fours >>> 4)) & 0x0f0f
  return (eights + (eights >>> 8)) & 0x1f
}

/** Whether any place from `first` to `last` has a value. */
export function hasValueBetween(units: Uint16Array, at: number, first: number, last: number): boolean {
  for (let place = first; place <= last; place++) if (valueInBlock(units, at, place) !== 0) return true
  return false
}
