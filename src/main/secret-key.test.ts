import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { keptSecret, secretKey } from './secret-key.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-secret-'))
})
after(() => rm(folder, { recursive: true }))

/** It takes as long to write that whoever looks meanwhile would find a part of it. */
const LONG_OCTETS = 2 ** 20

test('of first starts at once all get the same secret, whole, and nothing else is left', async () => {
  const path = join(folder, 'first', 'secret')
  const secrets = await Promise.all(Array.from({ length: 4 }, () => keptSecret(path, LONG_OCTETS)))
  match(secrets[0] ?? '', /^[0-9a-f]+$/)
  equal(new Set(secrets).size, 1)
  equal((await stat(path)).mode & 0o777, 0o600)
  deepEqual(await readdir(join(folder, 'first')), ['secret'])
  equal(await keptSecret(path, LONG_OCTETS), secrets[0])
})

test('a file that holds something else is named, and left as it is', async () => {
  const path = join(folder, 'strange')
  await writeFile(path, 'not hexadecimal')
  await rejects(keptSecret(path, 16), /strange must hold 32 hexadecimal digits/)
})

test('a key that is set is taken, and no file is made', async () => {
  const given = '0a'.repeat(32)
  const dataDir = join(folder, 'given')
  deepEqual(await secretKey({ dataDir, given }), Buffer.from(given, 'hex'))
  await rejects(stat(dataDir), { code: 'ENOENT' })
})
