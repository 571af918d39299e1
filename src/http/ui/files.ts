import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** A file of the built UI, in the encodings that the build made. */
export type UiFile = {
  readonly contentType: string
  readonly body: Buffer
  readonly encoded: ReadonlyMap<'br' | 'gzip', Buffer>
}

// biome-ignore format: a table
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js':   'text/javascript; charset=utf-8',
  '.css':  'text/css; charset=utf-8',
  '.svg':  'image/svg+xml',
}
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

/**
 * The built UI by path (`/assets/index-abc.js`), read once: it is small, and a request then never waits for the disk.
 *
 * @returns undefined when it has not been built
 */
export async function readBuiltUi(folder: string): Promise<ReadonlyMap<string, UiFile> | undefined> {
  const names = await readdir(folder, { recursive: true }).catch((): string[] => [])
  if (!names.includes('index.html')) return undefined
  const present = new Set(names)
  const files = new Map<string, UiFile>()
  for (const name of names) {
    const contentType = CONTENT_TYPES[extname(name)]
    if (contentType === undefined) continue
    const encoded = new Map<'br' | 'gzip', Buffer>()
    for (const [encoding, ending] of ENCODINGS) {
      if (present.has(`${name}${ending}`)) encoded.set(encoding, await readFile(join(folder, `${name}${ending}`)))
    }
    files.set(`/${name.replaceAll('\\', '/')}`, { contentType, body: await readFile(join(folder, name)), encoded })
  }
  return files
}
