import type { E164 } from '../numbers/e164.ts'
import { enumNameOf } from './enum.codec.ts'
import { naptrsOf } from './enum-profile.ts'
import type { Changes, Past } from './journal.ts'
import type { DnsName } from './name.codec.ts'
import type { ResourceRecord } from './record.codec.ts'
import { BLOCK_NUMBERS, decodeBlock, LAST_DIGITS } from './table-block.codec.ts'
import { contentOf, rootOf } from './table-directory.ts'
import { highOf, PREFIX_LENGTH, type TableReader } from './table-reader.ts'
import type { RouteValue } from './table-values.ts'
import type { EnumPlan } from './zone-enum.ts'
import { beginningsOf, type ZonePast, zonePast } from './zone-past.ts'

/**
 * An ENUM zone as records that any name server can serve: one set for each routed number, and wildcards for the others of its
 * block. A wildcard covers no name that is there, even if only as a beginning (RFC 4592 §2.2.2), so one for the block is not
 * enough: every beginning of a routed number inside a block has one of its own; and, where numbers are of several lengths, the
 * records of the block where it is a whole number itself.
 */
export type ZoneContent = {
  /** All records but SOA and NS, as they were when `past` was taken, block after block. */
  all(past: Past): Generator<ResourceRecord>
  /** What was there before these changes and is no longer, and what was not there and is; as it was when `now` was taken. */
  difference(changes: Changes, now: Changes): ZoneDifference
}

/** To be read one after the other; undefined is a pause, in which the table may change. */
export type ZoneDifference = {
  readonly removed: Generator<ResourceRecord | undefined>
  readonly added: Generator<ResourceRecord | undefined>
}

export function zoneContent(apex: DnsName, plan: EnumPlan): ZoneContent {
  const { table } = plan
  const blocks = blocksByPrefix(plan)
  const { routed, unrouted, wildcards } = recordsAt(apex, plan, blocks)
  return {
    *all(past) {
      const isRouted = (digits: string): boolean => {
        const changed = past.changedIn(digits.slice(0, -LAST_DIGITS))
        return (changed.has(digits) ? changed.get(digits) : table.lookup(digits)) !== undefined
      }
      function* beginning(digits: string): Generator<ResourceRecord> {
        const own = unrouted(digits)
        if (own.length > 0 && !isRouted(digits)) yield* own
        yield* wildcards(digits)
      }
      for (const digits of blocks.fixed) yield* beginning(digits)
      const keys = blockKeys(table)
      let last = ''
      // Numbers of several lengths share beginnings: what the shorter have met is not met again by the longer. Of the longest
      // nothing is kept, as most numbers of a market are.
      const met = new Set<string>()
      const longest = lengthOf(keys.at(-1) ?? 0)
      const isNew = (digits: string, length: number): boolean => {
        if (blocks.fixed.has(digits) || met.has(digits)) return false
        if (length < longest) met.add(digits)
        return true
      }
      for (const [digits, value] of numbersInOrder(table, past, keys)) {
        for (const start of beginningsOf(digits))
          if (!last.startsWith(start) && isNew(start, digits.length)) yield* beginning(start)
        last = digits
        yield* routed(digits, value)
        if (isNew(digits, digits.length)) yield* wildcards(digits)
      }
    },
    difference(changes, now) {
      const different: ChangedName[] = []
      return {
        removed: (function* () {
          for (const name of changedNames(zonePast(table, changes), zonePast(table, now), blocks.fixed)) {
            if (name === undefined) {
              yield
              continue
            }
            different.push(name)
            const { digits, before, existed, exists } = name
            if (existed) yield* before === undefined ? unrouted(digits) : routed(digits, before)
            if (existed && !exists) yield* wildcards(digits)
          }
        })(),
        added: (function* () {
          for (const name of different) {
            const { digits, now, existed, exists } = name
            if (exists) yield* now === undefined ? unrouted(digits) : routed(digits, now)
            if (exists && !existed) yield* wildcards(digits)
          }
        })(),
      }
    },
  }
}

/** What a zone holds at a name that is there. */
function recordsAt(apex: DnsName, plan: EnumPlan, { blockOf }: ReturnType<typeof blocksByPrefix>) {
  const { profile, ttlSeconds, blockWording } = plan.config
  const nameOf = (digits: string): DnsName => enumNameOf(`+${digits}` as E164, apex)
  return {
    routed(digits: string, value: RouteValue): ResourceRecord[] {
      const target = plan.targetOfRoute(value)
      return naptrsOf(profile, `+${digits}` as E164, target).map((data) => ({ name: nameOf(digits), ttlSeconds, data }))
    },
    /** Of a number without a route, where its block has numbers of this length. */
    unrouted(digits: string): ResourceRecord[] {
      const block = blockOf(digits)
      if (!block?.lengths.includes(digits.length)) return []
      const wording = blockWording === 'reference' ? 'any' : (`+${digits}` as E164)
      return naptrsOf(profile, wording, block.target).map((data) => ({ name: nameOf(digits), ttlSeconds, data }))
    },
    /** For the longer numbers that begin like this, where the block has such. */
    wildcards(digits: string): ResourceRecord[] {
      const block = blockOf(digits)
      if (!block?.lengths.some((length) => length > digits.length)) return []
      const name = `*.${nameOf(digits)}` as DnsName
      return naptrsOf(profile, 'any', block.target).map((data) => ({ name, ttlSeconds, data }))
    },
  }
}

function blocksByPrefix({ blockTargets }: EnumPlan) {
  const byPrefix = new Map(blockTargets.map((block) => [block.prefix, block]))
  /** The longest block that the digits begin with. */
  const blockOf = (digits: string): EnumPlan['blockTargets'][number] | undefined => {
    for (let length = digits.length; length > 0; length--) {
      const block = byPrefix.get(digits.slice(0, length))
      if (block !== undefined) return block
    }
    return undefined
  }
  // Beginnings of longer block prefixes inside shorter ones exist without any number, as the prefixes do.
  const inside = blockTargets.flatMap(({ prefix }) =>
    beginningsOf(prefix).filter((digits) => blockOf(digits) !== undefined),
  )
  return { blockOf, fixed: new Set([...byPrefix.keys(), ...inside]) }
}

/** A name that may hold other records than it did: its route, and whether it is there, before and now. */
type ChangedName = {
  readonly digits: string
  readonly before: RouteValue | undefined
  readonly now: RouteValue | undefined
  readonly existed: boolean
  readonly exists: boolean
}

const isSame = ({ before, now, existed, exists }: ChangedName): boolean =>
  before?.operator === now?.operator && before?.routingNumber === now?.routingNumber && existed === exists

/** Names that are looked at in one go: about a millisecond. */
const NAMES_AT_ONCE = 250

/** The names that hold other records now than before, with pauses. */
function* changedNames(
  before: ZonePast,
  now: ZonePast,
  fixed: ReadonlySet<string>,
): Generator<ChangedName | undefined> {
  yield* before.read()
  let count = 0
  for (const digits of namesOf(before)) {
    if (++count % NAMES_AT_ONCE === 0) yield
    before.catchUp()
    now.catchUp()
    const values = { before: before.routeOf(digits), now: now.routeOf(digits) }
    const existed = fixed.has(digits) || values.before !== undefined || before.hasBelow(digits)
    const exists = fixed.has(digits) || values.now !== undefined || now.hasBelow(digits)
    const name = { digits, ...values, existed, exists }
    if (!isSame(name)) yield name
  }
}

function* namesOf(past: ZonePast): Generator<string> {
  yield* past.numbers()
  for (const digits of past.beginnings()) if (!past.hasChanged(digits)) yield digits
}

/** Every routed number with its route, by length and then ascending, as when `past` was taken. */
export function* numbersInOrder(
  table: TableReader,
  past: Past,
  keys: Float64Array = blockKeys(table),
): Generator<readonly [digits: string, value: RouteValue]> {
  const { memory, values } = table
  const ids = new Uint16Array(BLOCK_NUMBERS)
  for (const key of keys) {
    const [length, block] = [lengthOf(key), key % 1e12]
    const start = length === LAST_DIGITS ? '' : String(block).padStart(length - LAST_DIGITS, '0')
    // Read and corrected in one go, before anything can change; while the numbers are sent it may.
    const content = contentOf(memory.words, rootOf(memory), highOf(length, block), block % 1e6)
    ids.fill(0)
    if (content > 0) decodeBlock(memory.units, content, ids)
    for (const [digits, value] of past.changedIn(start))
      ids[Number(digits.slice(-LAST_DIGITS))] = value === undefined ? 0 : values.idOf(value)
    for (let place = 0; place < BLOCK_NUMBERS; place++) {
      const value = ids[place] === 0 ? undefined : values.valueOf(ids[place]!)
      if (value !== undefined) yield [`${start}${String(place).padStart(LAST_DIGITS, '0')}`, value]
    }
  }
}

const lengthOf = (key: number): number => Math.floor(key / 1e12)

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
