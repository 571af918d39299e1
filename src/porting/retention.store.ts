import type { Reader, Tx } from '../db/db.ts'
import { PORTING_STATES } from './port-in.machine.ts'

/** A batch of a removal: what is older than `before`, at most `limit`. */
export type Batch = { readonly before: Temporal.Instant; readonly limit: number }

/** A port that is under way, or ended after a moment ($1): nothing of it is touched. Ported, with an open checklist, is under way. */
const IS_KEPT = `(p.ended_at is null or p.ended_at >= $1 or (p.state = ${PORTING_STATES.Number_Ported} and exists (
  select 1 from port_step s where s.port_id = p.id and s.state in ('waiting', 'failed'))))`

/** Takes the bytes of messages; that they were exchanged, when and of what type stays. What is still to be sent, heard or looked at is left. */
export async function removeMessageBodies(tx: Tx, { before, limit }: Batch, at: Temporal.Instant): Promise<number> {
  const rows = await tx.sql(
    `update message set body = '', body_removed_at = $3 where id in (
       select m.id from message m
        where m.body_removed_at is null and m.at < $1
          and not exists (select 1 from outbound o where o.message_id = m.id and o.state = 'queued')
          and not exists (select 1 from inbound i where i.message_id = m.id and (i.state in ('received', 'parked')
                           or (i.state in ('unknown', 'malformed', 'refused') and i.looked_at is null)))
          and not exists (select 1 from port p where p.msgidentifier = m.msgidentifier and ${IS_KEPT})
        order by m.at limit $2 for update of m skip locked) returning id`,
    [before, limit, at],
  )
  return rows.length
}

/** Removes events that everybody was told of, or that were given up, with their deliveries; the newest stays, as the place of the feed. */
export async function removeEvents(tx: Tx, { before, limit }: Batch): Promise<number> {
  const rows = await tx.sql<{ id: string }>(
    `select e.id from event e
      where e.at < $1 and e.sequence < (select max(sequence) from event)
        and not exists (select 1 from delivery d where d.event_id = e.id and d.state = 'queued')
        and not exists (select 1 from port p where p.msgidentifier = e.subject and ${IS_KEPT})
      order by e.at limit $2 for update of e skip locked`,
    [before, limit],
  )
  const ids = rows.map(({ id }) => id)
  await tx.sql('delete from delivery where event_id = any($1::uuid[])', [ids])
  await tx.sql('delete from event where id = any($1::uuid[])', [ids])
  return ids.length
}

/** Takes the customer's e-mail address and authorisation number off ports, and removes secrets that were taken back. */
export async function removePersonal(tx: Tx, { before, limit }: Batch): Promise<number> {
  const ports = await tx.sql(
    `update port set email = null, contact_number = null where id in (
       select p.id from port p
        where (p.email is not null or p.contact_number is not null) and p.ended_at < $1 and not ${IS_KEPT}
        order by p.ended_at limit $2 for update of p skip locked) returning id`,
    [before, limit],
  )
  const secrets = await tx.sql(
    'delete from number_secret where id in (select id from number_secret where removed_at < $1 order by removed_at limit $2) returning id',
    [before, limit],
  )
  return ports.length + secrets.length
}

export async function removeAlerts(tx: Tx, { before, limit }: Batch): Promise<number> {
  const rows = await tx.sql(
    'delete from alert where id in (select id from alert where closed_at < $1 order by closed_at limit $2) returning id',
    [before, limit],
  )
  return rows.length
}

/** Which of these subjects are ports of which nothing is touched. */
export async function findKeptPorts(
  reader: Reader,
  before: Temporal.Instant,
  subjects: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await reader.sql<{ msgidentifier: string }>(
    `select p.msgidentifier from port p where p.msgidentifier = any($2::text[]) and ${IS_KEPT}`,
    [before, subjects],
  )
  return new Set(rows.map(({ msgidentifier }) => msgidentifier))
}
