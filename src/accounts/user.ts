import type { Db } from '../db/db.ts'
import { Fault } from '../shared/fault.ts'
import { type Audit, type Keys, usernameProblem } from './key.ts'
import { findUser, findUsers, insertUser, updateUser } from './user.store.ts'

/** Whose keys they are. */
export type UserRecord = {
  readonly username: string
  readonly fullName: string | null
  readonly email: string | null
  readonly createdAt: Temporal.Instant
  readonly createdBy: string
  /** Since when every key of the user is refused; null: they are not. */
  readonly disabledAt: Temporal.Instant | null
  readonly version: number
}

export type UserChange = {
  readonly fullName?: string | null | undefined
  readonly email?: string | null | undefined
  readonly isDisabled?: boolean | undefined
}

export type Users = {
  list(): Promise<UserRecord[]>
  /** Fault: resource_not_found. */
  get(username: string): Promise<UserRecord>
  /** Faults: field_invalid, resource_exists. */
  create(username: string, change: UserChange, by: string): Promise<UserRecord>
  /** Faults: resource_not_found, version_conflict, last_admin. */
  change(username: string, version: number, change: UserChange, by: string): Promise<UserRecord>
}

type Deps = { readonly db: Db; readonly now: () => Temporal.Instant; readonly audit: Audit; readonly keys: Keys }

/** Users: made by hand or with their first key, changed, disabled. */
export function createUsers({ db, now, audit, keys }: Deps): Users {
  const get = async (username: string) => {
    const user = await findUser(db, username)
    if (!user) throw new Fault('resource_not_found', `there is no user ${JSON.stringify(username)}`)
    return user
  }
  const trace = (action: string, { username, email, disabledAt }: UserRecord, actor: string) => ({
    at: now(),
    actor,
    surface: 'accounts' as const,
    action,
    subject: username,
    reason: null,
    detail: { email, disabledAt: disabledAt?.toString() ?? null },
  })
  return {
    list: () => findUsers(db),
    get,
    async create(username, change, by) {
      const problem = usernameProblem(username)
      if (problem) throw new Fault('field_invalid', problem, 'username')
      const user: UserRecord = {
        username,
        fullName: change.fullName ?? null,
        email: change.email ?? null,
        createdAt: now(),
        createdBy: by,
        disabledAt: null,
        version: 1,
      }
      const isNew = await db.tx(async (tx) => {
        const made = await insertUser(tx, user)
        if (made) await audit(tx, trace('user.created', user, by))
        return made
      })
      if (!isNew) throw new Fault('resource_exists', `there is a user ${username} already`, 'username')
      return user
    },
    async change(username, version, change, by) {
      const user = await get(username)
      const wanted: UserRecord = {
        ...user,
        version,
        fullName: change.fullName === undefined ? user.fullName : change.fullName,
        email: change.email === undefined ? user.email : change.email,
        disabledAt:
          change.isDisabled === undefined ? user.disabledAt : change.isDisabled ? (user.disabledAt ?? now()) : null,
      }
      const changed = await db.tx(async (tx) => {
        if (change.isDisabled && user.disabledAt === null) await keys.refuseLastAdmin(tx, { username })
        const saved = await updateUser(tx, wanted)
        if (saved) await audit(tx, trace('user.changed', saved, by))
        return saved
      })
      if (!changed) throw new Fault('version_conflict', `${username} was changed since it was read: read it again`)
      keys.forget({ username })
      return changed
    },
  }
}
