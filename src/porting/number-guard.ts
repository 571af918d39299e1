import { randomUUIDv7 } from 'node:crypto'
import { secretOf } from '../accounts/secret.ts'
import type { Reader } from '../db/db.ts'
import { appendAudit } from '../events/audit.store.ts'
import { donorOf } from '../numbers/donor.ts'
import type { E164 } from '../numbers/e164.ts'
import type { Market } from '../numbers/market.ts'
import { type NumberRange, rangeText } from '../numbers/range.ts'
import { findRoutedRuns } from '../routing/route.store.ts'
import { Fault } from '../shared/fault.ts'
import { inParallel } from '../shared/parallel.ts'
import {
  findSecretsSet,
  insertLocks,
  insertSecret,
  liftLock,
  listLocks,
  listSecrets,
  removeSecret,
} from './number-guard.store.ts'
import type { Porting } from './porting.ts'

/** Numbers that must not leave. */
export type NumberLock = {
  readonly id: string
  readonly range: NumberRange
  readonly reason: string
  /** null: until it is lifted. */
  readonly until: Temporal.Instant | null
  readonly createdAt: Temporal.Instant
  readonly createdBy: string
  readonly liftedAt: Temporal.Instant | null
  readonly liftedBy: string | null
}
/** `standing`: it holds now. `ended`: it was lifted, or is over. */
export const LOCK_STATES = ['standing', 'ended'] as const
export type LockState = (typeof LOCK_STATES)[number]

/** What a customer proves a port-out with; one that matches is enough. */
export const SECRET_KINDS = ['pin', 'account'] as const
export type SecretKind = (typeof SECRET_KINDS)[number]
/** That a secret is set, and by whom; never the secret. */
export type SetSecret = {
  readonly id: string
  readonly range: NumberRange
  readonly kind: SecretKind
  readonly setAt: Temporal.Instant
  readonly setBy: string
}

/** A page of a list, newest first; `before` is the id of the last of the page before. */
export type NumberPage = {
  readonly number: E164 | undefined
  readonly before: string | undefined
  readonly limit: number
}

type SecretLine = { readonly range: NumberRange; readonly secret: string }

/**
 * What keeps numbers from leaving: locks, and the PINs or account numbers that a port-out must show. Lists have a verdict for each
 * line, in order; a line that could not be read is its own Fault. Every change is audited.
 */
export type NumberGuard = {
  /** Fault: field_invalid (an end that is over). Of a line: number_not_served. */
  lock(locks: {
    readonly lines: readonly (NumberRange | Fault)[]
    readonly reason: string
    /** undefined: until it is lifted. */
    readonly until: Temporal.Instant | undefined
    readonly by: string
  }): Promise<(NumberLock | Fault)[]>
  /** @returns false when there is no such lock, or it was lifted before */
  lift(id: string, by: string, reason?: string): Promise<boolean>
  locks(page: NumberPage & { readonly state: LockState }): Promise<NumberLock[]>
  /**
   * Only a hash is kept. One that stands on exactly the same numbers is replaced.
   * Faults of a line: number_not_served, resource_exists (it stands on other numbers besides, which would lose it).
   */
  setSecrets(secrets: {
    readonly lines: readonly (SecretLine | Fault)[]
    readonly kind: SecretKind
    readonly by: string
  }): Promise<(SetSecret | Fault)[]>
  /** @returns false when there is no such secret, or it was removed before */
  removeSecret(id: string, by: string): Promise<boolean>
  secrets(page: NumberPage): Promise<SetSecret[]>
}

/** Lines that are looked at at once. */
const AT_ONCE = 4

export function numberGuard({ db, market, now }: Pick<Porting, 'db' | 'market' | 'now'>): NumberGuard {
  const audit = (actor: string, action: string, range: NumberRange) => ({
    at: now(),
    actor,
    surface: 'native',
    action,
    subject: rangeText(range),
  })

  async function setOne({ range, secret }: SecretLine, kind: SecretKind, by: string): Promise<SetSecret | Fault> {
    const fault = await notOurs(db, market, range)
    if (fault) return fault
    const made = { id: randomUUIDv7(), range, kind, setAt: now(), setBy: by }
    const hashed = await secretOf(secret) // takes a while: before the transaction
    return db.tx(async (tx) => {
      const there = await findSecretsSet(tx, range, kind)
      const other = there.find((one) => rangeText(one.range) !== rangeText(range))
      if (other) return standsElsewhere(other)
      for (const { id } of there) await removeSecret(tx, id, made.setAt)
      await insertSecret(tx, made, hashed)
      await appendAudit(tx, [{ ...audit(by, 'number.secret_set', range), detail: { kind } }])
      return made
    })
  }

  return {
    async lock({ lines, reason, until, by }) {
      const at = now()
      if (until && Temporal.Instant.compare(until, at) <= 0)
        throw new Fault('field_invalid', `until ${until} is over: it must be in the future`, 'until')
      const made = { reason, until: until ?? null, createdAt: at, createdBy: by, liftedAt: null, liftedBy: null }
      const verdicts = await inParallel(
        lines,
        AT_ONCE,
        async (line): Promise<NumberLock | Fault> =>
          line instanceof Fault
            ? line
            : ((await notOurs(db, market, line)) ?? { id: randomUUIDv7(), range: line, ...made }),
      )
      const locks = verdicts.flatMap((verdict) => (verdict instanceof Fault ? [] : [verdict]))
      await db.tx(async (tx) => {
        await insertLocks(tx, locks)
        const detail = (id: string) => ({ lock: id, until: until?.toString() ?? null })
        const rows = locks.map(({ id, range }) => ({
          ...audit(by, 'number.locked', range),
          reason,
          detail: detail(id),
        }))
        await appendAudit(tx, rows)
      })
      return verdicts
    },
    lift: (id, by, reason) =>
      db.tx(async (tx) => {
        const range = await liftLock(tx, id, { at: now(), by })
        if (range) await appendAudit(tx, [{ ...audit(by, 'number.unlocked', range), reason, detail: { lock: id } }])
        return range !== undefined
      }),
    locks: (page) => listLocks(db, { ...page, now: now() }),
    async setSecrets({ lines, kind, by }) {
      const verdicts: (SetSecret | Fault)[] = []
      // one after the other: of two lines for the same number the later one finds the first
      for (const line of lines) {
        verdicts.push(line instanceof Fault ? line : await setOne(line, kind, by))
      }
      return verdicts
    },
    removeSecret: (id, by) =>
      db.tx(async (tx) => {
        const removed = await removeSecret(tx, id, now())
        if (!removed) return false
        const { range, kind } = removed
        await appendAudit(tx, [{ ...audit(by, 'number.secret_removed', range), detail: { kind } }])
        return true
      }),
    secrets: (page) => listSecrets(db, page),
  }
}

/** A number that is with another operator cannot leave us: most likely it was written wrongly. */
async function notOurs(reader: Reader, market: Market, range: NumberRange): Promise<Fault | undefined> {
  const wrong = (why: string) => new Fault('number_not_served', `${rangeText(range)}: ${why}`, 'first_number')
  try {
    const server = donorOf(market, range, await findRoutedRuns(reader, [range]))
    return server === market.operator ? undefined : wrong(`the numbers are with ${server}, not with us`)
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault
    return wrong(fault.message) // several operators, or none
  }
}

function standsElsewhere({ kind, range }: SetSecret): Fault {
  const what = kind === 'pin' ? 'a PIN' : 'an account number'
  return new Fault(
    'resource_exists',
    `${what} is set on ${rangeText(range)}: give exactly these numbers to replace it, or remove it first`,
    'first_number',
  )
}
