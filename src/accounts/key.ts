import { randomUUIDv7 } from 'node:crypto'
import type { Db, Tx } from '../db/db.ts'
import { Fault } from '../shared/fault.ts'
import type { Log } from '../shared/log.ts'
import { createGuessLimit } from './guess-limit.ts'
import {
  allKeys,
  changeEnd,
  findKey,
  insertKey,
  keyCount,
  keysOfFingerprint,
  lockAdminKeys,
  lockMaking,
  noteUse,
  revoke,
} from './key.store.ts'
import { findLockout, findLockouts, type Lockout, liftLockout, lockOut } from './lockout.store.ts'
import { networkOf } from './network.ts'
import { fingerprintOf, isKeyOf, isSameText, newKey, type Secret, secretOf, shadowOf } from './secret.ts'
import { ensureUser } from './user.store.ts'

/** The tiers of np_api (O-13), and the class of the clearinghouse's own credentials, which opens its receiver only (O-14). */
export const TIERS = ['admin', 'pxs', 'read_only', 'clearinghouse'] as const
export type Tier = (typeof TIERS)[number]

/** Who asks, once the key is known to be right. */
export type Caller = { readonly name: string; readonly tier: Tier; readonly keyId: string }

export type KeyRecord = {
  readonly id: string
  readonly username: string
  readonly tier: Tier
  readonly createdAt: Temporal.Instant
  readonly createdBy: string
  readonly expiresAt: Temporal.Instant | undefined
  readonly revokedAt: Temporal.Instant | undefined
  readonly lastUsedAt: Temporal.Instant | undefined
  /** What the key is for, in its owner's words. */
  readonly label: string | undefined
  /** The key that a rotation made in its place. */
  readonly replacedBy: string | undefined
  /** Whether its user is disabled, and the key with it. */
  readonly isUserDisabled: boolean
}

export type KeyRow = { readonly record: KeyRecord; readonly secret: Secret }

export type NewKey = {
  /** Letters, digits, `.`, `_` and `-`; at most 64. One user may own several keys. */
  readonly username: string
  readonly tier: Tier
  /** Who makes it: a user name, or what of Portolan itself. */
  readonly by: string
  readonly expiresAt?: Temporal.Instant | undefined
  readonly label?: string | undefined
  /** The key's own text, 16 to 200 printable characters, where somebody else chose it; absent: a new one is made. */
  readonly key?: string
}

export type Claim = {
  /** undefined or empty: the key alone says who it is (O-16). */
  readonly username: string | undefined
  readonly key: string
  /** The remote address, for the limit on guessing; of IPv6 its /64 counts. */
  readonly address: string
}

/** Appends an audit row in the transaction of the change. */
export type Audit = (
  tx: Tx,
  row: {
    readonly at: Temporal.Instant
    readonly actor: string
    readonly surface: 'accounts'
    readonly action: string
    readonly subject: string
    readonly reason: string | null
    readonly detail: Readonly<Record<string, string | null>>
  },
) => Promise<void>

export type Keys = {
  /** The only time that the key's text is seen. Fault: field_invalid. */
  createKey(wanted: NewKey): Promise<{ readonly key: string; readonly record: KeyRecord }>
  /** @returns undefined when the key is unknown, expired, revoked or another user's. Fault: rate_limited. */
  authenticate(claim: Claim): Promise<Caller | undefined>
  /** The newest key that ever had this text, also one that has ended; it counts as no use and as no guess. */
  recall(key: string): Promise<{ readonly record: KeyRecord; readonly isUsable: boolean } | undefined>
  listKeys(): Promise<KeyRecord[]>
  /**
   * Works at once in this process, in any other within a minute. @returns false when there is nothing to revoke. Fault: last_admin.
   */
  revokeKey(id: string, by: string, reason: string): Promise<boolean>
  /** All keys ever made: 0 on the very first start. */
  countKeys(): Promise<number>
  /** A new key for the same user; the old one works until `keptUntil` at the latest. Faults: resource_not_found, field_invalid. */
  rotateKey(
    id: string,
    by: string,
    keptUntil: Temporal.Instant,
  ): Promise<{ readonly key: string; readonly record: KeyRecord }>
  /** When a key ends; undefined: never. Faults: resource_not_found, last_admin. */
  setExpiry(id: string, expiresAt: Temporal.Instant | undefined, by: string): Promise<KeyRecord>
  /**
   * Fault: last_admin, when without this key or user nobody could administer. Admin keys stay as they are until the transaction ends:
   * of two admins who remove each other at once the second is refused.
   */
  refuseLastAdmin(tx: Tx, without: Whose): Promise<void>
  /** Does what makes keys where there are none while no other process does: each that comes later sees what the one before it made. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>
  /** This process asks the database again for a key, or for those of a user. */
  forget(whose: Whose): void
  lockouts(): Promise<Lockout[]>
  /** Takes a network as it is listed, or an address in it; other processes hear of it within seconds. @returns whether it was locked out */
  liftLockout(address: string, by: string): Promise<boolean>
}

export type Whose = { readonly keyId: string } | { readonly username: string }

type Deps = { readonly db: Db; readonly log: Log; readonly now: () => Temporal.Instant; readonly audit: Audit }

/** How long a key that was found right is believed without asking argon2id and the database again. */
const BELIEVED = Temporal.Duration.from({ seconds: 60 })
const USE_NOTED_EVERY = Temporal.Duration.from({ seconds: 60 })
/** How long a lockout by another process is believed without asking the database again: short, because an admin may lift it there. */
const LOCKOUT_BELIEVED = Temporal.Duration.from({ seconds: 5 })

/** API keys: made, found right or wrong, listed, revoked. */
export function createKeys({ db, log, now, audit }: Deps): Keys {
  const believed = new Map<string, { readonly record: KeyRecord; readonly until: Temporal.Instant }>()
  const underWay = new Map<string, Promise<KeyRecord | undefined>>()
  const usedAt = new Map<string, Temporal.Instant>()
  const revokedHere = new Set<string>()
  const guesses = createGuessLimit()

  /** Enough wrong keys lock the address out, here and in every other process; once, however many of them were under way. */
  async function failed(network: string): Promise<void> {
    const at = now()
    if (!guesses.failed(network, at)) return
    const { times, lockedUntil } = await lockOut(db, network, at)
    log.warn({ peer: network, times, lockedUntil: lockedUntil.toString() }, 'address locked out for guessing keys')
    await db.tx((tx) =>
      audit(tx, {
        at,
        actor: 'guess limit',
        surface: 'accounts',
        action: 'address.locked_out',
        subject: network,
        reason: null,
        detail: { times: String(times), until: lockedUntil.toString() },
      }),
    )
  }

  /** An address that another process locked out is not listened to here either; and of guesses at once no more are looked up than one by one. */
  function findFrom(network: string | undefined, key: string): Promise<KeyRecord | undefined> {
    if (network === undefined) return find(key)
    return guesses.inTurn(network, async () => {
      const at = now()
      if (guesses.isReached(network, at)) throw lockedOut()
      if (!(await findLockout(db, network, at))) return find(key)
      guesses.lock(network, at.add(LOCKOUT_BELIEVED))
      throw lockedOut()
    })
  }

  function forget(whose: Whose): void {
    for (const [shadow, { record }] of believed) {
      if ('keyId' in whose ? record.id === whose.keyId : record.username === whose.username) believed.delete(shadow)
    }
  }

  async function refuseLastAdmin(tx: Tx, without: Whose): Promise<void> {
    await lockAdminKeys(tx)
    const isLeft = (await allKeys(tx)).some((record) => {
      const isIt = 'keyId' in without ? record.id === without.keyId : record.username === without.username
      return record.tier === 'admin' && !record.expiresAt && isUsable(record, now()) && !isIt
    })
    if (isLeft) return
    throw new Fault('last_admin', 'no other admin key without an end would be left: make one first')
  }

  async function save(tx: Tx, wanted: NewKey, record: KeyRecord, secret: Secret): Promise<void> {
    await ensureUser(tx, { username: record.username, by: wanted.by, at: record.createdAt })
    await insertKey(tx, { record, secret })
    await audit(tx, { ...trace('key.created', record, wanted.by, record.createdAt), reason: null })
  }

  async function find(key: string): Promise<KeyRecord | undefined> {
    for (const { record, secret } of await keysOfFingerprint(db, fingerprintOf(key))) {
      if (isUsable(record, now()) && (await isKeyOf(secret, key))) return record
    }
    return undefined
  }

  /** A thousand requests with one key at once ask argon2id once. */
  async function findShared(key: string, shadow: string, network: string | undefined): Promise<KeyRecord | undefined> {
    const running = underWay.get(shadow)
    if (running) return running
    const search = findFrom(network, key).finally(() => underWay.delete(shadow))
    underWay.set(shadow, search)
    const record = await search
    if (record) believed.set(shadow, { record, until: now().add(BELIEVED) })
    else believed.delete(shadow) // it has ended: from now on it is a wrong key like any other
    return record
  }

  /** Off the request's path: a lost note of use is a lost note, not a refused request. */
  function noteUseSoon(id: string): void {
    const at = now()
    const last = usedAt.get(id)
    if (last && Temporal.Instant.compare(last.add(USE_NOTED_EVERY), at) > 0) return
    usedAt.set(id, at)
    noteUse(db, id, at).catch((err: unknown) => log.warn({ err, keyId: id }, 'the use of a key was not noted'))
  }

  return {
    async createKey(wanted) {
      const key = wanted.key ?? newKey()
      const record = recordOf(wanted, key, now())
      if (await find(key)) throw new Fault('field_invalid', 'this key is in use already: choose another', 'key')
      const secret = await secretOf(key)
      await db.tx((tx) => save(tx, wanted, record, secret))
      return { key, record }
    },

    async authenticate({ username, key, address }) {
      const shadow = shadowOf(key).toString('base64')
      const network = networkOf(address)
      const known = believed.get(shadow)
      const isBelieved = known !== undefined && Temporal.Instant.compare(known.until, now()) > 0
      // A key that was right before is no guess: who shares an address with a guesser, behind a proxy say, is not shut out.
      if (known === undefined && guesses.isReached(network, now())) throw lockedOut()
      const record = isBelieved ? known.record : await findShared(key, shadow, known ? undefined : network)
      const isValid = record && isUsable(record, now()) && !revokedHere.has(record.id)
      const isRight = isValid && (!username || isSameText(username, record.username))
      if (!isRight) {
        await failed(network)
        return undefined
      }
      noteUseSoon(record.id)
      return { name: record.username, tier: record.tier, keyId: record.id }
    },

    async recall(key) {
      const rows = await keysOfFingerprint(db, fingerprintOf(key))
      for (const { record, secret } of rows.toReversed())
        if (await isKeyOf(secret, key)) return { record, isUsable: isUsable(record, now()) }
      return undefined
    },

    listKeys: () => allKeys(db),
    countKeys: () => keyCount(db),

    async revokeKey(id, by, reason) {
      const at = now()
      const revoked = await db.tx(async (tx) => {
        await refuseLastAdminKey(tx, id)
        const record = await revoke(tx, id, at)
        if (record) await audit(tx, { ...trace('key.revoked', record, by, at), reason })
        return record
      })
      revokedHere.add(id)
      forget({ keyId: id })
      return revoked !== undefined
    },

    async rotateKey(id, by, keptUntil) {
      const old = await findKey(db, id)
      if (!old || !isUsable(old, now())) throw noKey(id)
      const key = newKey()
      const wanted: NewKey = { username: old.username, tier: old.tier, by, expiresAt: old.expiresAt, label: old.label }
      const record = recordOf(wanted, key, now())
      const secret = await secretOf(key)
      const isSooner = !old.expiresAt || Temporal.Instant.compare(keptUntil, old.expiresAt) < 0
      await db.tx(async (tx) => {
        await save(tx, wanted, record, secret)
        const ended = await changeEnd(tx, id, {
          expiresAt: isSooner ? keptUntil : old.expiresAt,
          replacedBy: record.id,
        })
        if (!ended) throw noKey(id)
        await audit(tx, { ...trace('key.rotated', ended, by, now()), reason: `replaced by ${record.id}` })
      })
      forget({ keyId: id })
      return { key, record }
    },

    async setExpiry(id, expiresAt, by) {
      const changed = await db.tx(async (tx) => {
        if (expiresAt) await refuseLastAdminKey(tx, id)
        const record = await changeEnd(tx, id, { expiresAt })
        if (record) await audit(tx, { ...trace('key.expiry_set', record, by, now()), reason: null })
        return record
      })
      if (!changed) throw noKey(id)
      forget({ keyId: id })
      return changed
    },

    refuseLastAdmin,
    async alone<Result>(work: () => Promise<Result>): Promise<Result> {
      let done: { readonly result: Result } | undefined
      try {
        await db.tx(async (tx) => {
          await lockMaking(tx)
          done ??= { result: await work() }
        })
      } catch (error) {
        if (!done) throw error // else only the lock was lost, and what was made is to be shown
      }
      if (!done) throw new Error('a transaction ended without its work')
      return done.result
    },
    forget,
    lockouts: () => findLockouts(db, now()),
    async liftLockout(address, by) {
      const at = now()
      const network = networkOf(address)
      guesses.forgive(network)
      return db.tx(async (tx) => {
        const isLifted = await liftLockout(tx, network, at)
        const row = { at, actor: by, surface: 'accounts', action: 'address.lockout_lifted', subject: network } as const
        if (isLifted) await audit(tx, { ...row, reason: null, detail: {} })
        return isLifted
      })
    },
  }

  async function refuseLastAdminKey(tx: Tx, id: string): Promise<void> {
    const record = await findKey(tx, id)
    if (record?.tier === 'admin' && !record.revokedAt) await refuseLastAdmin(tx, { keyId: id })
  }
}

function lockedOut(): Fault {
  return new Fault(
    'rate_limited',
    'too many wrong keys from this address: it is not listened to for a minute, and longer each time, up to an hour',
  )
}

function noKey(id: string): Fault {
  return new Fault('resource_not_found', `there is no key ${JSON.stringify(id)} that works`)
}

function isUsable(record: KeyRecord, now: Temporal.Instant): boolean {
  return (
    !record.revokedAt &&
    !record.isUserDisabled &&
    (!record.expiresAt || Temporal.Instant.compare(record.expiresAt, now) > 0)
  )
}

const USERNAME_RULE = 'a user name is 1 to 64 letters, digits, dots, dashes or underscores'

/** @returns what a user name must be, for one that is none */
export function usernameProblem(username: string): string | undefined {
  return /^[A-Za-z0-9._-]{1,64}$/.test(username) ? undefined : USERNAME_RULE
}

function recordOf({ username, tier, by, expiresAt, label }: NewKey, key: string, now: Temporal.Instant): KeyRecord {
  const problem = usernameProblem(username)
  if (problem) throw new Fault('field_invalid', problem, 'username')
  if (!/^[\x21-\x7e]{16,200}$/.test(key)) {
    throw new Fault('field_invalid', 'a key is 16 to 200 printable ASCII characters without a space', 'key')
  }
  return {
    id: randomUUIDv7(),
    username,
    tier,
    createdAt: now,
    createdBy: by,
    expiresAt,
    revokedAt: undefined,
    lastUsedAt: undefined,
    label,
    replacedBy: undefined,
    isUserDisabled: false,
  }
}

function trace(action: string, record: KeyRecord, actor: string, at: Temporal.Instant) {
  const detail = { username: record.username, tier: record.tier, expiresAt: record.expiresAt?.toString() ?? null }
  return { at, actor, surface: 'accounts' as const, action, subject: record.id, detail }
}
