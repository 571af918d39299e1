import { digitsOf, type E164 } from '../numbers/e164.ts'
import { BLOCK_NUMBERS } from './table-block.codec.ts'

/** Rows of numbers and what they get, in columns: the digits' value, how many digits, and a value id (0: no route). */
export type RouteRows = {
  count: number
  readonly digits: Float64Array
  readonly lengths: Uint8Array
  readonly values: Uint16Array
}

export function emptyRows(capacity: number): RouteRows {
  return {
    count: 0,
    digits: new Float64Array(capacity),
    lengths: new Uint8Array(capacity),
    values: new Uint16Array(capacity),
  }
}

export function addRow(rows: RouteRows, number: E164, value: number): void {
  rows.digits[rows.count] = Number(digitsOf(number))
  rows.lengths[rows.count] = digitsOf(number).length
  rows.values[rows.count] = value
  rows.count++
}

/** The rows from `start` to before `end`, which are of one block; `order` maps them to rows, where they are not rows already. */
export type Group = { start: number; end: number; readonly order: Uint32Array | undefined }

/** The rows of each block together, in their own order, so that a block is written once. The group is used again. */
export function* groupedByBlock(rows: RouteRows): Generator<Group> {
  if (isInOrder(rows)) yield* groupsInOrder(rows)
  else yield* groupsBySorting(rows)
}

function isInOrder({ count, digits, lengths }: RouteRows): boolean {
  for (let row = 1; row < count; row++) {
    if (lengths[row]! < lengths[row - 1]!) return false
    if (lengths[row] === lengths[row - 1] && digits[row]! < digits[row - 1]!) return false
  }
  return true
}

/** Files are usually sorted, and then nothing needs to be allocated. */
function* groupsInOrder({ count, digits, lengths }: RouteRows): Generator<Group> {
  const group: Group = { start: 0, end: 0, order: undefined }
  while (group.end < count) {
    group.start = group.end
    const after = (Math.floor(digits[group.start]! / BLOCK_NUMBERS) + 1) * BLOCK_NUMBERS
    while (group.end < count && digits[group.end]! < after && lengths[group.end] === lengths[group.start]) group.end++
    yield group
  }
}

/** A counting sort by block. */
function* groupsBySorting(rows: RouteRows): Generator<Group> {
  const { groupOf, ends } = numberBlocks(rows)
  let start = 0
  for (let index = 0; index < ends.length; index++) {
    start += ends[index]!
    ends[index] = start - ends[index]!
  }
  const order = new Uint32Array(rows.count)
  for (let row = 0; row < rows.count; row++) order[ends[groupOf[row]!]!++] = row
  const group: Group = { start: 0, end: 0, order }
  for (const end of ends) {
    group.start = group.end
    group.end = end
    yield group
  }
}

/** Numbers the blocks in the order of their first row. @returns each row's block, and how many rows each block has */
function numberBlocks({ count, digits, lengths }: RouteRows): { groupOf: Uint32Array; ends: Uint32Array } {
  const mask = 2 ** Math.ceil(Math.log2(count * 2 + 2)) - 1
  const keys = new Float64Array(mask + 1)
  const numbers = new Uint32Array(mask + 1)
  const groupOf = new Uint32Array(count)
  const sizes = new Uint32Array(count)
  let groups = 0
  let lastKey = 0
  let lastGroup = 0
  for (let row = 0; row < count; row++) {
    const key = lengths[row]! * 1e12 + Math.floor(digits[row]! / BLOCK_NUMBERS)
    if (key !== lastKey) {
      let slot = hash(key) & mask
      while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & mask
      if (keys[slot] === 0) {
        keys[slot] = key
        numbers[slot] = groups++
      }
      lastKey = key
      lastGroup = numbers[slot]!
    }
    groupOf[row] = lastGroup
    sizes[lastGroup]!++
  }
  return { groupOf, ends: sizes.subarray(0, groups) }
}

function hash(key: number): number {
  const mixed = Math.imul((key % 2 ** 32) | 0, 0x9e3779b1) ^ Math.floor(key / 2 ** 32)
  return mixed ^ (mixed >>> 15)
}
