import { equal } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { testPortolan } from '../support/portolan.ts'

test('with another database beside the same data folder the simulator begins anew, and answers the same identifier again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'portolan-walk-'))
  const identifiers: string[] = []
  try {
    for (const _ of ['embedded', 'external']) {
      const portolan = await testPortolan({ PORTOLAN_DATA_DIR: dataDir })
      try {
        const id = await portolan.create('5551600')
        await portolan.reaches(id, 2)
        identifiers.push(id)
      } finally {
        await portolan.close()
      }
    }
    equal(identifiers[0], identifiers[1])
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})
