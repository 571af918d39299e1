import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, escapeIdentifier } from 'pg'
import type { Durability } from '../../src/db/embedded/cluster.ts'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { createLog } from '../../src/shared/log.ts'

/** The migrated database that every test's own is copied from. */
const TEMPLATE = 'portolan_template'

export const MIGRATIONS = join(import.meta.dirname, '../../db/migrations')

export type TestCluster = { readonly url: string; stop(): Promise<void> }

/** A server on a temporary folder, one that forgets unless told otherwise, with the migrated template; `stop` leaves nothing behind. */
export async function startTestCluster(durable: Durability = 'throwaway'): Promise<TestCluster> {
  const dataDir = await mkdtemp(join(tmpdir(), 'portolan-test-'))
  await chmod(dataDir, 0o755) // started by root, the server has an account of its own
  const server = await startEmbedded({ dataDir, log: createLog('warn'), durable })
  const stop = async () => {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    await asAdmin(server.url, `create database ${TEMPLATE}`)
    await migrate({ url: onDatabase(server.url, TEMPLATE), folder: MIGRATIONS })
  } catch (error) {
    await stop()
    throw error
  }
  return { url: server.url, stop }
}

export type OwnDatabase = { readonly url: string; drop(): Promise<void> }

/** A new database in the cluster of `adminUrl`: a copy of the template, or with nothing in it. */
export async function createOwnDatabase(adminUrl: string, content: 'migrated' | 'empty'): Promise<OwnDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const template = content === 'migrated' ? TEMPLATE : 'template0'
  await asAdmin(adminUrl, `create database ${escapeIdentifier(name)} template ${template} strategy file_copy`)
  return {
    url: onDatabase(adminUrl, name),
    drop: () => asAdmin(adminUrl, `drop database ${escapeIdentifier(name)} with (force)`),
  }
}

function onDatabase(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
