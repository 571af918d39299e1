import { execFile } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import type { Log } from '../../shared/log.ts'
import type { Account } from './account.ts'
import { passwordFile } from './home.ts'
import { ownerMark, startOf, vacate } from './occupant.ts'
import { ENVIRONMENT, launch, type Server, ServerRefused } from './server.ts'

const run = promisify(execFile)
const TRIES = 10

/** Refusals of a start that pass. */
// biome-ignore format: a table
const REFUSALS: readonly { readonly says: string; readonly waitMillis: number; readonly meaning: string }[] = [
  { says: 'Address already in use', waitMillis: 0,   meaning: 'between our asking for a free port and taking it, another program was quicker' },
  { says: 'is still in use',        waitMillis: 500, meaning: 'children of a killed server have not noticed yet, and hold its memory' },
  { says: 'lock file',              waitMillis: 100, meaning: 'another start of the same data was quicker' },
]

/** The cluster's one user, and its database. */
export const NAME = 'portolan'

export type Durability = 'durable' | 'throwaway'

export type Cluster = {
  /** The folder of `initdb` and `postgres`. */
  readonly bin: string
  /** The folder that holds `data` and `password`. */
  readonly home: string
  readonly account: Account | undefined
  readonly durable: Durability
  readonly log: Log
}

const COMMON = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '',
  log_min_messages: 'log', // no failed statement with its numbers; what fails is logged by who asked
  log_checkpoints: 'off',
}

const SETTINGS: Record<Durability, Readonly<Record<string, string>>> = {
  durable: {
    ...COMMON,
    // An import changes pages ten times as fast as the background writer may write by default (4 MB a second): what it
    // leaves, the import has to write itself, and whoever waits for its lock waits for that too.
    bgwriter_delay: '50ms',
    bgwriter_lru_maxpages: '1000',
    // The log of a long transaction goes to the disk while it runs, so that its commit waits for the last of it only.
    wal_writer_delay: '20ms',
  },
  throwaway: {
    ...COMMON,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '500', // of all test files that run at once
    wal_level: 'minimal',
    max_wal_senders: '0',
  },
}

/** Makes the data folder where there is none. It gets its name when it is complete, so a kill leaves no half of one. */
export async function initialise({ bin, home, account, durable }: Cluster): Promise<void> {
  const data = join(home, 'data')
  if (existsSync(data)) return
  const draft = join(home, `data.${process.pid}`)
  for (const left of globSync('data.*', { cwd: home })) {
    const isBeingMade = startOf(Number(left.replace('data.', ''))) !== undefined
    if (left === basename(draft) || !isBeingMade) await rm(join(home, left), { recursive: true, force: true })
  }
  // C: text sorts by its bytes on every machine, and E.164 numbers of one length in their numeric order.
  const options = ['--auth=scram-sha-256', '--encoding=UTF8', '--no-locale', `--username=${NAME}`]
  if (durable === 'throwaway') options.push('--no-sync')
  await run(join(bin, 'initdb'), [`--pgdata=${draft}`, `--pwfile=${passwordFile(home)}`, ...options], {
    ...account,
    cwd: home,
    env: ENVIRONMENT,
  })
  // Another process may have been quicker, with the same password; then its data is as good.
  await rename(draft, data).catch((error) => {
    if (!existsSync(data)) throw error
    return rm(draft, { recursive: true })
  })
}

/** @param listenPort - of a server that is to come back; a free one is taken when absent */
export async function startServer(cluster: Cluster, listenPort?: number): Promise<Server & { readonly port: number }> {
  const { bin, home, account, durable, log } = cluster
  const data = join(home, 'data')
  for (let tries = 1; ; tries++) {
    const port = listenPort ?? (await freePort())
    const settings = { ...SETTINGS[durable], port, 'portolan.owner': ownerMark() }
    const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
    try {
      const server = await launch({ program: join(bin, 'postgres'), args, account, folder: home, log })
      return { ...server, port }
    } catch (error) {
      const refusal = REFUSALS.find(({ says }) => error instanceof ServerRefused && error.message.includes(says))
      if (!refusal || tries === TRIES) throw error
      await vacate(data, log) // throws where another start of the same data was quicker
      await wait(refusal.waitMillis)
    }
  }
}

export async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [NAME])
    if (rowCount === 0) await client.query(`create database ${NAME}`)
  } finally {
    await client.end()
  }
}

/** Whether a server takes connections there. */
export async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {}) // a server that is ending; the query says so too
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false // what another process does with its server is not ours to report
  } finally {
    await client.end().catch(() => {}) // it never began
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.once('error', reject)
  server.once('listening', () => {
    const address = server.address()
    server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
  })
  return promise
}
