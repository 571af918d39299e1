import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { VAULT_KEY_BYTES } from '../shared/vault.ts'

const FILE = 'secret.key'
const OWNER_ONLY = 0o600

/**
 * The key of the vault: the one that is set, else the one of the data folder, which the first start makes. Whoever has this file
 * and the database has the secrets, so a backup keeps the two apart.
 */
export async function secretKey({ dataDir, given }: { dataDir: string; given: string | undefined }): Promise<Buffer> {
  if (given !== undefined) return Buffer.from(given, 'hex')
  return Buffer.from(await keptSecret(join(dataDir, FILE), VAULT_KEY_BYTES), 'hex')
}

/** The hexadecimal digits that a file of ours holds, which only its owner may read; the first start makes them. */
export async function keptSecret(path: string, octets: number): Promise<string> {
  await makeOnce(path, octets)
  const text = (await readFile(path, 'utf8')).trim()
  if (!/^[0-9a-f]+$/.test(text) || text.length !== octets * 2)
    throw new Error(`${path} must hold ${octets * 2} hexadecimal digits and nothing else`)
  await chmod(path, OWNER_ONLY)
  return text
}

/** The file gets its name when it is whole: whoever reads it, and whatever is killed, there is no half of one. */
async function makeOnce(path: string, octets: number): Promise<void> {
  if (existsSync(path)) return
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${randomUUID()}`
  try {
    const file = await open(draft, 'wx', OWNER_ONLY)
    try {
      await file.writeFile(`${randomBytes(octets).toString('hex')}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await link(draft, path)
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!isThere) throw error // another start was quicker, and its file is as good
  } finally {
    await rm(draft, { force: true })
  }
}
