import { realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Log } from '../shared/log.ts'
import { chooseAccount } from './embedded/account.ts'
import { answers, createDatabase, type Durability, initialise, NAME, startServer } from './embedded/cluster.ts'
import { makeHome, readPassword } from './embedded/home.ts'
import { keepRunning } from './embedded/keep-running.ts'
import { listenPortOn, vacate } from './embedded/occupant.ts'
import { findPrograms, preparePackage } from './embedded/programs.ts'

/** What root uses where the server's account cannot enter the data folder (File System Hierarchy, /var/lib/<name>). */
const SYSTEM_FOLDER = '/var/lib/portolan'

export type EmbeddedOptions = {
  readonly dataDir: string
  readonly log: Log
  /** `throwaway` survives no crash, and is for tests. */
  readonly durable: Durability
  readonly systemFolder?: string
}

export type Embedded = { readonly url: string; stop(): Promise<void> }

/**
 * The address of our own server on `dataDir` where one runs already: another process of the same deployment holds it.
 * It ends with that process. undefined: none runs, or it takes no connections.
 */
export async function findEmbedded(dataDir: string): Promise<string | undefined> {
  const { major } = await findPrograms()
  const home = await realpath(join(resolve(dataDir), `pg${major}`)).catch(() => undefined)
  const listenPort = home && listenPortOn(join(home, 'data'))
  if (!home || !listenPort) return undefined
  const url = addressOf(await readPassword(home, undefined), listenPort, NAME)
  return (await answers(url)) ? url : undefined
}

/**
 * Starts a PostgreSQL server of our own on 127.0.0.1, with its data in `<dataDir>/pg<major>`, made at the first start.
 * It ends with this process, however that ends, and is started again on the same port where it ends alone. A second start on the same data is refused while the first one runs.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { log, durable, systemFolder = SYSTEM_FOLDER } = options
  if (process.platform === 'win32') throw new Error('the embedded database runs on Linux and macOS: set DATABASE_URL')
  const dataDir = resolve(options.dataDir)
  const programs = await findPrograms()
  const account = await chooseAccount(join(dataDir, `pg${programs.major}`))
  const home = await makeHome({ dataDir, major: programs.major, account, systemFolder })
  const bin = programs.package
    ? await preparePackage(programs.package, account, account ? systemFolder : dataDir)
    : programs.bin
  await vacate(join(home, 'data'), log)
  const password = await readPassword(home, account)
  const cluster = { bin, home, account, durable, log }
  await initialise(cluster)
  const server = await startServer(cluster)
  const url = (database: string) => addressOf(password, server.port, database)
  try {
    await createDatabase(url('postgres'))
  } catch (error) {
    await server.stop()
    throw new Error(`opening the embedded database in ${home}`, { cause: error })
  }
  log.info({ home, listenPort: server.port }, 'the embedded database is ready')
  const running = keepRunning(
    server,
    async () => {
      await vacate(join(home, 'data'), log)
      return startServer(cluster, server.port)
    },
    log,
  )
  let stopping: Promise<void> | undefined
  return {
    url: url(NAME),
    stop() {
      stopping ??= running.stop()
      return stopping
    },
  }
}

function addressOf(password: string, listenPort: number, database: string): string {
  return `postgres://${NAME}:${password}@127.0.0.1:${listenPort}/${database}`
}
