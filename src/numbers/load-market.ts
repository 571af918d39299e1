import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Market, parseMarket } from './market.ts'

/** Reads `<folder>/<name>.json`. An unknown name is answered with the names there are. */
export async function loadMarket(folder: string, name: string): Promise<Market> {
  const names = await marketNames(folder)
  if (!names.includes(name))
    throw new Error(`there is no market ${JSON.stringify(name)} in ${folder}; there are ${names.join(', ')}`)
  const path = join(folder, `${name}.json`)
  const market = parseMarket(await readFile(path, 'utf8'), path)
  if (market.name !== name)
    throw new Error(`the market file cannot be used:\n${path} /name: must be ${name}, as the file is named`)
  return market
}

/** The markets of a folder, in order of name. */
export async function marketNames(folder: string): Promise<string[]> {
  const files = await readdir(folder)
  return files.flatMap((file) => /^([a-z]+)\.json$/.exec(file)?.[1] ?? []).sort()
}
