import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { setRoute } from '../../test/conformance/world.ts'
import type { E164 } from '../numbers/e164.ts'
import { type RouteTable, routeTable, tableOn } from './table.ts'
import { addReader, beginReading } from './table-memory.ts'
import { addRow, emptyRows } from './table-rows.ts'
import type { RouteValue } from './table-values.ts'

const VALUES: readonly RouteValue[] = [
  { operator: 'DIGI', routingNumber: '+15559901' },
  { operator: 'FLOW', routingNumber: 'd2701;rn-context=+1' },
  { operator: 'FLOW', routingNumber: undefined },
]

/** The table's promise, kept in the simplest way. */
function model() {
  const routes = new Map<string, RouteValue>()
  return {
    routes,
    set(digits: string, value: RouteValue | undefined) {
      if (value === undefined) routes.delete(digits)
      else routes.set(digits, value)
    },
    hasBelow: (digits: string) =>
      [...routes.keys()].some((number) => number.length > digits.length && number.startsWith(digits)),
  }
}

// Few beginnings, so that numbers share blocks, lengths meet, and blocks fill and empty.
const number = fc
  .tuple(fc.constantFrom('1', '155', '15550', '999999999999'), fc.integer({ min: 0, max: 999 }), fc.constantFrom(2, 3))
  .map(([prefix, rest, width]) => prefix + String(rest).slice(-width).padStart(width, '0'))
const value = fc.constantFrom(undefined, ...VALUES)
const change = fc.record({ first: number, count: fc.constantFrom(1, 1, 1, 30, 950, 2500), value })

test('set, look up, and the beginnings of numbers agree with a plain map, after every change', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), fc.array(number), (changes, probes) => {
      const table = routeTable(100_000)
      const truth = model()
      for (const { first, count, value: to } of changes) {
        const last = String(Math.min(Number(first) + count - 1, 10 ** first.length - 1))
        setRoute(table, `+${first}`, `+${last}`, to)
        for (let digits = Number(first); digits <= Number(last); digits++) truth.set(String(digits), to)
        equal(table.size, truth.routes.size)
      }
      for (const digits of [...probes, ...truth.routes.keys()])
        deepEqual(table.lookup(digits), truth.routes.get(digits))
      for (const digits of probes) {
        for (let length = 1; length <= digits.length; length++) {
          const beginning = digits.slice(0, length)
          equal(table.hasBelow(beginning), truth.hasBelow(beginning), `below ${beginning}`)
        }
      }
    }),
    { numRuns: 60 },
  )
})

function rowsOf(table: RouteTable, pairs: readonly (readonly [string, RouteValue | undefined])[]) {
  const rows = emptyRows(pairs.length)
  for (const [digits, to] of pairs) addRow(rows, `+${digits}` as E164, to === undefined ? 0 : table.values.idOf(to))
  return rows
}

test('many rows in any order are the same as one after the other; the later of two holds', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(number, value), { maxLength: 300 }), (pairs) => {
      const table = routeTable(100_000)
      const truth = model()
      table.setMany(rowsOf(table, pairs))
      for (const [digits, to] of pairs) truth.set(digits, to)
      equal(table.size, truth.routes.size)
      for (const [digits] of pairs) deepEqual(table.lookup(digits), truth.routes.get(digits))
    }),
    { numRuns: 60 },
  )
})

test('a replacement takes the place of everything at once, and what it held is used again', () => {
  const table = routeTable(1_000_000)
  for (let round = 1; round <= 6; round++) {
    const replacement = table.replacement()
    const pairs = Array.from(
      { length: 50_000 },
      (_, at) => [String(15_550_000_000 + at * 3), VALUES[round % 3]] as const,
    )
    replacement.setMany(rowsOf(table, pairs))
    deepEqual(
      table.lookup('15550000003'),
      round === 1 ? undefined : VALUES[(round - 1) % 3],
      'not before it is published',
    )
    replacement.publish(round)
    deepEqual([table.size, table.generation, table.lookup('15550000003')], [50_000, round, VALUES[round % 3]])
  }
  const discarded = table.replacement()
  discarded.setMany(rowsOf(table, [['447', VALUES[0]]]))
  discarded.discard()
  deepEqual([table.size, table.lookup('447')], [50_000, undefined])
})

test('a second writer on the same memory goes on where the first stopped', () => {
  const first = routeTable(100_000)
  setRoute(first, '+15550100', '+15559999', VALUES[0])
  first.setGeneration(2 ** 40 + 5)
  const second = tableOn(first.memory)
  setRoute(second, '+15550200', '+15550200', VALUES[1])
  deepEqual(
    [second.size, second.generation, second.lookup('15550200'), second.lookup('15550201')],
    [9900, 2 ** 40 + 5, VALUES[1], VALUES[0]],
  )
})

test('space runs out with a sentence, not with a wrong answer', () => {
  const table = routeTable(20_000)
  throws(() => {
    for (let at = 1; at < 5000; at++)
      setRoute(table, `+1555${at * 1000 + 1_000_000}`, `+1555${at * 1000 + 1_000_500}`, VALUES[0])
  }, /number table is full/)
  deepEqual(table.lookup('15551001000'), VALUES[0])
})

/** Runs in its own thread: reads two blocks until reader 1 is seen at work, which is the sign to stop. */
const READER = `
  const { parentPort, workerData: { urls, buffer } } = require('node:worker_threads')
  const modules = Promise.all(urls.map((url) => import(url)))
  modules.then(([{ openMemory, beginReading, rest, HEADER }, { contentOf, rootOf }, { valueInBlock }]) => {
    const memory = openMemory(buffer)
    parentPort.postMessage('reading')
    let reads = 0
    let wrong = 0
    while (Atomics.load(memory.words, HEADER.readers + 1) === 0) {
      beginReading(memory, 0)
      for (let number = 0; number < 3000; number++, reads++) {
        const content = contentOf(memory.words, rootOf(memory), 8e6, 15550 + Math.floor(number / 1000))
        const value = content > 0 ? valueInBlock(memory.units, content, number % 1000) : 0
        // Even numbers always have value 1 or 2; odd ones come and go with value 3.
        if (number % 2 === 0 ? value !== 1 && value !== 2 : value !== 0 && value !== 3) wrong++
      }
      rest(memory, 0)
    }
    parentPort.postMessage({ reads, wrong })
  })
`

test('a reader in another thread never sees a torn block while it changes', async () => {
  const table = routeTable(100_000)
  for (const each of VALUES) table.values.idOf(each)
  const evens = (to: RouteValue) => Array.from({ length: 1500 }, (_, at) => [String(15_550_000 + at * 2), to] as const)
  table.setMany(rowsOf(table, evens(VALUES[0]!)))
  const urls = ['memory', 'directory', 'block.codec'].map((name) => new URL(`table-${name}.ts`, import.meta.url).href)
  const reader = new Worker(READER, { eval: true, workerData: { buffer: table.memory.buffer, urls } })
  addReader(table.memory)
  await once(reader, 'message')
  const deadline = performance.now() + 1000
  for (let round = 0; performance.now() < deadline; round++) {
    table.setMany(rowsOf(table, evens(VALUES[round % 2]!)))
    for (let odd = 15_550_001; odd < 15_550_600; odd += 2) {
      setRoute(table, `+${odd}`, `+${odd}`, round % 2 === 0 ? VALUES[2] : undefined)
    }
  }
  const told = once(reader, 'message')
  beginReading(table.memory, 1)
  const [{ reads, wrong }] = await told
  ok(reads > 10_000, `${reads} reads`)
  equal(wrong, 0)
  await reader.terminate()
})
