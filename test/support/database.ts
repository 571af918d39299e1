import type { Db } from '../../src/db/db.ts'
import { openDb } from '../../src/db/pool.ts'
import { createLog } from '../../src/shared/log.ts'
import { createOwnDatabase, startTestCluster, type TestCluster } from './cluster.ts'

/** Names the server that `npm test` shares among all test files. */
const SHARED = process.env.PORTOLAN_TEST_DATABASE

/** Tens of thousands of rows in one statement, on a machine that does much else. */
const STATEMENT_SECONDS = 300

let ownCluster: Promise<TestCluster> | undefined

export type TestDatabase = { readonly url: string; readonly db: Db; close(): Promise<void> }

/** A fresh database of the newest schema (or with nothing in it), open; `close` closes and drops it. */
export async function testDatabase(content: 'migrated' | 'empty' = 'migrated'): Promise<TestDatabase> {
  const { url, drop } = await createOwnDatabase(await serverUrl(), content)
  const db = openDb({ url, maxConnections: 8, log: createLog('error'), statementSeconds: STATEMENT_SECONDS })
  return {
    url,
    db,
    async close() {
      await db.close()
      await drop()
    },
  }
}

async function serverUrl(): Promise<string> {
  if (SHARED !== undefined) return SHARED
  ownCluster ??= startOwnCluster()
  return (await ownCluster).url
}

/** A test file that is run by hand has a server of its own, from its first need to the end of the process. */
async function startOwnCluster(): Promise<TestCluster> {
  const cluster = await startTestCluster()
  process.once('beforeExit', () => cluster.stop())
  return cluster
}
