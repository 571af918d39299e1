import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DOC, setRoute } from '../../test/conformance/world.ts'
import { type Past, withJournal } from './journal.ts'
import { type DnsName, parseDnsName } from './name.codec.ts'
import { type ResourceRecord, TYPES } from './record.codec.ts'
import { routeTable } from './table.ts'
import type { ZoneConfig } from './zone-config.schema.ts'
import { zoneContent } from './zone-content.ts'
import { enumPlan, enumZones, soaOf } from './zone-enum.ts'
import { staticZone } from './zone-static.ts'

const APEX = 'e164.arpa.' as DnsName
/** Plans of one length and of several, blocks in blocks, and a block that is one number. */
const BLOCKS = [
  [
    { prefix: '151', operator: 'FLOW', lengths: [5] },
    { prefix: '1512', operator: 'DIGI', lengths: [5] },
  ],
  [
    { prefix: '15', operator: 'FLOW', lengths: [4, 5, 6] },
    { prefix: '1512', operator: 'DIGI', lengths: [4] },
    { prefix: '15123', operator: 'DIGI', lengths: [5, 6] },
  ],
  [{ prefix: '15112', operator: 'FLOW', lengths: [5] }],
]
/** Numbers of three to six digits, few enough that all are asked about. */
const ASKED = [1, 2, 3, 4].flatMap((length) =>
  Array.from(
    { length: 3 ** length },
    (_, at) => `15${[...at.toString(3).padStart(length, '0')].map((digit) => Number(digit) + 1).join('')}`,
  ),
)
const nameOf = (digits: string): DnsName => parseDnsName([...digits].reverse().join('.').concat('.', APEX))!

function worldOf(blocks: (typeof BLOCKS)[number]) {
  const { table, journal } = withJournal(routeTable(1_000_000))
  const config: ZoneConfig = { ...DOC, apexes: ['e164.arpa'], blockWording: 'reference', blocks }
  const plan = enumPlan(config, table)
  const content = zoneContent(APEX, plan)
  const whole = (): ResourceRecord[] => [...content.all(journal.present())]
  return { table, journal, plan, content, whole }
}
const differenceIn = ({ content, journal }: ReturnType<typeof worldOf>, generation: number) =>
  content.difference(journal.changesSince(generation)!, journal.changesFromNow())

/** Each call gives one of the numbers another route, or takes it away, in a generation of its own. */
function changingOn({ table }: ReturnType<typeof worldOf>, numbers: readonly string[]): () => void {
  let count = 0
  return () => {
    const number = `+${numbers[count % numbers.length]}`
    setRoute(table, number, number, count % 2 === 0 ? undefined : { operator: 'DIGI', routingNumber: `+1${count}` })
    table.setGeneration(table.generation + 1)
    count++
  }
}

const textOf = (records: readonly ResourceRecord[]): string[] => records.map((record) => JSON.stringify(record)).sort()

/** What is asked for and answered otherwise by a plain server that holds the records: every number is answered alike. */
function differing({ plan, whole }: ReturnType<typeof worldOf>): string[] {
  const ours = enumZones(plan)[0]!
  const plain = staticZone({ apex: APEX, records: [soaOf(APEX, plan.config, 1), ...whole()] })
  return ASKED.filter((digits) => {
    const [one, other] = [ours, plain].map((zone) => zone.find(nameOf(digits), TYPES.NAPTR))
    if (one?.kind !== 'records') return false
    return other?.kind !== 'records' || textOf(one.answers).join() !== textOf(other.answers).join()
  })
}

const numbers = fc.array(fc.constantFrom(...ASKED), { minLength: 1, maxLength: 12 })

for (const blocks of BLOCKS)
  test(`a plain server answers every number of ${blocks.map(({ prefix, lengths }) => `${prefix} [${lengths}]`).join(', ')} as we do, and no record comes twice`, () => {
    fc.assert(
      fc.property(numbers, numbers, (routed, moved) => {
        const world = worldOf(blocks)
        for (const digits of routed)
          setRoute(world.table, `+${digits}`, `+${digits}`, { operator: 'DIGI', routingNumber: '+15559901' })
        world.table.setGeneration(1)
        const before = textOf(world.whole())
        equal(new Set(before).size, before.length, 'no record twice')
        deepEqual(differing(world), [])
        const began = world.journal.present()
        for (const [at, digits] of moved.entries()) {
          const value = at % 3 === 0 ? undefined : { operator: 'FLOW', routingNumber: '+1999' }
          setRoute(world.table, `+${digits}`, `+${digits}`, value)
        }
        world.table.setGeneration(2)
        deepEqual(
          textOf([...world.content.all(began)]),
          before,
          'a transfer that had begun goes on with what there was',
        )
        const zone = new Set(before)
        const { removed, added } = differenceIn(world, 1)
        const after = textOf(world.whole())
        // While it is read on, the zone changes again, number by number: what comes out is the difference of the moment it began.
        const goOn = changingOn(world, [...routed, ...moved])
        for (const record of removed) {
          goOn()
          if (record) ok(zone.delete(JSON.stringify(record)), `${JSON.stringify(record)} was there`)
        }
        for (const record of added) {
          goOn()
          if (record) ok(zone.size < zone.add(JSON.stringify(record)).size, `${JSON.stringify(record)} was not there`)
        }
        deepEqual([...zone].sort(), after)
        deepEqual(differing(world), [])
      }),
      { numRuns: 100 },
    )
  })

test('a transfer looks at the changes of a block for that block alone, however many there are of both', () => {
  const world = worldOf(BLOCKS[0]!)
  for (let at = 1000; at < 1200; at++)
    setRoute(world.table, `+1${at}000000`, `+1${at}000000`, { operator: 'DIGI', routingNumber: '+15559901' })
  world.table.setGeneration(1)
  const before = world.whole().length
  const present = world.journal.present()
  let [lookedAt, count, generation] = [0, 0, 1]
  const counting: Past = {
    changedIn(start) {
      const changes = present.changedIn(start)
      lookedAt += changes.size
      return changes
    },
  }
  for (const _ of world.content.all(counting)) {
    count++
    const number = `+1${1000 + ((count * 7) % 200)}000000`
    setRoute(world.table, number, number, { operator: 'FLOW', routingNumber: `+1${count}` })
    world.table.setGeneration(++generation)
  }
  equal(count, before)
  ok(generation > 500, `${generation} changes`)
  ok(lookedAt <= 200, `${lookedAt} changes were looked at: at most the one number of each block`)
})

test('a difference of many changes is worked out with pauses, in which the zone may change', () => {
  const world = worldOf(BLOCKS[0]!)
  const many = Array.from({ length: 5000 }, (_, at) => `1512${String(at * 7919).padStart(8, '0')}`)
  world.table.setGeneration(1)
  const zone = new Set(textOf(world.whole()))
  for (const digits of many)
    setRoute(world.table, `+${digits}`, `+${digits}`, { operator: 'DIGI', routingNumber: '+1' })
  world.table.setGeneration(2)
  const after = textOf(world.whole())
  const { removed, added } = differenceIn(world, 1)
  const goOn = changingOn(world, many)
  const pausesIn = (records: Generator<ResourceRecord | undefined>, take: (text: string) => void): number => {
    let pauses = 0
    for (const record of records) {
      if (record) take(JSON.stringify(record))
      else pauses++
      if (!record) goOn()
    }
    return pauses
  }
  const pauses = pausesIn(removed, (text) => ok(zone.delete(text)))
  pausesIn(added, (text) => zone.add(text))
  ok(pauses > 20, `${pauses} pauses`)
  deepEqual([...zone].sort(), after)
})
