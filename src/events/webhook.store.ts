import type { Reader, Tx } from '../db/db.ts'
import type { WebhookRecord } from './webhooks.ts'

/** A webhook with its secrets as they are kept: sealed. */
export type SealedWebhook = WebhookRecord & {
  readonly secret: Buffer
  readonly previousSecret: Buffer | null
}

const COLUMNS = `name, url, types, previous_until as "previousUntil", paused_at as "pausedAt", created_at as "createdAt",
  created_by as "createdBy", updated_at as "updatedAt", version, secret, previous_secret as "previousSecret"`

export async function findWebhooks(reader: Reader): Promise<SealedWebhook[]> {
  return reader.sql<SealedWebhook>(`select ${COLUMNS} from webhook order by name`)
}

export async function findWebhook(reader: Reader, name: string): Promise<SealedWebhook | undefined> {
  const [row] = await reader.sql<SealedWebhook>(`select ${COLUMNS} from webhook where name = $1`, [name])
  return row
}

/** @returns whether the name was free */
export async function insertWebhook(tx: Tx, hook: SealedWebhook): Promise<boolean> {
  const rows = await tx.sql(
    `insert into webhook (name, url, types, secret, previous_secret, previous_until, paused_at, created_at, created_by, updated_at, version)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, 1) on conflict (name) do nothing returning name`,
    [
      hook.name,
      hook.url,
      hook.types,
      hook.secret,
      hook.previousSecret,
      hook.previousUntil,
      hook.pausedAt,
      hook.createdAt,
      hook.createdBy,
    ],
  )
  return rows.length === 1
}

/** @returns undefined when the version is no longer the one that was read */
export async function updateWebhook(tx: Tx, hook: SealedWebhook): Promise<SealedWebhook | undefined> {
  const [row] = await tx.sql<SealedWebhook>(
    `update webhook set url = $3, types = $4, secret = $5, previous_secret = $6, previous_until = $7, paused_at = $8,
       updated_at = $9, version = version + 1
     where name = $1 and version = $2 returning ${COLUMNS}`,
    [
      hook.name,
      hook.version,
      hook.url,
      hook.types,
      hook.secret,
      hook.previousSecret,
      hook.previousUntil,
      hook.pausedAt,
      hook.updatedAt,
    ],
  )
  return row
}

/** What still waited for it is given up. @returns whether it was there in that version */
export async function deleteWebhook(tx: Tx, name: string, version: number, at: Temporal.Instant): Promise<boolean> {
  const rows = await tx.sql('delete from webhook where name = $1 and version = $2 returning name', [name, version])
  if (rows.length === 0) return false
  await tx.sql(
    `update delivery set state = 'dead', settled_at = $2, last_error = 'the webhook was removed'
     where subscription = $1 and state = 'queued'`,
    [name, at],
  )
  return true
}

/** An event for one webhook alone. */
export async function insertTestEvent(
  tx: Tx,
  { id, webhook, at }: { id: string; webhook: string; at: Temporal.Instant },
): Promise<void> {
  await tx.sql(
    `insert into event (id, type, subject, at, payload) values ($1, 'webhook.test', $2, $3, jsonb_build_object('webhook', $4::text))`,
    [id, `webhook ${webhook} ${id}`, at, webhook],
  )
  await tx.sql(
    `insert into delivery (event_id, subscription, state, attempts, next_attempt_at) values ($1, $2, 'queued', 0, $3)`,
    [id, webhook, at],
  )
  await tx.sql("select pg_notify('work', 'deliver')")
}

/** Queues a delivery once more, whatever came of it. @returns whether there is one that is not queued already */
export async function redeliver(tx: Tx, webhook: string, eventId: string, at: Temporal.Instant): Promise<boolean> {
  const rows = await tx.sql(
    `update delivery set state = 'queued', attempts = 0, next_attempt_at = $3, locked_until = null, settled_at = null
     where subscription = $1 and event_id = $2 and state <> 'queued' returning event_id`,
    [webhook, eventId, at],
  )
  if (rows.length === 1) await tx.sql("select pg_notify('work', 'deliver')")
  return rows.length === 1
}

/** Queues every delivery that was given up once more. @returns how many */
export async function redeliverDead(tx: Tx, webhook: string, at: Temporal.Instant): Promise<number> {
  const rows = await tx.sql(
    `update delivery set state = 'queued', attempts = 0, next_attempt_at = $2, locked_until = null, settled_at = null
     where subscription = $1 and state = 'dead' returning event_id`,
    [webhook, at],
  )
  if (rows.length > 0) await tx.sql("select pg_notify('work', 'deliver')")
  return rows.length
}
