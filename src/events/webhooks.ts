import { randomBytes, randomUUIDv7 } from 'node:crypto'
import type { Db, Tx } from '../db/db.ts'
import { isEndpoint, isSigningSecret } from '../shared/endpoint.ts'
import { Fault } from '../shared/fault.ts'
import type { Vault } from '../shared/vault.ts'
import { appendAudit } from './audit.store.ts'
import { type DeliveryLine, findDeliveriesTo } from './delivery-log.store.ts'
import { EVENT_TYPES } from './event.ts'
import {
  deleteWebhook,
  findWebhook,
  findWebhooks,
  insertTestEvent,
  insertWebhook,
  redeliver,
  redeliverDead,
  type SealedWebhook,
  updateWebhook,
} from './webhook.store.ts'

/** A system of the operator that is told of events, without its secrets. */
export type WebhookRecord = {
  readonly name: string
  readonly url: string
  /** null: all. */
  readonly types: readonly string[] | null
  /** Until when the previous secret signs beside the new one. */
  readonly previousUntil: Temporal.Instant | null
  /** Since when nothing is sent; events are kept meanwhile. */
  readonly pausedAt: Temporal.Instant | null
  readonly createdAt: Temporal.Instant
  readonly createdBy: string
  readonly updatedAt: Temporal.Instant
  readonly version: number
}

/** Where to send, and with which secrets to sign. */
export type Recipient = {
  readonly name: string
  readonly url: string
  readonly secret: string
  readonly previousSecret: string | undefined
}

export type NewWebhook = {
  readonly name: string
  readonly url: string
  readonly types: readonly string[] | null
  /** At least 32 characters; absent: one is made. */
  readonly secret?: string | undefined
}

export type WebhookChange = {
  readonly url?: string | undefined
  readonly types?: readonly string[] | null | undefined
  readonly isPaused?: boolean | undefined
}

export type Webhooks = {
  list(): Promise<WebhookRecord[]>
  /** Fault: resource_not_found. */
  get(name: string): Promise<WebhookRecord>
  /** The only time that the secret is seen. Faults: field_invalid, resource_exists. */
  create(wanted: NewWebhook, by: string): Promise<{ readonly webhook: WebhookRecord; readonly secret: string }>
  /** Faults: resource_not_found, field_invalid, version_conflict. */
  change(name: string, version: number, change: WebhookChange, by: string): Promise<WebhookRecord>
  /** A new secret; the old one signs beside it for a while. Faults as of `change`. */
  rotateSecret(
    name: string,
    version: number,
    wanted: { readonly secret?: string | undefined; readonly overlapSeconds: number },
    by: string,
  ): Promise<{ readonly webhook: WebhookRecord; readonly secret: string }>
  /** Faults: resource_not_found, version_conflict. */
  remove(name: string, version: number, by: string): Promise<void>
  /** Sends an event of the type `webhook.test` to it. @returns the id of the event. Fault: resource_not_found. */
  test(name: string, by: string): Promise<string>
  /** Fault: resource_not_found. */
  deliveries(
    name: string,
    page: { readonly state?: string | undefined; readonly before?: string | undefined; readonly limit: number },
  ): Promise<DeliveryLine[]>
  /** Fault: resource_not_found. */
  redeliver(name: string, eventId: string, by: string): Promise<void>
  redeliverDead(name: string, by: string): Promise<number>
  /** Those that are not paused, for the job that delivers. */
  recipients(): Promise<Recipient[]>
  /** The webhook that the configuration states: made, or made as it says. */
  adopt(stated: StatedWebhook): Promise<void>
}

export type StatedWebhook = {
  readonly name: string
  readonly url: string
  readonly secret: string
  readonly previousSecret?: string | undefined
}

type Deps = { readonly db: Db; readonly vault: Vault; readonly now: () => Temporal.Instant }

const contextOf = (name: string) => `webhook ${name}`

/** Who is told of events: kept in the database, secrets sealed, every change audited. */
export function createWebhooks({ db, vault, now }: Deps): Webhooks {
  const find = async (name: string): Promise<SealedWebhook> => {
    const found = await findWebhook(db, name)
    if (!found) throw new Fault('resource_not_found', `there is no webhook ${JSON.stringify(name)}`)
    return found
  }
  const note = (tx: Tx, action: string, subject: string, actor: string, detail: Record<string, unknown> = {}) =>
    appendAudit(tx, [{ at: now(), actor, surface: 'native', action, subject: `webhook ${subject}`, detail }])

  async function save(
    changed: SealedWebhook,
    action: string,
    by: string,
    detail: Record<string, unknown>,
  ): Promise<WebhookRecord> {
    const saved = await db.tx(async (tx) => {
      const row = await updateWebhook(tx, { ...changed, updatedAt: now() })
      if (row) await note(tx, action, changed.name, by, detail)
      return row
    })
    if (!saved) throw conflict(changed.name)
    return recordOf(saved)
  }

  async function insert(
    { name, url, types, secret, previousSecret }: StatedWebhook & Pick<NewWebhook, 'types'>,
    by: string,
  ): Promise<WebhookRecord> {
    refuseWrong({ name, url, types, secret })
    const at = now()
    const hook: SealedWebhook = {
      name,
      url,
      types,
      secret: vault.seal(secret, contextOf(name)),
      previousSecret: previousSecret === undefined ? null : vault.seal(previousSecret, contextOf(name)),
      previousUntil: null,
      pausedAt: null,
      createdAt: at,
      createdBy: by,
      updatedAt: at,
      version: 1,
    }
    const isNew = await db.tx(async (tx) => {
      const made = await insertWebhook(tx, hook)
      if (made) await note(tx, 'webhook.created', name, by, { url, types })
      return made
    })
    if (!isNew) throw new Fault('resource_exists', `there is a webhook ${name} already`, 'name')
    return recordOf(hook)
  }

  async function adoptOnce(stated: StatedWebhook): Promise<void> {
    const { name, url, secret, previousSecret } = stated
    const hook = await findWebhook(db, name)
    if (!hook) {
      await insert({ ...stated, types: null }, 'start')
      return
    }
    const known = recipientOf(hook, vault, now())
    const isSame = known.url === url && known.secret === secret && known.previousSecret === previousSecret
    if (isSame) return
    const seal = (text: string) => vault.seal(text, contextOf(name))
    const previous = previousSecret === undefined ? null : seal(previousSecret)
    // for as long as the configuration states it: there is no end to write down
    const wanted = { ...hook, url, secret: seal(secret), previousSecret: previous, previousUntil: null }
    await save(wanted, 'webhook.adopted', 'start', { url })
  }

  return {
    list: async () => (await findWebhooks(db)).map(recordOf),
    get: async (name) => recordOf(await find(name)),

    async create({ name, url, types, secret = newSecret() }, by) {
      return { webhook: await insert({ name, url, types, secret }, by), secret }
    },

    async change(name, version, change, by) {
      const hook = await find(name)
      const wanted: SealedWebhook = {
        ...hook,
        version,
        url: change.url ?? hook.url,
        types: change.types === undefined ? hook.types : change.types,
        pausedAt: change.isPaused === undefined ? hook.pausedAt : change.isPaused ? (hook.pausedAt ?? now()) : null,
      }
      refuseWrong(wanted)
      const { url, types, pausedAt } = wanted
      return save(wanted, 'webhook.changed', by, { url, types, pausedAt: pausedAt?.toString() ?? null })
    },

    async rotateSecret(name, version, { secret = newSecret(), overlapSeconds }, by) {
      const hook = await find(name)
      refuseWrong({ secret })
      const previousUntil = now().add({ seconds: overlapSeconds })
      const wanted = {
        ...hook,
        version,
        secret: vault.seal(secret, contextOf(name)),
        previousSecret: hook.secret,
        previousUntil,
      }
      const webhook = await save(wanted, 'webhook.secret_rotated', by, { previousUntil: previousUntil.toString() })
      return { webhook, secret }
    },

    async remove(name, version, by) {
      await find(name)
      const isGone = await db.tx(async (tx) => {
        const removed = await deleteWebhook(tx, name, version, now())
        if (removed) await note(tx, 'webhook.removed', name, by)
        return removed
      })
      if (!isGone) throw conflict(name)
    },

    async test(name, by) {
      await find(name)
      const id = randomUUIDv7()
      await db.tx(async (tx) => {
        await insertTestEvent(tx, { id, webhook: name, at: now() })
        await note(tx, 'webhook.tested', name, by, { event: id })
      })
      return id
    },

    async deliveries(name, page) {
      await find(name)
      return findDeliveriesTo(db, name, page)
    },

    async redeliver(name, eventId, by) {
      await find(name)
      const isQueued = await db.tx(async (tx) => {
        const queued = await redeliver(tx, name, eventId, now())
        if (queued) await note(tx, 'webhook.redelivered', name, by, { event: eventId })
        return queued
      })
      if (isQueued) return
      throw new Fault(
        'resource_not_found',
        `event ${eventId} has no delivery to ${name} that is over: it waits already, or never was`,
      )
    },

    async redeliverDead(name, by) {
      await find(name)
      return db.tx(async (tx) => {
        const count = await redeliverDead(tx, name, now())
        if (count > 0) await note(tx, 'webhook.redelivered', name, by, { count })
        return count
      })
    },

    async recipients() {
      const hooks = await findWebhooks(db)
      return hooks.filter(({ pausedAt }) => pausedAt === null).map((hook) => recipientOf(hook, vault, now()))
    },

    async adopt(stated) {
      try {
        await adoptOnce(stated)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        await adoptOnce(stated) // of processes that start together one is first, and the others find it done
      }
    },
  }
}

function recordOf({ secret: _secret, previousSecret: _previous, ...record }: SealedWebhook): WebhookRecord {
  return record
}

function recipientOf(
  { name, url, secret, previousSecret, previousUntil }: SealedWebhook,
  vault: Vault,
  now: Temporal.Instant,
): Recipient {
  const isOver = previousUntil !== null && Temporal.Instant.compare(previousUntil, now) <= 0
  return {
    name,
    url,
    secret: vault.open(secret, contextOf(name)),
    previousSecret: previousSecret && !isOver ? vault.open(previousSecret, contextOf(name)) : undefined,
  }
}

function newSecret(): string {
  return `whs_${randomBytes(24).toString('base64url')}`
}

function conflict(name: string): Fault {
  return new Fault('version_conflict', `${name} was changed since it was read: read it again`)
}

function refuseWrong(wanted: {
  name?: string
  url?: string
  types?: readonly string[] | null
  secret?: string | Buffer
}): void {
  const { name, url, types, secret } = wanted
  if (name !== undefined && !/^[A-Za-z0-9._-]{1,64}$/.test(name)) {
    throw new Fault('field_invalid', 'name must be 1 to 64 letters, digits, dots, dashes or underscores', 'name')
  }
  if (url !== undefined && !isEndpoint(url)) {
    throw new Fault('field_invalid', 'url must begin with https:// or http:// and hold no user name', 'url')
  }
  const unknown = types?.find((type) => !EVENT_TYPES.some((known) => known === type))
  if (unknown !== undefined || types?.length === 0) {
    throw new Fault('field_invalid', `types must be null for all, or some of ${EVENT_TYPES.join(', ')}`, 'types')
  }
  if (typeof secret === 'string' && !isSigningSecret(secret)) {
    throw new Fault('field_invalid', 'secret must be 32 to 200 printable ASCII characters without a space', 'secret')
  }
}
