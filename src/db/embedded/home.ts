import { randomBytes } from 'node:crypto'
import { existsSync, globSync } from 'node:fs'
import {
  chmod,
  chown,
  link,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { type Account, canEnter } from './account.ts'

/** Where a cluster is to live: `<dataDir>/pg<major>`, or for an account that cannot enter `dataDir`, in `systemFolder`. */
export type Site = {
  readonly dataDir: string
  readonly major: number
  readonly account: Account | undefined
  readonly systemFolder: string
}

/** Makes the folder of a cluster, which only the account may enter. Made in `systemFolder`, it is linked from `dataDir`. */
export async function makeHome({ dataDir, major, account, systemFolder }: Site): Promise<string> {
  const name = `pg${major}`
  const path = join(dataDir, name)
  if (existsSync(path)) return realpath(path)
  // our own may have come meanwhile: another first start is making it
  const other = globSync('pg[0-9]*', { cwd: dataDir }).find((one) => one !== name)
  if (other && existsSync(join(dataDir, other))) {
    throw new Error(
      `${join(dataDir, other)} holds data of another PostgreSQL than ${major}: use another folder or DATABASE_URL`,
    )
  }
  await mkdir(dataDir, { recursive: true })
  await unlink(path).catch(unlessThere(path)) // a link to data that somebody has removed
  if (await canEnter(account, dataDir)) {
    await mkdir(path, { recursive: true, mode: 0o700 })
    await give(path, account)
    return realpath(path)
  }
  if (await mkdir(systemFolder, { recursive: true })) await chmod(systemFolder, 0o755)
  const home = await give(await mkdtemp(join(systemFolder, `pg${major}-`)), account)
  await symlink(home, path).catch(async (error) => {
    unlessThere(path)(error)
    await rm(home, { recursive: true })
  })
  return realpath(path)
}

/** What another first start was quicker with, or what was never there, is no failure. */
const unlessThere = (path: string) => (error: NodeJS.ErrnoException) => {
  if (error.code !== 'ENOENT' && !existsSync(path)) throw error
}

/** The password of the cluster's one user, made at first use; two processes that make it at once get the same one. */
export async function readPassword(home: string, account: Account | undefined): Promise<string> {
  const path = passwordFile(home)
  if (!existsSync(path)) {
    if (existsSync(join(home, 'data'))) throw new Error(`${path} is lost, and without it the data beside it is closed`)
    const draft = await give(`${path}.${process.pid}`, account, randomBytes(24).toString('base64url'))
    await link(draft, path).catch((error) => {
      if (error.code !== 'EEXIST') throw error
    })
    await rm(draft)
  }
  return readFile(path, 'utf8')
}

export function passwordFile(home: string): string {
  return join(home, 'password')
}

async function give(path: string, account: Account | undefined, content?: string): Promise<string> {
  if (content !== undefined) await writeFile(path, content, { mode: 0o600 })
  if (account) await chown(path, account.uid, account.gid)
  return path
}
