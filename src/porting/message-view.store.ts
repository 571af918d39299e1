import type { Reader, Tx } from '../db/db.ts'

/** A message with its bytes and what came of it. */
export type KeptMessage = {
  readonly id: string
  readonly clearinghouse: string
  readonly direction: 'sent' | 'received'
  readonly peer: string
  readonly contentType: string
  readonly at: Temporal.Instant
  readonly msgid: string | null
  readonly msgtype: string | null
  readonly msgidentifier: string | null
  readonly state: string | null
  readonly note: string | null
  readonly lookedAt: Temporal.Instant | null
  readonly lookedBy: string | null
  readonly body: Buffer
  /** When its bytes were removed because their time was over. */
  readonly bodyRemovedAt: Temporal.Instant | null
}

export async function findMessage(reader: Reader, id: string): Promise<KeptMessage | undefined> {
  const [row] = await reader.sql<KeptMessage>(
    `select m.id, m.clearinghouse, case m.direction when 0 then 'sent' else 'received' end as direction, m.peer, m.content_type as "contentType", m.at, m.msgid, m.msgtype, m.msgidentifier,
            coalesce(o.state, i.state) as state, coalesce(o.last_error, i.note) as note,
            coalesce(o.looked_at, i.looked_at) as "lookedAt", coalesce(o.looked_by, i.looked_by) as "lookedBy", m.body, m.body_removed_at as "bodyRemovedAt"
       from message m left join outbound o on o.message_id = m.id left join inbound i on i.message_id = m.id where m.id = $1`,
    [id],
  )
  return row
}

/** Writes that a person has looked at a message that nobody understood, or that the clearinghouse did not take. */
export async function markLooked(
  tx: Tx,
  id: string | null,
  { by, at }: { readonly by: string; readonly at: Temporal.Instant },
): Promise<void> {
  for (const queue of ['inbound', 'outbound']) {
    const statement = `update ${queue} set looked_at = $2, looked_by = $3 where message_id = $1 and looked_at is null`
    await tx.sql(statement, [id, at, by])
  }
}
