import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { glob, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const ROOT = join(import.meta.dirname, '..')
const WEB = join(ROOT, 'web')
const DIST = join(WEB, 'dist')
const STAMP = join(DIST, '.built-from')
const SOURCES = ['web/src/**/*', 'web/public/**/*', 'web/index.html', 'web/vite.config.ts', 'package-lock.json']

/**
 * Builds the web UI unless web/dist was made from exactly what is there now.
 *
 * @returns whether anything had to be built
 */
export async function buildWeb(): Promise<boolean> {
  const wanted = await hashOfSources()
  if (existsSync(STAMP) && (await readFile(STAMP, 'utf8')) === wanted) return false
  console.error('Building the web UI ...')
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: WEB, stdio: ['ignore', 2, 2] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error('the web UI could not be built, see above')
  await compress()
  await writeFile(STAMP, wanted)
  return true
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256')
  const found = await Array.fromAsync(glob(SOURCES, { cwd: ROOT, withFileTypes: true }))
  const paths = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  for (const path of paths.sort()) {
    hash.update(`${path.slice(ROOT.length)}\0`)
    hash.update(await readFile(path))
  }
  return hash.digest('hex')
}

/** Once here instead of at every request. */
async function compress(): Promise<void> {
  for await (const name of glob('**/*.{js,css,svg}', { cwd: DIST })) {
    const file = join(DIST, name)
    const body = await readFile(file)
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
    await writeFile(`${file}.br`, await promisify(brotliCompress)(body, quality))
    await writeFile(`${file}.gz`, await promisify(gzip)(body, { level: 9 }))
  }
}

if (import.meta.main) await buildWeb()
