import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { decode } from 'dns-packet'
import { ASKER, OPT, queryBytes, world } from '../../test/conformance/world.ts'
import { answer } from './answer.ts'
import { responderFor } from './respond.ts'

/** A small generator with a seed, so that a failure can be had again (xorshift32). */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % sides
  }
}

/** For each of the two: a million datagrams together. `FUZZ_ROUNDS` makes it a longer night. */
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 500_000)
/** What the memory may differ by between the first quarter and the end: three kept octets a datagram are more. */
const GROWTH_OCTETS_MAX = 1024 * 1024
const SEEDS = [
  queryBytes('0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR'),
  queryBytes('0.0.1.0.5.5.5.1.e164enum.net', 'NAPTR', { additionals: [OPT] }),
  queryBytes('e164.arpa', 'SOA'),
  queryBytes('example.org', 'A', { additionals: [{ ...OPT, ednsVersion: 3 }] }),
]

const { state } = world()
const respond = responderFor(state, { nowSeconds: () => ASKER.nowSeconds, monotonicMs: () => 0 })
const slot = Buffer.alloc(2064)
slot.set(ASKER.address, 2048)

/** What must hold of any reply to any octets. */
function check(query: Buffer, seed: string): void {
  const plain = answer(query, { ...ASKER, via: 'udp' }, state)
  slot.fill(0, 0, 2048)
  slot.set(query)
  const length = respond(slot, 0, query.length, 2048, 2048, 4)
  equal(
    Buffer.compare(slot.subarray(0, length), plain ?? Buffer.alloc(0)),
    0,
    `${seed}: in place, the same reply or none`,
  )
  for (const via of ['udp', 'tcp'] as const) {
    const reply = answer(query, { ...ASKER, via }, state)
    if (reply === undefined) {
      ok(query.length < 12 || (query[2]! & 0x80) !== 0, `${seed}: silence only for replies and stumps`)
      continue
    }
    ok(reply.length <= (via === 'udp' ? 1232 : 65_535), seed)
    equal(Buffer.from(reply).readUInt16BE(0), query.readUInt16BE(0), `${seed}: the id`)
    ok((reply[2]! & 0x80) !== 0, `${seed}: a reply says so`)
    decode(Buffer.from(reply))
    equal(answer(reply, { ...ASKER, via }, state), undefined, `${seed}: no reply to a reply`)
  }
}

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

function octetsInUse(): number {
  if (typeof collect !== 'function') throw new Error('there is no gc to be called')
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Checks each round, and that what is kept does not grow with the rounds. */
function checkRounds(checkRound: (round: number) => void): void {
  let before = 0
  for (let round = 0; round < ROUNDS; round++) {
    if (round === Math.floor(ROUNDS / 4)) before = octetsInUse()
    checkRound(round)
  }
  const growth = octetsInUse() - before
  ok(growth < GROWTH_OCTETS_MAX, `${growth} octets more after ${ROUNDS} datagrams`)
}

test('random octets: no throw, every reply parses, none is answered, nothing is kept', () => {
  const roll = dice(0x5eed)
  checkRounds((round) => {
    const query = Buffer.from(Array.from({ length: roll(80) }, () => roll(256)))
    if (query.length > 5 && roll(2) === 0) query.set([0, 0, 0, 1], 2)
    check(query, `random round ${round}`)
  })
})

test('mutated queries: no throw, every reply parses, none is answered, nothing is kept', () => {
  const roll = dice(0xfeed)
  checkRounds((round) => {
    let query = Buffer.from(SEEDS[roll(SEEDS.length)]!)
    for (let change = roll(4); change >= 0; change--) query[roll(query.length)] = roll(256)
    if (roll(4) === 0) query = query.subarray(0, roll(query.length + 1))
    if (roll(8) === 0) query = Buffer.concat([query, SEEDS[roll(SEEDS.length)]!])
    check(query, `mutated round ${round}`)
  })
})
