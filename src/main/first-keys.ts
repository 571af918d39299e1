import { randomBytes } from 'node:crypto'
import type { Keys, NewKey } from '../accounts/key.ts'
import type { Config } from '../config.ts'

export type FirstKeys = readonly {
  readonly username: string
  readonly tier: string
  readonly key: string
  readonly isGiven: boolean
}[]

/** Who gets a key on the very first start, so that each tier can be tried at once. */
// biome-ignore format: a table
const FIRST = [
  { username: 'admin',  tier: 'admin' },
  { username: 'porting', tier: 'pxs' },
  { username: 'viewer', tier: 'read_only' },
] as const satisfies readonly Pick<NewKey, 'username' | 'tier'>[]

/** The user that the clearinghouse calls our receiver as. */
const CLEARINGHOUSE_USER = 'pxs'

/** Makes the first keys when there are none yet; they are returned once, to be shown, and kept only hashed. */
export async function makeFirstKeys(keys: Keys, config: Config): Promise<FirstKeys> {
  if ((await keys.countKeys()) > 0) return []
  const made: FirstKeys[number][] = []
  for (const { username, tier } of FIRST) {
    const given = tier === 'admin' ? config.adminKey : undefined
    const { key } = await keys.createKey({ username, tier, by: 'start', ...(given && { key: given }) })
    made.push({ username, tier, key, isGiven: given !== undefined })
  }
  if (config.pxs) {
    const given = config.pxs.recvKey
    const { key } = await keys.createKey({
      username: CLEARINGHOUSE_USER,
      tier: 'clearinghouse',
      by: 'start',
      ...(given && { key: given }),
    })
    made.push({ username: CLEARINGHOUSE_USER, tier: 'clearinghouse', key, isGiven: given !== undefined })
  }
  return made
}

/** What the simulator and we know each other by: new at every start, the receiver's half kept hashed as any other key. */
export type SimulatorCredentials = {
  readonly recv: { readonly username: string; readonly key: string }
  readonly client: { readonly username: string; readonly password: string }
}

const SIMULATOR_USER = 'pxs-simulator'

export async function renewSimulatorCredentials(keys: Keys): Promise<SimulatorCredentials> {
  for (const { id, username, revokedAt } of await keys.listKeys()) {
    if (username === SIMULATOR_USER && !revokedAt) await keys.revokeKey(id, 'start', 'a new simulator gets a new key')
  }
  const { key } = await keys.createKey({ username: SIMULATOR_USER, tier: 'clearinghouse', by: 'start' })
  return {
    recv: { username: SIMULATOR_USER, key },
    client: { username: 'portolan', password: randomBytes(24).toString('base64url') },
  }
}
