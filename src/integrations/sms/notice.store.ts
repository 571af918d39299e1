import type { Reader, Tx } from '../../db/db.ts'

/** One notice: a port has at most one of each step. */
export type NoticeKey = { readonly portId: string; readonly step: string }

/** How far a notice has come. */
export type NoticeRow = {
  /** That was asked last. */
  readonly provider: string
  readonly begunAt: Temporal.Instant | null
  readonly doubts: number
  readonly doubtedAt: Temporal.Instant | null
  readonly acceptedAt: Temporal.Instant | null
  /** At the provider. */
  readonly messageId: string | null
}

/** The notice, made when it is not there, and locked against a second attempt until the transaction ends. */
export async function lockNotice(tx: Tx, { portId, step }: NoticeKey, provider: string): Promise<NoticeRow> {
  await tx.sql('insert into notice (port_id, step, provider, doubts) values ($1, $2, $3, 0) on conflict do nothing', [
    portId,
    step,
    provider,
  ])
  const [row] = await tx.sql<NoticeRow>(
    `select provider, begun_at as "begunAt", doubts, doubted_at as "doubtedAt", accepted_at as "acceptedAt", message_id as "messageId"
       from notice where port_id = $1 and step = $2 for update`,
    [portId, step],
  )
  if (!row) throw new Error(`the notice ${step} of ${portId} is gone`)
  return row
}

/** Says that an attempt is under way, before it is made. One that is said to be under way still was cut off: it is a doubt. */
export async function beginNotice(
  tx: Tx,
  { portId, step }: NoticeKey,
  { provider, at }: { readonly provider: string; readonly at: Temporal.Instant },
): Promise<void> {
  await tx.sql(
    `update notice set provider = $3, begun_at = $4, doubted_at = coalesce(begun_at, doubted_at),
        doubts = doubts + case when begun_at is null then 0 else 1 end
      where port_id = $1 and step = $2`,
    [portId, step, provider, at],
  )
}

/** What an attempt came to. `doubt`: it was handed over, and nobody said whether it was taken. */
export type NoticeEnd =
  | { readonly kind: 'accepted'; readonly messageId: string; readonly at: Temporal.Instant }
  | { readonly kind: 'doubt'; readonly at: Temporal.Instant }
  | { readonly kind: 'refused' }

export async function endNotice(reader: Reader, { portId, step }: NoticeKey, end: NoticeEnd): Promise<void> {
  const acceptedAt = end.kind === 'accepted' ? end.at : null
  const messageId = end.kind === 'accepted' ? end.messageId : null
  const doubtedAt = end.kind === 'doubt' ? end.at : null
  await reader.sql(
    `update notice set begun_at = null, accepted_at = $3, message_id = $4, doubts = doubts + $5, doubted_at = coalesce($6, doubted_at)
      where port_id = $1 and step = $2 and accepted_at is null`,
    [portId, step, acceptedAt, messageId, end.kind === 'doubt' ? 1 : 0, doubtedAt],
  )
}
