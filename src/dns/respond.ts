import { type Asker, answer, type DnsState, UDP_OCTETS } from './answer.ts'
import type { Clock } from './clock.ts'
import { digitsOfEnumName } from './enum.codec.ts'
import { FLAGS } from './message.codec.ts'
import { type DnsName, writeName } from './name.codec.ts'
import { type Prepared, prepare } from './prepared.ts'
import { limited } from './rate-limit.ts'
import { CLASSES, TYPES } from './record.codec.ts'
import { valueInBlock } from './table-block.codec.ts'
import { contentOf, rootOf } from './table-directory.ts'
import { writerOn } from './writer.ts'
import { checkedName } from './zone-config.ts'
import type { EnumPlan } from './zone-enum.ts'
import type { ZoneSet } from './zones.ts'

/**
 * Answers the query of `length` octets at `at`, in place.
 *
 * @param room - how many octets from `at` may be written
 * @param addressAt - where in `octets` the asker's address stands, in network order, and how many octets it has: 4 or 16
 * @returns the reply's length; 0 for silence
 */
export type Responder = (
  octets: Uint8Array,
  at: number,
  length: number,
  room: number,
  addressAt: number,
  addressOctets: number,
) => number

/**
 * The way of every datagram: NAPTR questions for numbers are answered from prepared octets without allocating anything, all
 * others by `answer`. That both say the same, octet for octet, is tested (respond.test.ts).
 */
export function responderFor(state: DnsState, clock: Clock): Responder {
  const fast = numberResponder(state)
  const respond: Responder = (octets, at, length, room, addressAt, addressOctets) => {
    const fastLength = fast(octets, at, length, room, addressAt, addressOctets)
    if (fastLength !== NOT_MINE) return fastLength
    const asker: Asker = {
      via: 'udp',
      address: octets.slice(addressAt, addressAt + addressOctets),
      nowSeconds: clock.nowSeconds(),
    }
    const reply = answer(octets.slice(at, at + length), asker, state)
    if (reply === undefined || reply.length > room) return 0
    octets.set(reply, at)
    return reply.length
  }
  const { rateLimit } = state.policy
  return rateLimit === undefined ? respond : limited(respond, { ...state.policy, rateLimit }, clock)
}

const NOT_MINE = -1
const HEADER_OCTETS = 12
const OPT_OCTETS = 11
const ZERO = 0x30
const DIGITS_MAX = 15

/** A question for a number, read from the wire by `readNumber`; one object, written over for every query. */
const asked = { length: 0, place: 0, low: 0, high: 0, end: 0 }

function numberResponder({ plan, policy, zones }: DnsState): Responder {
  const { config, table } = plan
  const names = config.apexes.map((apex) => checkedName(apex))
  const { words, units } = table.memory
  const apexes = config.apexes.map((apex) => wireOf(apex))
  const carved = names.map((apex) => carvedOut(apex, zones))
  const blocks = blockTrie(plan)
  const answers = preparedAnswers(plan)
  return (octets, at, length, room, addressAt, addressOctets) => {
    if (!isPlainQuery(octets, at, length) || !readNumber(octets, at, length)) return NOT_MINE
    const apex = apexAt(octets, asked.end, apexes)
    if (apex < 0 || isCarvedOut(octets, at, carved[apex]!)) return NOT_MINE
    if (!policy.isAllowed(names[apex]!, octets, addressAt, addressOctets)) return NOT_MINE
    const end = asked.end + apexes[apex]!.length
    if (end + 4 > at + length) return NOT_MINE
    if (get16(octets, end) !== TYPES.NAPTR || get16(octets, end + 2) !== CLASSES.IN) return NOT_MINE
    const limit = readLimit(octets, at, end + 4, at + length)
    if (limit < 0) return NOT_MINE
    const content = contentOf(words, rootOf(table.memory), asked.length * 1e6 + asked.high, asked.low)
    const value = content > 0 ? valueInBlock(units, content, asked.place) : 0
    const prepared = value > 0 ? answers.ofRoute(value) : answers.ofBlock(blocks.find(octets, at))
    const hasOpt = end + 4 < at + length
    if (prepared === undefined) return NOT_MINE
    const total = end + 4 - at + prepared.octets.length + (hasOpt ? OPT_OCTETS : 0)
    if (prepared.records === 0 || total > limit || total > room) return NOT_MINE
    writeAnswer(octets, at, end + 4, prepared, hasOpt)
    return total
  }
}

/** A standard query with one question, nothing in answer and authority, and at most one additional record. */
function isPlainQuery(octets: Uint8Array, at: number, length: number): boolean {
  return (
    length >= HEADER_OCTETS + 7 &&
    (octets[at + 2]! & 0xf8) === 0 &&
    get16(octets, at + 4) === 1 &&
    octets[at + 6]! + octets[at + 7]! + octets[at + 8]! + octets[at + 9]! + octets[at + 10]! === 0 &&
    octets[at + 11]! <= 1
  )
}

/** Reads labels of one digit, last digit first, into `asked`. @returns false when they are no 3 to 15 digits */
function readNumber(octets: Uint8Array, at: number, length: number): boolean {
  let here = at + HEADER_OCTETS
  const last = at + length - 2
  let [place, low, high, scale, count] = [0, 0, 0, 1, 0]
  for (; here < last && octets[here] === 1; here += 2, count++) {
    const digit = octets[here + 1]! - ZERO
    if (digit < 0 || digit > 9 || count === DIGITS_MAX) return false
    if (count === 3 || count === 9) scale = 1
    if (count < 3) place += digit * scale
    else if (count < 9) low += digit * scale
    else high += digit * scale
    scale *= 10
  }
  asked.length = count
  asked.place = place
  asked.low = low
  asked.high = high
  asked.end = here
  return count >= 3
}

/** @returns which of our apexes stands at `at`; -1 when it is none */
function apexAt(octets: Uint8Array, at: number, apexes: readonly Uint8Array[]): number {
  for (let index = 0; index < apexes.length; index++) {
    const apex = apexes[index]!
    let here = 0
    while (here < apex.length && folded(octets[at + here]!) === apex[here]) here++
    if (here === apex.length) return index
  }
  return -1
}

/** The leading digits of the numbers that a zone of their own below the apex answers for: the longer apex wins (zones.ts). */
function carvedOut(apex: DnsName, zones: ZoneSet): Uint8Array[] {
  return zones.all.flatMap((zone) => {
    const digits = digitsOfEnumName(zone.apex, apex)
    return digits === undefined ? [] : [Uint8Array.from(Buffer.from(digits))]
  })
}

function isCarvedOut(octets: Uint8Array, at: number, carved: readonly Uint8Array[]): boolean {
  for (let index = 0; index < carved.length; index++) {
    const digits = carved[index]!
    let [place, here] = [0, asked.end - 1]
    while (place < digits.length && here > at + HEADER_OCTETS && octets[here] === digits[place]) {
      place++
      here -= 2
    }
    if (place === digits.length) return true
  }
  return false
}

/** ASCII letters in lower case; a length octet is at most 63, below the letters. */
function folded(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet
}

/** How long the reply may be, by the OPT record if there is one; -1 when what follows the question is anything else. */
function readLimit(octets: Uint8Array, at: number, opt: number, end: number): number {
  const additional = octets[at + 11]
  if (additional === 0) return opt === end ? 512 : -1
  if (end - opt !== OPT_OCTETS || octets[opt] !== 0 || get16(octets, opt + 1) !== TYPES.OPT) return -1
  // Version 0, and no options: those are looked at by `answer`.
  if (octets[opt + 6] !== 0 || octets[opt + 9]! + octets[opt + 10]! !== 0) return -1
  return Math.min(Math.max(get16(octets, opt + 3), 512), UDP_OCTETS)
}

/** Everything behind the question first, because the OPT's DO flag is read where the answer will stand. */
function writeAnswer(octets: Uint8Array, at: number, start: number, prepared: Prepared, hasOpt: boolean): void {
  const isDnssecOk = hasOpt && octets[start + 7]! >= 0x80
  octets.set(prepared.octets, start)
  for (let gap = 0; gap < prepared.gaps.length; gap++) {
    let to = start + prepared.gaps[gap]! + asked.length - 1
    for (let digit = 0; digit < asked.length; digit++) octets[to--] = octets[at + HEADER_OCTETS + 1 + digit * 2]!
  }
  if (hasOpt) {
    const opt = start + prepared.octets.length
    octets.fill(0, opt, opt + OPT_OCTETS)
    octets[opt + 2] = TYPES.OPT
    octets[opt + 3] = UDP_OCTETS >>> 8
    octets[opt + 4] = UDP_OCTETS & 255
    octets[opt + 7] = isDnssecOk ? 0x80 : 0
  }
  octets[at + 2] = ((FLAGS.QR | FLAGS.AA) >>> 8) | (octets[at + 2]! & 1)
  octets[at + 3] = octets[at + 3]! & FLAGS.CD
  octets[at + 6] = 0
  octets[at + 7] = prepared.records
}

/** The prepared answers by length of number and route or block; each is written when it is first needed. */
function preparedAnswers({ config, table, targetOfRoute, blockTargets }: EnumPlan) {
  const byRoute: (Prepared | undefined)[][] = Array.from({ length: DIGITS_MAX + 1 }, () => [])
  const byBlock: (Prepared | undefined)[][] = Array.from({ length: DIGITS_MAX + 1 }, () => [])
  return {
    ofRoute(value: number): Prepared | undefined {
      const row = byRoute[asked.length]!
      const known = row[value]
      if (known !== undefined) return known
      const route = table.values.valueOf(value)
      if (route === undefined) return undefined
      while (row.length <= value) row.push(undefined)
      row[value] = prepare(config.profile, asked.length, targetOfRoute(route), config.ttlSeconds)
      return row[value]
    },
    ofBlock(block: number): Prepared | undefined {
      if (block < 0) return undefined
      const { lengths, target } = blockTargets[block]!
      if (!lengths.includes(asked.length)) return undefined
      const row = byBlock[asked.length]!
      while (row.length <= block) row.push(undefined)
      row[block] ??= prepare(config.profile, asked.length, target, config.ttlSeconds, config.blockWording)
      return row[block]
    },
  }
}

/** The blocks as a tree of digits: ten words a node, each the next node; the eleventh is the block that ends there. */
function blockTrie({ blockTargets }: EnumPlan) {
  const nodes: number[] = []
  const addNode = (): number => {
    nodes.push(...Array(10).fill(0), -1)
    return nodes.length - 11
  }
  addNode()
  for (const [index, { prefix }] of blockTargets.entries()) {
    let node = 0
    for (const digit of prefix) {
      if (nodes[node + Number(digit)] === 0) nodes[node + Number(digit)] = addNode()
      node = nodes[node + Number(digit)]!
    }
    nodes[node + 10] = index
  }
  const tree = Int32Array.from(nodes)
  return {
    /** @returns the index of the longest block that the asked number begins with; -1 for none */
    find(octets: Uint8Array, at: number): number {
      let block = -1
      let node = 0
      for (let here = asked.end - 1; here > at + HEADER_OCTETS; here -= 2) {
        node = tree[node + octets[here]! - ZERO]!
        if (node === 0) break
        if (tree[node + 10]! >= 0) block = tree[node + 10]!
      }
      return block
    },
  }
}

function wireOf(apex: string): Uint8Array {
  const writer = writerOn(new Uint8Array(256))
  writeName(writer, checkedName(apex), 'plain')
  return writer.bytes.slice(0, writer.at)
}

function get16(octets: Uint8Array, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!
}
