import type { E164 } from '../numbers/e164.ts'
import { enumNameOf } from './enum.codec.ts'
import { naptrsOf, type Target } from './enum-profile.ts'
import type { DnsName } from './name.codec.ts'
import type { ResourceRecord } from './record.codec.ts'
import { BLOCK_NUMBERS, decodeBlock } from './table-block.codec.ts'
import { contentOf, rootOf } from './table-directory.ts'
import { highOf, PREFIX_LENGTH, type TableReader } from './table-reader.ts'
import type { RouteValue } from './table-values.ts'
import type { EnumPlan } from './zone-enum.ts'

/**
 * An ENUM zone as records that any name server can serve: one set for each routed number, and wildcards for the others of its
 * block. A wildcard covers no name that has something below it (RFC 4592 §2.2.2), so one for the block is not enough: every
 * beginning of a routed number inside a block, which is an empty non-terminal, has one of its own.
 */
export type ZoneContent = {
  /** All records but SOA and NS, as they were at the generation whose changes since then `undo` tells, block after block. */
  all(undo: Undo): Generator<ResourceRecord>
  /** What was there and is no longer, and what is there and was not. */
  difference(undo: ReadonlyMap<string, RouteValue | undefined>): {
    readonly removed: ResourceRecord[]
    readonly added: ResourceRecord[]
  }
}

/** What the numbers that have changed since some generation had then; asked again and again while the zone is read. */
export type Undo = () => ReadonlyMap<string, RouteValue | undefined>

export function zoneContent(apex: DnsName, plan: EnumPlan): ZoneContent {
  const { config, table, blockTargets, targetOfRoute } = plan
  const { ttlSeconds } = config
  const blocks = blocksByPrefix(plan)
  const numberRecords = (digits: string, value: RouteValue): ResourceRecord[] => {
    const number = `+${digits}` as E164
    const name = enumNameOf(number, apex)
    return naptrsOf(config.profile, number, targetOfRoute(value)).map((data) => ({ name, ttlSeconds, data }))
  }
  const wildcardRecords = (digits: string): ResourceRecord[] => {
    const target = blocks.targetOf(digits)
    if (target === undefined) return []
    const name = `*.${enumNameOf(`+${digits}` as E164, apex)}` as DnsName
    return naptrsOf(config.profile, 'any', target).map((data) => ({ name, ttlSeconds, data }))
  }
  return {
    *all(undo) {
      for (const digits of blocks.fixed) yield* wildcardRecords(digits)
      let last = ''
      // Where numbers of several lengths share beginnings, a beginning is met more than once.
      const met = new Set<string>()
      const isOneLength = new Set(blockTargets.flatMap(({ lengths }) => lengths)).size <= 1
      for (const [digits, value] of numbersInOrder(table, undo)) {
        for (const beginning of beginningsOf(digits)) {
          if (last.startsWith(beginning) || blocks.fixed.has(beginning) || met.has(beginning)) continue
          if (!isOneLength) met.add(beginning)
          yield* wildcardRecords(beginning)
        }
        last = digits
        yield* numberRecords(digits, value)
      }
    },
    difference(undo) {
      const [removed, added]: [ResourceRecord[], ResourceRecord[]] = [[], []]
      for (const [digits, before] of undo) {
        const now = table.lookup(digits)
        if (isSameValue(before, now)) continue
        if (before !== undefined) removed.push(...numberRecords(digits, before))
        if (now !== undefined) added.push(...numberRecords(digits, now))
      }
      for (const { digits, change } of changedBeginnings(table, undo)) {
        if (blocks.fixed.has(digits)) continue
        if (change === 'gone') removed.push(...wildcardRecords(digits))
        else added.push(...wildcardRecords(digits))
      }
      return { removed, added }
    },
  }
}

function blocksByPrefix({ blockTargets }: EnumPlan) {
  const prefixes = new Map(blockTargets.map((block) => [block.prefix, block.target]))
  /** Of the longest block that the digits begin with. */
  const targetOf = (digits: string): Target | undefined => {
    for (let length = digits.length; length > 0; length--) {
      const target = prefixes.get(digits.slice(0, length))
      if (target !== undefined) return target
    }
    return undefined
  }
  // Beginnings of longer block prefixes inside shorter ones exist without any number, as the prefixes do.
  const inside = blockTargets.flatMap(({ prefix }) =>
    beginningsOf(prefix).filter((digits) => targetOf(digits) !== undefined),
  )
  return { targetOf, fixed: new Set([...prefixes.keys(), ...inside]) }
}

/** The beginnings that had no routed number below them and have now, or the other way round. */
function* changedBeginnings(
  table: TableReader,
  undo: ReadonlyMap<string, RouteValue | undefined>,
): Generator<{ digits: string; change: 'new' | 'gone' }> {
  const [numbersGone, numbersNew]: [Map<string, number>, Map<string, number>] = [new Map(), new Map()]
  for (const [digits, before] of undo) {
    const isThere = table.lookup(digits) !== undefined
    if ((before !== undefined) === isThere) continue
    const counts = isThere ? numbersNew : numbersGone
    for (const beginning of beginningsOf(digits)) counts.set(beginning, (counts.get(beginning) ?? 0) + 1)
  }
  for (const digits of new Set([...numbersGone.keys(), ...numbersNew.keys()])) {
    const added = numbersNew.get(digits) ?? 0
    const existed = numbersGone.has(digits) || countBelow(table, digits, added + 1) > added
    const exists = table.hasBelow(digits)
    if (existed !== exists) yield { digits, change: exists ? 'new' : 'gone' }
  }
}

function isSameValue(a: RouteValue | undefined, b: RouteValue | undefined): boolean {
  return a?.operator === b?.operator && a?.routingNumber === b?.routingNumber
}

/** The proper beginnings of digits: `'155'` gives `'1'`, `'15'`. */
function beginningsOf(digits: string): string[] {
  return Array.from({ length: digits.length - 1 }, (_, at) => digits.slice(0, at + 1))
}

/** How many routed numbers begin with these digits and are longer, counted no further than `enough`. */
function countBelow(table: TableReader, digits: string, enough: number): number {
  let count = 0
  for (let next = 0; next <= 9 && count < enough; next++) {
    const longer = `${digits}${next}`
    if (table.lookup(longer) !== undefined) count++
    if (count < enough && longer.length < 15 && table.hasBelow(longer))
      count += countBelow(table, longer, enough - count)
  }
  return count
}

/** Every routed number with its route, by length and then ascending, as of the generation that `undo` leads back to. */
export function* numbersInOrder(
  table: TableReader,
  undo: Undo,
): Generator<readonly [digits: string, value: RouteValue]> {
  const { memory, values } = table
  const ids = new Uint16Array(BLOCK_NUMBERS)
  for (const key of blockKeys(table)) {
    const [length, block] = [Math.floor(key / 1e12), key % 1e12]
    const start = length === 3 ? '' : String(block).padStart(length - 3, '0')
    // Read and corrected in one go, before anything can change; while the numbers are sent it may.
    const content = contentOf(memory.words, rootOf(memory), highOf(length, block), block % 1e6)
    ids.fill(0)
    if (content > 0) decodeBlock(memory.units, content, ids)
    for (const [digits, value] of undo()) {
      if (digits.length !== length || !digits.startsWith(start)) continue
      ids[Number(digits.slice(-3))] = value === undefined ? 0 : values.idOf(value)
    }
    for (let place = 0; place < BLOCK_NUMBERS; place++) {
      const value = ids[place] === 0 ? undefined : values.valueOf(ids[place]!)
      if (value !== undefined) yield [`${start}${String(place).padStart(3, '0')}`, value]
    }
  }
}

/** Length * 10^12 + block for every block there is or was, ascending. */
function blockKeys({ memory: { words }, memory }: TableReader): Float64Array {
  const root = rootOf(memory)
  const keys: number[] = []
  for (let slot = 0; slot <= words[root]!; slot++) {
    const entry = root + 1 + slot * 3
    const [high, low, content] = [words[entry]!, words[entry + 1]!, words[entry + 2]!]
    if (content !== 0 && high < PREFIX_LENGTH * 1e6) keys.push(Math.floor(high / 1e6) * 1e12 + (high % 1e6) * 1e6 + low)
  }
  return Float64Array.from(keys).sort()
}
