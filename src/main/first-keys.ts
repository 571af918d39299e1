import { createHmac, randomBytes } from 'node:crypto'
import type { KeyRecord, Keys, NewKey } from '../accounts/key.ts'
import type { Config } from '../config.ts'
import type { Log } from '../shared/log.ts'

export type FirstKeys = readonly {
  readonly username: string
  readonly tier: string
  readonly key: string
  readonly isGiven: boolean
}[]

const ADMIN = { username: 'admin', tier: 'admin' } as const

/** Who gets a key on the very first start, so that each tier can be tried at once. */
// biome-ignore format: a table
const FIRST = [
  ADMIN,
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
 * Makes the first keys that are not there yet, and those of admin and of the clearinghouse where they were set, or set anew. They are
 * returned once, to be shown, and kept only hashed: so this is the last step of a start, when nothing more can keep them from being
 * shown.
 */
export async function makeFirstKeys(
  keys: Keys,
  { adminKey, pxs, roles }: FirstKeyConfig,
  log: Log,
): Promise<FirstKeys> {
  // Keys open HTTP: of processes that start together only those that serve it make them, one after the other.
  if (!roles.has('http')) return []
  const made: FirstKeys[number][] = []
  await keys.alone(async () => {
    const known = await keys.listKeys()
    for (const { username, tier } of FIRST) {
      if (known.some((key) => key.username === username)) continue
      made.push(await make(keys, { username, tier, given: tier === 'admin' ? adminKey : undefined }))
    }
    if (adminKey !== undefined && known.some(({ username }) => username === ADMIN.username))
      made.push(...(await makeAdminKeyAnew(keys, adminKey, log)))
    if (pxs) made.push(...(await makeClearinghouseKey(keys, known, pxs.recvKey)))
  })
  return made
}

/**
 * The way back in when every admin key is lost: whoever sets the environment owns the database anyway. The keys before it go on,
 * since they may be those of other people; and a key that somebody revoked stays revoked, however long the setting stands.
 */
async function makeAdminKeyAnew(keys: Keys, given: string, log: Log): Promise<FirstKeys> {
  const same = await keys.recall(given)
  if (same && (same.record.username !== ADMIN.username || !same.isUsable)) {
    log.warn(
      { keyId: same.record.id, user: same.record.username },
      'PORTOLAN_ADMIN_KEY is a key that has ended or is not of admin; it opens nothing new: set another',
    )
    return []
  }
  if (same) return []
  log.warn({ user: ADMIN.username }, 'PORTOLAN_ADMIN_KEY made a further key of admin; revoke the lost one')
  return [await make(keys, { ...ADMIN, given })]
}

/** The setting is the truth: another value is another key, and the one before it ends. */
async function makeClearinghouseKey(
  keys: Keys,
  known: readonly KeyRecord[],
  given: string | undefined,
): Promise<FirstKeys> {
  const present = known.filter(({ username, revokedAt }) => username === CLEARINGHOUSE_USER && !revokedAt)
  if (given === undefined ? present.length > 0 : await isUsableOf(keys, CLEARINGHOUSE_USER, given)) return []
  const made = await make(keys, { username: CLEARINGHOUSE_USER, tier: 'clearinghouse', given })
  for (const { id, createdBy } of present) {
    if (createdBy === MAKER) await keys.revokeKey(id, MAKER, 'PORTOLAN_PXS_RECV_KEY was set to another key')
  }
  return [made]
}

async function isUsableOf(keys: Keys, username: string, key: string): Promise<boolean> {
  const same = await keys.recall(key)
  return same?.isUsable === true && same.record.username === username
}

async function make(
  keys: Keys,
  { username, tier, given }: Pick<NewKey, 'username' | 'tier'> & { readonly given: string | undefined },
): Promise<FirstKeys[number]> {
  const { key } = await keys.createKey({ username, tier, by: MAKER, ...(given && { key: given }) })
  return { username, tier, key, isGiven: given !== undefined }
}

/** What the simulator and we know each other by. */
export type SimulatorCredentials = {
  readonly recv: { readonly username: string; readonly key: string }
  readonly client: { readonly username: string; readonly password: string }
}

const SIMULATOR_USER = 'pxs-simulator'

/**
 * The simulator's key to our receiver is made from the deployment's secret, so that every start has the same one and leaves no row of
 * an ended one behind; where the secret has changed, the key before it ends.
 */
export async function simulatorCredentials(keys: Keys, secret: Buffer): Promise<SimulatorCredentials> {
  const key = createHmac('sha256', secret).update('portolan simulator receiver').digest('base64url')
  await keys.alone(async () => {
    if (await isUsableOf(keys, SIMULATOR_USER, key)) return
    for (const { id, username, revokedAt } of await keys.listKeys()) {
      if (username === SIMULATOR_USER && !revokedAt) await keys.revokeKey(id, MAKER, 'the simulator has another key')
    }
    await keys.createKey({ username: SIMULATOR_USER, tier: 'clearinghouse', by: MAKER, key })
  })
  return {
    recv: { username: SIMULATOR_USER, key },
    client: { username: 'portolan', password: randomBytes(24).toString('base64url') },
  }
}
