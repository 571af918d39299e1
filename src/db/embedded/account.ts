import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Whom the server runs as; PostgreSQL refuses to run as root. */
export type Account = { readonly uid: number; readonly gid: number }

/** The account for the server: undefined means ourselves; for root it is the owner of existing data, else one of its own. */
export async function chooseAccount(home: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const owner = await stat(home).catch(() => undefined) // no data yet
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  for (const find of [
    () => accountOf('postgres'),
    () => accountOf('portolan'),
    addAccount,
    () => accountOf('nobody'),
  ]) {
    const account = await find()
    if (account) return account
  }
  throw new Error('the embedded database cannot run as root, and there is no other account for it: set DATABASE_URL')
}

/** Whether the account may enter `path` and every folder above it; a home of root, mode 0700, stops it. */
export async function canEnter(account: Account | undefined, path: string): Promise<boolean> {
  if (account === undefined) return true
  for (let folder = path; ; folder = dirname(folder)) {
    const { uid, gid, mode } = await stat(folder)
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

async function accountOf(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return undefined // `id` refuses a name that nobody has
  }
}

async function addAccount(): Promise<Account | undefined> {
  try {
    await run('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'portolan'])
  } catch {
    return undefined // no useradd here, or it may not: `nobody` is the last resort
  }
  return accountOf('portolan')
}
