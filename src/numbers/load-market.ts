import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MarketData } from './market.schema.ts'
import { type Market, marketOf } from './market.ts'

/**
 * Reads `<folder>/<name>.json`. An unknown name is answered with the names there are.
 *
 * @param state - `checked`: by whoever started this process, so that it need not load what checks: most of a short start
 */
export async function loadMarket(
  folder: string,
  name: string,
  state: 'unchecked' | 'checked' = 'unchecked',
): Promise<Market> {
  const names = await marketNames(folder)
  if (!names.includes(name))
    throw new Error(`there is no market ${JSON.stringify(name)} in ${folder}; there are ${names.join(', ')}`)
  const path = join(folder, `${name}.json`)
  const text = await readFile(path, 'utf8')
  if (state === 'checked') return marketOf(JSON.parse(text) as MarketData) // it is what was checked
  const { parseMarket } = await import('./market-file.ts')
  const market = parseMarket(text, path)
  if (market.name !== name)
    throw new Error(`the market file cannot be used:\n${path} /name: must be ${name}, as the file is named`)
  return market
}

/** The markets of a folder, in order of name. */
export async function marketNames(folder: string): Promise<string[]> {
  const files = await readdir(folder)
  return files.flatMap((file) => /^([a-z]+)\.json$/.exec(file)?.[1] ?? []).sort()
}
