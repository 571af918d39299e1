import type { Tx } from '../db/db.ts'

/** One change that somebody, or a job, made: who, over which surface, what, to what, and why. */
export type AuditRow = {
  readonly at: Temporal.Instant
  /** User name of the key, or the job that acted. */
  readonly actor: string
  /** By which way it came: `np_api`, `pxs`, `clock`, `start`. */
  readonly surface: string
  /** In the past: `port_in.imported`, `api_key.made`. */
  readonly action: string
  /** What it was done to: a msgidentifier, a range, a user name. */
  readonly subject: string
  readonly reason?: string | null | undefined
  /** What the row must still say in ten years; never a secret. */
  readonly detail?: Readonly<Record<string, unknown>> | undefined
}

/** Appends audit rows in the transaction that makes the change. One statement, however many rows. */
export async function appendAudit(tx: Tx, rows: readonly AuditRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx.sql(
    `insert into audit (at, actor, surface, action, subject, reason, detail)
     select at, actor, surface, action, subject, reason, detail::jsonb
       from unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
            with ordinality as a (at, actor, surface, action, subject, reason, detail, position)
      order by position`,
    [
      rows.map(({ at }) => at),
      rows.map(({ actor }) => actor),
      rows.map(({ surface }) => surface),
      rows.map(({ action }) => action),
      rows.map(({ subject }) => subject),
      rows.map(({ reason }) => reason ?? null),
      rows.map(({ detail }) => JSON.stringify(detail ?? {})),
    ],
  )
}
