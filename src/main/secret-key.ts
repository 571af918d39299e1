import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { VAULT_KEY_BYTES } from '../shared/vault.ts'

const FILE = 'secret.key'
const OWNER_ONLY = 0o600

/**
 * The key of the vault: the one that is set, else the one of the data folder, which the first start makes. Whoever has this file
 * and the database has the secrets, so a backup keeps the two apart.
 */
export async function secretKey({ dataDir, given }: { dataDir: string; given: string | undefined }): Promise<Buffer> {
  if (given !== undefined) return Buffer.from(given, 'hex')
  const path = join(dataDir, FILE)
  await makeOnce(path, dataDir)
  const text = (await readFile(path, 'utf8')).trim()
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${path} must hold 64 hexadecimal digits and nothing else`)
  await chmod(path, OWNER_ONLY)
  return Buffer.from(text, 'hex')
}

async function makeOnce(path: string, dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true })
  try {
    const file = await open(path, 'wx', OWNER_ONLY)
    try {
      await file.writeFile(`${randomBytes(VAULT_KEY_BYTES).toString('hex')}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!isThere) throw error // that it is there already is the usual case
  }
}
