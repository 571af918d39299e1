import { join } from 'node:path'
import type { Keys } from '../accounts/key.ts'
import type { Config } from '../config.ts'
import type { Db } from '../db/db.ts'
import { identityOf } from '../db/migrate.ts'
import { simulatorCredentials } from './first-keys.ts'
import type { WaitingSimulator } from './simulator.ts'

export type Clearinghouse = { readonly url: string; readonly username: string; readonly password: string }

type Deps = {
  readonly config: Config
  readonly db: Db
  readonly httpUrl: string
  readonly keys: Keys
  readonly secret: Buffer
  readonly closers: (() => Promise<void>)[]
}

/** Tells the simulator beside us whom to play for, and says how to reach it. */
export async function simulate(
  waiting: WaitingSimulator,
  { config, db, httpUrl, keys, secret, closers }: Deps,
): Promise<Clearinghouse> {
  const credentials = await simulatorCredentials(keys, secret)
  const simulator = await waiting.begin({
    market: config.market,
    // With another database it would take new ports for repetitions of those in its journal.
    folder: join(config.dataDir, 'simulator', await identityOf(db)),
    listenPort: config.sim.listenPort,
    stepMilliseconds: config.sim.stepMilliseconds,
    deliverUrl: `${httpUrl}/np_api/${config.http.deploymentPrefix}/recv/`,
    credentials,
  })
  closers.push(() => simulator.close()) // before the server that it delivers to
  return { url: simulator.url, ...credentials.client }
}
