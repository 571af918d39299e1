import { randomUUIDv7 } from 'node:crypto'
import { secretOf } from '../accounts/secret.ts'
import { appendAudit } from '../events/audit.store.ts'
import { type NumberRange, rangeText } from '../numbers/range.ts'
import {
  findLocks,
  insertLock,
  liftLock,
  type NumberLock,
  removeSecrets,
  replaceSecret,
  type SecretKind,
} from './guard.store.ts'
import type { Porting } from './porting.ts'

/** What keeps numbers from leaving: locks, and the PINs or account numbers that a port-out must show. Every change is audited. */
export type NumberGuard = {
  /** @returns the id of the lock */
  lock(lock: {
    readonly range: NumberRange
    readonly reason: string
    /** undefined: until it is lifted. */
    readonly until: Temporal.Instant | undefined
    readonly by: string
  }): Promise<string>
  /** @returns false when there is no such lock, or it was lifted before */
  lift(id: string, by: string): Promise<boolean>
  locksOn(range: NumberRange): Promise<NumberLock[]>
  /** Only a hash is kept. */
  setSecret(secret: {
    readonly range: NumberRange
    readonly kind: SecretKind
    readonly secret: string
    readonly by: string
  }): Promise<void>
  removeSecret(range: NumberRange, kind: SecretKind, by: string): Promise<boolean>
}

export function numberGuard({ db, now }: Pick<Porting, 'db' | 'now'>): NumberGuard {
  const audit = (actor: string, action: string, range: NumberRange) => ({
    at: now(),
    actor,
    surface: 'guard',
    action,
    subject: rangeText(range),
  })
  return {
    async lock({ range, reason, until, by }) {
      const id = randomUUIDv7()
      await db.tx(async (tx) => {
        await insertLock(tx, { id, range, reason, until, at: now(), by })
        const detail = { lock: id, until: until?.toString() ?? null }
        await appendAudit(tx, [{ ...audit(by, 'number.locked', range), reason, detail }])
      })
      return id
    },
    lift: (id, by) =>
      db.tx(async (tx) => {
        const range = await liftLock(tx, id, { at: now(), by })
        if (range) await appendAudit(tx, [{ ...audit(by, 'number.unlocked', range), detail: { lock: id } }])
        return range !== undefined
      }),
    locksOn: (range) => findLocks(db, range, now()),
    async setSecret({ range, kind, secret, by }) {
      const { salt, hash } = await secretOf(secret) // takes a while: before the transaction
      await db.tx(async (tx) => {
        await replaceSecret(tx, { id: randomUUIDv7(), range, kind, salt, hash, at: now(), by })
        await appendAudit(tx, [{ ...audit(by, 'number.secret_set', range), detail: { kind } }])
      })
    },
    removeSecret: (range, kind, by) =>
      db.tx(async (tx) => {
        const count = await removeSecrets(tx, range, kind, now())
        if (count > 0) await appendAudit(tx, [{ ...audit(by, 'number.secret_removed', range), detail: { kind } }])
        return count > 0
      }),
  }
}
