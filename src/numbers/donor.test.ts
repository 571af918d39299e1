import { equal, ok, throws } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { donorOf, type PortedRange } from './donor.ts'
import { loadMarket } from './load-market.ts'
import { blockOf, type Market, parseNumber } from './market.ts'
import { includes, type NumberRange, rangeOf, sizeOf, walk } from './range.ts'

const MARKETS = join(import.meta.dirname, '../../markets')
const doc = await loadMarket(MARKETS, 'doc')
const tt = await loadMarket(MARKETS, 'tt')

/** `5550100-5550199`, or one number. */
function rangeIn(market: Market, text: string): NumberRange {
  const [first, last] = [...text.split('-'), text].map((end) => parseNumber(market, end))
  ok(first && last, `${text} is a range of the plan`)
  const range = rangeOf(first, last)
  ok(typeof range === 'object', text)
  return range
}

const ported = (market: Market, ...routes: [range: string, operator: string][]): PortedRange[] =>
  routes.map(([text, operator]) => ({ range: rangeIn(market, text), operator }))

// biome-ignore format: a table
const FOUND: [range: string, routes: [string, string][], donor: string, reason: string][] = [
  ['5550100-5550199', [],                                                                   'DONOR', 'the document\'s port-in'],
  ['5550200-5550249', [],                                                                   'CARR',  'the document\'s port-out'],
  ['5550250',         [],                                                                   'CARR',  'one number'],
  ['5570000-5579999', [],                                                                   'DONOR', 'a whole block of 10,000'],
  ['5551500-5552499', [],                                                                   'DONOR', 'two blocks of one holder'],
  ['5550100-5550199', [['5550100-5550199', 'THIRD']],                                       'THIRD', 'ported before: the serving operator is the donor, not the block holder'],
  ['5550120-5550129', [['5550100-5550199', 'THIRD']],                                       'THIRD', 'inside a range that was ported'],
  ['5550100-5550199', [['5550000-5550149', 'THIRD'], ['5550150-5550399', 'THIRD']],         'THIRD', 'over two ranges that were ported'],
  ['5550100-5550199', [['5550150-5550199', 'THIRD'], ['5550100-5550149', 'THIRD']],         'THIRD', 'told in any order'],
  ['5550100-5550299', [['5550200-5550299', 'DONOR']],                                       'DONOR', 'a foreign block, but ported to the holder of the other part'],
  ['5550100-5550199', [['5550150', 'DONOR']],                                               'DONOR', 'ported away and back again'],
  ['5550100-5550199', [['5550099', 'THIRD'], ['5550200', 'THIRD']],                         'DONOR', 'ports beside the range do not matter'],
  ['5559900-5559999', [['5559000-5559999', 'THIRD']],                                       'THIRD', 'in no block, but ported'],
]
for (const [range, routes, donor, reason] of FOUND) {
  test(`the donor of ${range} is ${donor}: ${reason}`, () =>
    equal(donorOf(doc, rangeIn(doc, range), ported(doc, ...routes)), donor))
}

// biome-ignore format: a table
const REFUSED: [range: string, routes: [string, string][], code: string, sentence: RegExp][] = [
  ['5550150-5550249', [], 'range_spans_donors', /: 5550150 to 5550199 DONOR, 5550200 to 5550249 CARR; /],
  ['5550100-5550199', [['5550150', 'THIRD']], 'range_spans_donors', /: 5550100 to 5550149 DONOR, 5550150 THIRD, 5550151 to 5550199 DONOR; /],
  ['5550100-5550199', [['5550199', 'THIRD']], 'range_spans_donors', /: 5550100 to 5550198 DONOR, 5550199 THIRD; /],
  ['5550100-5550120', ['02', '04', '06', '08'].map((end) => [`55501${end}`, 'THIRD']), 'range_spans_donors', /5550105 DONOR, and 4 more parts; /],
  ['5554990-5555009', [], 'donor_not_found', /known for 5555000: it is in no number block of Example .*; name the donor$/],
  ['5559900',         [], 'donor_not_found', /known for 5559900:/],
  ['5559000-5559999', [['5559000-5559499', 'THIRD']], 'donor_not_found', /known for 5559500:/],
  ['5553990-5555009', [], 'donor_not_found', /known for 5555000:/],
]
for (const [range, routes, code, sentence] of REFUSED) {
  test(`the donor of ${range} with ${routes.length} ports is refused: ${code}`, () => {
    throws(() => donorOf(doc, rangeIn(doc, range), ported(doc, ...routes)), { code, message: sentence })
  })
}

// biome-ignore format: a table
const NAMED: [range: string, named: string, donor: string, reason: string][] = [
  ['5559900',         'THIRD', 'THIRD', 'nothing is known of it, so the name is believed, as the refusal says it would be'],
  ['5550100-5550199', 'THIRD', 'DONOR', 'what is known is told, whatever was named'],
  ['5552990-5552999', 'DONOR', 'DONOR', 'both say the same'],
]
for (const [range, named, donor, reason] of NAMED) {
  test(`${range} with ${named} named is found at ${donor}: ${reason}`, () =>
    equal(donorOf(doc, rangeIn(doc, range), [], named), donor))
}

test('a name does not hide that part of the range is served by somebody else', () => {
  throws(() => donorOf(doc, rangeIn(doc, '5554990-5555009'), [], 'THIRD'), { code: 'range_spans_donors' })
})

test('a real market: a range ported in part spans donors, one in a single block does not', () => {
  equal(donorOf(tt, rangeIn(tt, '8683001000-8683001999'), []), 'DIGI')
  throws(() => donorOf(tt, rangeIn(tt, '8683001000-8683001999'), ported(tt, ['8683001500', 'BMOB'])), {
    code: 'range_spans_donors',
  })
})

test('by boundaries it says the same as number by number', () => {
  const number = fc.integer({ min: 5550000, max: 5559999 })
  const route = fc.record({
    at: number,
    size: fc.integer({ min: 1, max: 150 }),
    operator: fc.constantFrom('CARR', 'DONOR', 'THIRD'),
  })
  fc.assert(
    fc.property(number, fc.integer({ min: 1, max: 300 }), fc.array(route, { maxLength: 4 }), (at, size, routes) => {
      const range = rangeIn(doc, `${at}-${Math.min(at + size, 5559999)}`)
      const apart: PortedRange[] = []
      for (const { at: from, size: length, operator } of routes) {
        const candidate = rangeIn(doc, `${from}-${Math.min(from + length, 5559999)}`)
        if (!apart.some((other) => other.range.first <= candidate.last && candidate.first <= other.range.last))
          apart.push({ range: candidate, operator })
      }
      const one = [...walk(range)].map(
        (each) => apart.find((route) => includes(route.range, each))?.operator ?? blockOf(doc, each)?.holder,
      )
      const expected = one.includes(undefined)
        ? 'donor_not_found'
        : new Set(one).size > 1
          ? 'range_spans_donors'
          : one[0]
      equal(
        answered(() => donorOf(doc, range, apart)),
        expected,
      )
    }),
    { numRuns: 200 },
  )
})

function answered(ask: () => string): string {
  try {
    return ask()
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

test('100,000 numbers of which every second was ported are answered within a second of processor time', () => {
  const range = rangeIn(tt, '8683000000-8683099999')
  equal(sizeOf(range), 100_000)
  const routes = [...walk(range)]
    .filter((_, index) => index % 2 === 0)
    .map((number) => ({ range: { first: number, last: number }, operator: 'DIGI' }))
  const begun = process.cpuUsage()
  equal(donorOf(tt, range, routes), 'DIGI')
  ok(process.cpuUsage(begun).user < 1_000_000)
})
