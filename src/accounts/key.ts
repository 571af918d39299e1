import { randomUUIDv7 } from 'node:crypto'
import type { Db, Tx } from '../db/db.ts'
import { Fault } from '../shared/fault.ts'
import type { Log } from '../shared/log.ts'
import { createGuessLimit } from './guess-limit.ts'
import { allKeys, insertKey, keyCount, keysOfFingerprint, noteUse, revoke } from './key.store.ts'
import { fingerprintOf, isKeyOf, isSameText, newKey, type Secret, secretOf, shadowOf } from './secret.ts'

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
}

export type KeyRow = { readonly record: KeyRecord; readonly secret: Secret }

export type NewKey = {
  /** Letters, digits, `.`, `_` and `-`; at most 64. One user may own several keys. */
  readonly username: string
  readonly tier: Tier
  /** Who makes it: a user name, or what of Portolan itself. */
  readonly by: string
  readonly expiresAt?: Temporal.Instant
  /** The key's own text, 16 to 200 printable characters, where somebody else chose it; absent: a new one is made. */
  readonly key?: string
}

export type Claim = {
  /** undefined or empty: the key alone says who it is (O-16). */
  readonly username: string | undefined
  readonly key: string
  /** The remote address, for the limit on guessing. */
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
  /** Works at once in this process, in any other within a minute. @returns false when there is nothing to revoke */
  revokeKey(id: string, by: string, reason: string): Promise<boolean>
  /** All keys ever made: 0 on the very first start. */
  countKeys(): Promise<number>
}

type Deps = { readonly db: Db; readonly log: Log; readonly now: () => Temporal.Instant; readonly audit: Audit }

/** How long a key that was found right is believed without asking argon2id and the database again. */
const BELIEVED = Temporal.Duration.from({ seconds: 60 })
const USE_NOTED_EVERY = Temporal.Duration.from({ seconds: 60 })

/** API keys: made, found right or wrong, listed, revoked. */
export function createKeys({ db, log, now, audit }: Deps): Keys {
  const believed = new Map<string, { readonly record: KeyRecord; readonly until: Temporal.Instant }>()
  const underWay = new Map<string, Promise<KeyRecord | undefined>>()
  const usedAt = new Map<string, Temporal.Instant>()
  const revokedHere = new Set<string>()
  const guesses = createGuessLimit()

  async function find(key: string): Promise<KeyRecord | undefined> {
    for (const { record, secret } of await keysOfFingerprint(db, fingerprintOf(key))) {
      if (isUsable(record, now()) && (await isKeyOf(secret, key))) return record
    }
    return undefined
  }

  /** A thousand requests with one key at once ask argon2id once. */
  async function findShared(key: string, shadow: string): Promise<KeyRecord | undefined> {
    const running = underWay.get(shadow)
    if (running) return running
    const search = find(key).finally(() => underWay.delete(shadow))
    underWay.set(shadow, search)
    const record = await search
    if (record) believed.set(shadow, { record, until: now().add(BELIEVED) })
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
      await db.tx(async (tx) => {
        await insertKey(tx, { record, secret })
        await audit(tx, {
          ...trace('key.created', record, wanted.by, record.createdAt),
          reason: null,
        })
      })
      return { key, record }
    },

    async authenticate({ username, key, address }) {
      const shadow = shadowOf(key).toString('base64')
      const known = believed.get(shadow)
      const isBelieved = known !== undefined && Temporal.Instant.compare(known.until, now()) > 0
      // A key that was right before is no guess: who shares an address with a guesser, behind a proxy say, is not shut out.
      if (known === undefined && guesses.isReached(address, now())) {
        throw new Fault('rate_limited', 'too many wrong keys from this address: wait a minute, then send the right one')
      }
      const record = isBelieved ? known.record : await findShared(key, shadow)
      const isValid = record && isUsable(record, now()) && !revokedHere.has(record.id)
      const isRight = isValid && (!username || isSameText(username, record.username))
      if (!isRight) {
        guesses.failed(address, now())
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
        const record = await revoke(tx, id, at)
        if (record) await audit(tx, { ...trace('key.revoked', record, by, at), reason })
        return record
      })
      revokedHere.add(id)
      return revoked !== undefined
    },
  }
}

function isUsable(record: KeyRecord, now: Temporal.Instant): boolean {
  return !record.revokedAt && (!record.expiresAt || Temporal.Instant.compare(record.expiresAt, now) > 0)
}

function recordOf({ username, tier, by, expiresAt }: NewKey, key: string, now: Temporal.Instant): KeyRecord {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(username)) {
    throw new Fault('field_invalid', 'a user name is 1 to 64 letters, digits, dots, dashes or underscores', 'username')
  }
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
  }
}

function trace(action: string, record: KeyRecord, actor: string, at: Temporal.Instant) {
  const detail = { username: record.username, tier: record.tier, expiresAt: record.expiresAt?.toString() ?? null }
  return { at, actor, surface: 'accounts' as const, action, subject: record.id, detail }
}
