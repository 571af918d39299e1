import type { Reader, Tx } from '../db/db.ts'
import type { OutboundMessage } from './port.ts'

/** A message to the clearinghouse as it is queued: kept for ever, sent until acknowledged. */
export type QueuedMessage = OutboundMessage & {
  readonly id: string
  /** null: it is about no port of ours. */
  readonly portId: string | null
  readonly msgidentifier: string | null
  readonly clearinghouse: string
  readonly filename: string | null
  readonly at: Temporal.Instant
}

/** Keeps messages and queues them for sending, in the caller's transaction. Wakes the sender at commit. */
export async function queueMessages(tx: Tx, messages: readonly QueuedMessage[]): Promise<void> {
  if (messages.length === 0) return
  const column = <T>(of: (message: QueuedMessage) => T) => messages.map(of)
  await tx.sql(
    `with kept as (
       insert into message (id, clearinghouse, direction, peer, content_type, body, at, msgid, msgidentifier, msgtype, port_id, filename)
       select id, clearinghouse, 0, clearinghouse, content_type, body, at, msgid, msgidentifier, msgtype, port_id, filename
       from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::uuid[], $10::text[])
         as m (id, clearinghouse, content_type, body, at, msgid, msgidentifier, msgtype, port_id, filename)
     ), queued as (
       insert into outbound (message_id, port_id, state, attempts, next_attempt_at)
       select id, port_id, 'queued', 0, at from unnest($1::uuid[], $9::uuid[], $5::timestamptz[]) as m (id, port_id, at)
     )
     select pg_notify('work', 'send')`,
    [
      column((m) => m.id),
      column((m) => m.clearinghouse),
      column((m) => m.contentType),
      column((m) => m.body),
      column((m) => m.at),
      column((m) => m.msgid),
      column((m) => m.msgidentifier),
      column((m) => m.msgtype),
      column((m) => m.portId),
      column((m) => m.filename),
    ],
  )
}

export type DueMessage = {
  readonly id: string
  readonly portId: string | null
  readonly msgid: string
  readonly msgtype: string
  readonly body: Buffer
  readonly attempts: number
}

/**
 * Claims messages that are due, under a lease, so that a worker that dies gives them back. A port's messages leave in the
 * order they were written: the second waits until the first is acknowledged. So said that each of the few that come first is looked at
 * by index, however many wait while the clearinghouse is away.
 */
export async function claimDueMessages(
  db: Reader,
  { now, leaseSeconds, limit }: { now: Temporal.Instant; leaseSeconds: number; limit: number },
): Promise<DueMessage[]> {
  const rows = await db.sql<{
    id: string
    port_id: string | null
    msgid: string
    msgtype: string
    body: Buffer
    attempts: number
    sequence: number
  }>(
    `with claimed as (
       update outbound set locked_until = $2, attempts = attempts + 1
       where message_id = any (array(
         select o.message_id from outbound o
         where o.state = 'queued' and o.next_attempt_at <= $1 and (o.locked_until is null or o.locked_until <= $1)
           and (o.port_id is null
             or o.sequence = (select min(e.sequence) from outbound e where e.port_id = o.port_id and e.state = 'queued'))
         order by o.next_attempt_at, o.sequence limit $3 for update skip locked))
       returning message_id, port_id, attempts, sequence)
     select m.id, c.port_id, m.msgid, m.msgtype, m.body, c.attempts, c.sequence
     from claimed c join message m on m.id = c.message_id order by c.sequence`,
    [now, now.add({ seconds: leaseSeconds }), limit],
  )
  return rows.map((row) => ({
    id: row.id,
    portId: row.port_id,
    msgid: row.msgid,
    msgtype: row.msgtype,
    body: row.body,
    attempts: row.attempts,
  }))
}

/** Marks queued messages as acknowledged. @returns those that no other worker had settled already */
export async function acknowledgeMessages(tx: Tx, ids: readonly string[], at: Temporal.Instant): Promise<Set<string>> {
  const rows = await tx.sql<{ message_id: string }>(
    `update outbound set state = 'acknowledged', acknowledged_at = $2, locked_until = null, last_error = null
     where message_id = any($1::uuid[]) and state = 'queued' returning message_id`,
    [ids, at],
  )
  return new Set(rows.map((row) => row.message_id))
}

/** Marks a queued message as settled. @returns false when another worker had settled it already */
export async function settleMessage(
  tx: Tx,
  id: string,
  state: 'acknowledged' | 'refused',
  at: Temporal.Instant,
  error: string | null,
): Promise<boolean> {
  const rows = await tx.sql(
    `update outbound set state = $2, acknowledged_at = $3, locked_until = null, last_error = $4
     where message_id = $1 and state = 'queued' returning message_id`,
    [id, state, at, error],
  )
  return rows.length === 1
}

/** Flags a message of ours that was refused for good: no edge undoes what has been done with it, so that a person must know. */
export async function flagSent(tx: Tx, id: string): Promise<void> {
  await tx.sql('update outbound set for_person = true where message_id = $1', [id])
}

/** Gives a message back to the queue, to be tried again at `nextAttemptAt`. */
export async function postponeMessage(
  db: Reader,
  id: string,
  nextAttemptAt: Temporal.Instant,
  error: string,
): Promise<void> {
  await db.sql(
    `update outbound set next_attempt_at = $2, locked_until = null, last_error = $3 where message_id = $1 and state = 'queued'`,
    [id, nextAttemptAt, error.slice(0, 1000)],
  )
}

/** The bytes of the first message that was received about a port: of a port-out, its request. */
export async function findFirstReceived(reader: Reader, portId: string): Promise<Buffer | undefined> {
  const [row] = await reader.sql<{ body: Buffer }>(
    `select m.body from port_event e join message m on m.id = e.message_id
     where e.port_id = $1 and m.direction = 1 order by e.number limit 1`,
    [portId],
  )
  return row?.body
}

/** One of our messages, which an `error` names. */
export type SentMessage = {
  readonly id: string
  readonly msgid: string
  readonly msgtype: string
  readonly msgidentifier: string | null
  /** Its port has said nothing of the kind since. */
  readonly isNewest: boolean
}

/** Messages of ours by their wire ids. */
export async function findSent(reader: Reader, msgids: readonly string[]): Promise<Map<string, SentMessage>> {
  if (msgids.length === 0) return new Map()
  const rows = await reader.sql<SentMessage>(
    `select m.id, m.msgid, m.msgtype, m.msgidentifier, not exists (
         select 1 from message later join outbound n on n.message_id = later.id
         where later.msgidentifier = m.msgidentifier and later.msgtype = m.msgtype and n.sequence > o.sequence) as "isNewest"
       from message m join outbound o on o.message_id = m.id
      where m.direction = 0 and m.msgid = any($1::text[])`,
    [msgids],
  )
  return new Map(rows.map((row) => [row.msgid, row]))
}

/** Takes a message out of the queue that has not been acknowledged: what it asks is not wanted any more. */
export async function withdrawMessage(reader: Reader, id: string): Promise<void> {
  await reader.sql(
    "update outbound set state = 'withdrawn', locked_until = null where message_id = $1 and state = 'queued'",
    [id],
  )
}

/** The files of a port as np_api names them, oldest first (contract O-56). */
export async function listFiles(reader: Reader, msgidentifier: string): Promise<string[]> {
  const rows = await reader.sql<{ direction: number; filename: string }>(
    'select direction, filename from message where msgidentifier = $1 and filename is not null and body_removed_at is null order by filename',
    [msgidentifier],
  )
  return rows.map(({ direction, filename }) => `${direction === 0 ? 'output_XML' : 'input_XML'}/${filename}`)
}

export async function findFile(
  reader: Reader,
  folder: 'sent' | 'received',
  filename: string,
): Promise<{ body: Buffer } | undefined> {
  const [row] = await reader.sql<{ body: Buffer }>(
    'select body from message where direction = $1 and filename = $2 and body_removed_at is null',
    [folder === 'sent' ? 0 : 1, filename],
  )
  return row
}

/** Counts that the metrics and the readiness check watch. */
export async function countOpenMessages(reader: Reader): Promise<{ queued: number; parked: number; flagged: number }> {
  const [row] = await reader.sql<{ queued: number; parked: number; flagged: number }>(
    `select (select count(*) from outbound where state = 'queued') as queued,
       (select count(*) from inbound where state = 'parked') as parked,
       (select count(*) from inbound where state in ('unknown', 'malformed', 'refused')) as flagged`,
  )
  return row ?? { queued: 0, parked: 0, flagged: 0 }
}
