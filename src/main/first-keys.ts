import { randomBytes } from 'node:crypto'
import type { KeyRecord, Keys, NewKey } from '../accounts/key.ts'
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

/** Who made a key that a start makes. */
const MAKER = 'start'

export type FirstKeyConfig = Pick<Config, 'adminKey' | 'roles'> & {
  readonly pxs: { readonly recvKey: string | undefined } | undefined
}

/**
 * Makes the first keys that are not there yet, and the clearinghouse's where its key was set, or set anew. They are returned once,
 * to be shown, and kept only hashed: so this is the last step of a start, when nothing more can keep them from being shown.
 */
export async function makeFirstKeys(keys: Keys, { adminKey, pxs, roles }: FirstKeyConfig): Promise<FirstKeys> {
  // Keys open HTTP: of processes that start together only the one that serves it makes them.
  if (!roles.has('http')) return []
  const known = await keys.listKeys()
  const made: FirstKeys[number][] = []
  for (const { username, tier } of FIRST) {
    if (known.some((key) => key.username === username)) continue
    made.push(await make(keys, { username, tier, given: tier === 'admin' ? adminKey : undefined }))
  }
  if (pxs) made.push(...(await makeClearinghouseKey(keys, known, pxs.recvKey)))
  return made
}

/** The setting is the truth: another value is another key, and the one before it ends. */
async function makeClearinghouseKey(
  keys: Keys,
  known: readonly KeyRecord[],
  given: string | undefined,
): Promise<FirstKeys> {
  const present = known.filter(({ username, revokedAt }) => username === CLEARINGHOUSE_USER && !revokedAt)
  const isThere =
    given === undefined
      ? present.length > 0
      : (await keys.authenticate({ username: CLEARINGHOUSE_USER, key: given, address: 'start' })) !== undefined
  if (isThere) return []
  const made = await make(keys, { username: CLEARINGHOUSE_USER, tier: 'clearinghouse', given })
  for (const { id, createdBy } of present) {
    if (createdBy === MAKER) await keys.revokeKey(id, MAKER, 'PORTOLAN_PXS_RECV_KEY was set to another key')
  }
  return [made]
}

async function make(
  keys: Keys,
  { username, tier, given }: Pick<NewKey, 'username' | 'tier'> & { readonly given: string | undefined },
): Promise<FirstKeys[number]> {
  const { key } = await keys.createKey({ username, tier, by: MAKER, ...(given && { key: given }) })
  return { username, tier, key, isGiven: given !== undefined }
}

/** What the simulator and we know each other by: new at every start, the receiver's half kept hashed as any other key. */
export type SimulatorCredentials = {
  readonly recv: { readonly username: string; readonly key: string }
  readonly client: { readonly username: string; readonly password: string }
}

const SIMULATOR_USER = 'pxs-simulator'

export async function renewSimulatorCredentials(keys: Keys): Promise<SimulatorCredentials> {
  for (const { id, username, revokedAt } of await keys.listKeys()) {
    if (username === SIMULATOR_USER && !revokedAt) await keys.revokeKey(id, MAKER, 'a new simulator gets a new key')
  }
  const { key } = await keys.createKey({ username: SIMULATOR_USER, tier: 'clearinghouse', by: MAKER })
  return {
    recv: { username: SIMULATOR_USER, key },
    client: { username: 'portolan', password: randomBytes(24).toString('base64url') },
  }
}
