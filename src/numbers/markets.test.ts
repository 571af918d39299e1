import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadMarket, marketNames } from './load-market.ts'
import { blockOf, parseNumber, parseRange, typeOf } from './market.ts'

const ROOT = join(import.meta.dirname, '../..')
const MARKETS = join(ROOT, 'markets')
const REAL = ['bb', 'gh', 'jm', 'ke', 'tt']

test('the shipped markets are these', async () =>
  deepEqual(await marketNames(MARKETS), ['bb', 'doc', 'gh', 'jm', 'ke', 'tt']))

for (const name of await marketNames(MARKETS)) {
  test(`the market ${name} loads; its examples are read and its own operator holds numbers (O-06)`, async () => {
    const market = await loadMarket(MARKETS, name)
    for (const type of ['mobile', 'fixed'] as const) {
      const number = parseNumber(market, market.numbers[type].example)
      ok(number, `${market.numbers[type].example} is read`)
      equal(typeOf(market, number), type)
      if (type === 'mobile') ok(blockOf(market, number), `${number} is in a block`)
    }
    ok(market.blocks.some(({ holder, type }) => holder === market.operator && type === 'mobile'))
    ok(market.blocks.some(({ holder, type }) => holder !== market.operator && type === 'mobile'))
  })
}

for (const name of REAL) {
  test(`the market ${name} is its seed, with patterns and blocks of the data`, async () => {
    const { market: seed } = JSON.parse(readFileSync(join(ROOT, `scripts/make-markets/${name}.seed.json`), 'utf8'))
    const { blocks, ...market } = JSON.parse(readFileSync(join(MARKETS, `${name}.json`), 'utf8'))
    ok(blocks.length > 0)
    for (const type of ['mobile', 'fixed']) delete market.numbers[type].pattern
    ok(market.source.endsWith(seed.source) && market.source.includes('Apache-2.0'))
    deepEqual({ ...market, source: seed.source }, seed)
  })
}

test('the cool-off of a country is data of its market, and none in the doc market (O-59)', async () => {
  const all = await Promise.all((await marketNames(MARKETS)).map((name) => loadMarket(MARKETS, name)))
  const lockDays = new Map(all.map(({ name, coolOff }) => [name, coolOff.lockDays]))
  equal(lockDays.get('doc'), 0)
  ok(
    [...lockDays.values()].some((days) => days > 0),
    'and some where the country has one',
  )
})

test('every printed number of the porting manager document is a number of the doc market (O-06)', async () => {
  const doc = await loadMarket(MARKETS, 'doc')
  const fields = { first: 'telephonenumberseriestart', last: 'telephonenumberserieend' }
  const holderOf = (text: string) => {
    const number = parseNumber(doc, text)
    return number && blockOf(doc, number)?.holder
  }
  equal(parseNumber(doc, '+1-555-0100'), '+15550100')
  deepEqual(parseRange(doc, { first: '5550100', last: '5550199', numberType: 'mobile', fields }), {
    first: '+15550100',
    last: '+15550199',
  })
  deepEqual(parseRange(doc, { first: '5550200', last: '5550249', numberType: 'mobile', fields }), {
    first: '+15550200',
    last: '+15550249',
  })
  deepEqual(['5550100', '5550199', '5550200', '5550249'].map(holderOf), ['DONOR', 'DONOR', 'CARR', 'CARR'])
})

/** A mobile number of each carrier as public directories know it: the data must not slip by a digit. */
// biome-ignore format: a table
const KNOWN: [market: string, number: string, holder: string][] = [
  ['tt', '868 291 1234',  'BMOB'],
  ['tt', '868 620 1234',  'BMOB'],
  ['tt', '868 398 1234',  'DIGI'],
  ['jm', '876 210 1234',  'FLOW'],
  ['jm', '876 381 1234',  'DIGI'],
  ['gh', '024 123 4567',  'MTN'],
  ['gh', '020 123 4567',  'TCEL'],
  ['ke', '0722 123 456',  'SAF'],
  ['ke', '0757 123 456',  'SAF'],
  ['ke', '0755 123 456',  'AIRT'],
  ['bb', '246 250 1234',  'FLOW'],
  ['bb', '246 826 1234',  'DIGI'],
]
for (const [name, text, holder] of KNOWN) {
  test(`in ${name}, ${text} is ${holder}'s`, async () => {
    const market = await loadMarket(MARKETS, name)
    const number = parseNumber(market, text)
    equal(number && blockOf(market, number)?.holder, holder)
  })
}
