import type { Db, Reader, Tx } from '../db/db.ts'

/** A delivery as it came, before anything looks inside. */
export type RawInbound = {
  readonly id: string
  readonly clearinghouse: string
  readonly peer: string
  readonly contentType: string
  readonly body: Buffer
  readonly at: Temporal.Instant
}

/** Stores what came in, as bytes; those that are stored already stay as they are. One statement, which commits by itself. */
export async function keepInbound(db: Db, raws: readonly RawInbound[]): Promise<void> {
  const column = <T>(of: (raw: RawInbound) => T) => raws.map(of)
  await db.sql(
    `with kept as (
       insert into message (id, clearinghouse, direction, peer, content_type, body, at)
       select id, clearinghouse, 1, peer, content_type, body, at
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::timestamptz[])
         as m (id, clearinghouse, peer, content_type, body, at)
       on conflict (id) do nothing
     )
     insert into inbound (message_id, clearinghouse, state, received_at)
     select id, clearinghouse, 'received', at from unnest($1::uuid[], $2::text[], $6::timestamptz[]) as m (id, clearinghouse, at)
     on conflict (message_id) do nothing`,
    [
      column((raw) => raw.id),
      column((raw) => raw.clearinghouse),
      column((raw) => raw.peer),
      column((raw) => raw.contentType),
      column((raw) => raw.body),
      column((raw) => raw.at),
    ],
  )
}

export type InboundState = 'applied' | 'noted' | 'duplicate' | 'parked' | 'unknown' | 'malformed' | 'refused'

/** Holds a stored message for the caller's transaction, so that no two workers settle the same copy. @returns its state now */
export async function lockInbound(tx: Tx, id: string): Promise<InboundState | 'received'> {
  const [row] = await tx.sql<{ state: InboundState | 'received' }>(
    'select state from inbound where message_id = $1 for update',
    [id],
  )
  if (!row) throw new Error(`no inbound message ${id}`)
  return row.state
}

/** Holds those of the stored messages that are not settled, and that no other worker has in hand: nobody is waited for. */
export async function lockUnsettled(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.sql<{ message_id: string }>(
    "select message_id from inbound where message_id = any($1::uuid[]) and state = 'received' for update skip locked",
    [ids],
  )
  return new Set(rows.map((row) => row.message_id))
}

/** What parsing found in a message. */
export type FoundInbound = {
  readonly id: string
  readonly msgid: string
  readonly msgtype: string
  readonly msgidentifier: string | undefined
  readonly portId: string | undefined
  readonly filename: string | undefined
}

/** Writes what parsing found beside the raw messages. */
export async function describeInbound(tx: Tx, found: readonly FoundInbound[]): Promise<void> {
  if (found.length === 0) return
  await tx.sql(
    `update message m set msgid = f.msgid, msgtype = f.msgtype, msgidentifier = f.msgidentifier, port_id = f.port_id, filename = f.filename
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[])
       as f (id, msgid, msgtype, msgidentifier, port_id, filename)
     where m.id = f.id`,
    [
      found.map(({ id }) => id),
      found.map(({ msgid }) => msgid),
      found.map(({ msgtype }) => msgtype),
      found.map(({ msgidentifier }) => msgidentifier),
      found.map(({ portId }) => portId),
      found.map(({ filename }) => filename),
    ],
  )
}

/** What a sender calls his message; never used twice. */
export type MessageKey = { readonly sender: string; readonly msgid: string }

/** Of each of the messages: whether (clearinghouse, sender, msgid) has been taken before. */
export async function areRepeated(
  reader: Reader,
  clearinghouse: string,
  keys: readonly MessageKey[],
): Promise<boolean[]> {
  const rows = await reader.sql<{ nth: number }>(
    `select asked.nth::int as nth
     from unnest($2::text[], $3::text[]) with ordinality as asked (sender, msgid, nth)
     cross join lateral (
       select i.message_id from inbound i
       where i.clearinghouse = $1 and i.sender = asked.sender and i.msgid = asked.msgid
         and i.state in ('applied', 'noted', 'parked', 'unknown', 'refused') limit 1) taken`,
    [clearinghouse, keys.map(({ sender }) => sender), keys.map(({ msgid }) => msgid)],
  )
  const repeated = new Set(rows.map(({ nth }) => nth))
  return keys.map((_, index) => repeated.has(index + 1))
}

export type SettledInbound = {
  readonly id: string
  readonly state: InboundState
  readonly note: string
  readonly at: Temporal.Instant
} & Partial<MessageKey>

/**
 * Writes what came of inbound messages. The unique index `inbound_once` refuses a second copy that another worker settles
 * at the same time (SQLSTATE 23505); the caller then treats its copy as a duplicate.
 */
export async function settleInbound(tx: Reader, settled: readonly SettledInbound[]): Promise<void> {
  if (settled.length === 0) return
  await tx.sql(
    `update inbound i set state = s.state, note = s.note, sender = coalesce(s.sender, i.sender),
       msgid = coalesce(s.msgid, i.msgid), settled_at = s.at
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
       as s (id, state, note, sender, msgid, at)
     where i.message_id = s.id`,
    [
      settled.map(({ id }) => id),
      settled.map(({ state }) => state),
      settled.map(({ note }) => note),
      settled.map(({ sender }) => sender),
      settled.map(({ msgid }) => msgid),
      settled.map(({ at }) => at),
    ],
  )
}

export type KeptInbound = { readonly id: string; readonly peer: string; readonly body: Buffer }

/** Messages that were stored but not settled: a process died between the two. First the one that was longest not tried. */
export async function findUnsettled(db: Reader, before: Temporal.Instant, limit: number): Promise<KeptInbound[]> {
  return db.sql<KeptInbound>(
    `select m.id, m.peer, m.body from inbound i join message m on m.id = i.message_id
     where i.state = 'received' and i.received_at <= $1 order by coalesce(i.settled_at, i.received_at) limit $2`,
    [before, limit],
  )
}

/** A stored message could not be settled now: the others come first in the next round. */
export async function putOff(db: Db, id: string, at: Temporal.Instant): Promise<void> {
  await db.sql("update inbound set settled_at = $2 where message_id = $1 and state = 'received'", [id, at])
}

export type ParkedInbound = {
  readonly id: string
  readonly msgidentifier: string
  readonly body: Buffer
  /** null while the port it is about is not known. */
  readonly portId: string | null
}

/** Parked messages about ports, in the order they came; also those that came before their port was known. */
export async function findParked(reader: Reader, msgidentifiers: readonly string[]): Promise<ParkedInbound[]> {
  return reader.sql<ParkedInbound>(
    `select m.id, m.msgidentifier, m.body, m.port_id as "portId" from inbound i join message m on m.id = i.message_id
     where i.state = 'parked' and m.msgidentifier = any($1::text[]) order by i.received_at`,
    [msgidentifiers],
  )
}

/** Those of the ports about which a message is parked. */
export async function findWithParked(reader: Reader, msgidentifiers: readonly string[]): Promise<string[]> {
  const rows = await reader.sql<{ msgidentifier: string }>(
    `select distinct m.msgidentifier from inbound i join message m on m.id = i.message_id
     where i.state = 'parked' and m.msgidentifier = any($1::text[])`,
    [msgidentifiers],
  )
  return rows.map(({ msgidentifier }) => msgidentifier)
}

/** Whether a message of a type is kept until its port is ready for it. */
export async function isParked(reader: Reader, msgidentifier: string, msgtype: string): Promise<boolean> {
  const rows = await reader.sql(
    `select m.id from inbound i join message m on m.id = i.message_id
     where i.state = 'parked' and m.msgidentifier = $1 and m.msgtype = $2`,
    [msgidentifier, msgtype],
  )
  return rows.length > 0
}

/**
 * Ports that have moved since a message about them was parked, or that were not known then, first the one whose message was longest
 * not tried. A port that is made while a message about it is parked may have read its clock before.
 */
export async function findPortsToHearAgain(reader: Reader, limit: number): Promise<string[]> {
  const rows = await reader.sql<{ msgidentifier: string }>(
    `select p.msgidentifier from inbound i join message m on m.id = i.message_id
       join port p on p.msgidentifier = m.msgidentifier
     where i.state = 'parked' and (p.updated_at > i.received_at or m.port_id is null)
     group by p.msgidentifier order by min(i.settled_at) limit $1`,
    [limit],
  )
  return rows.map(({ msgidentifier }) => msgidentifier)
}

/** What is still parked about ports has been tried now: the messages of other ports come first in the next round. */
export async function parkOn(tx: Tx, msgidentifiers: readonly string[], at: Temporal.Instant): Promise<void> {
  await tx.sql(
    `update inbound set settled_at = $2 where state = 'parked'
       and message_id in (select id from message where msgidentifier = any($1::text[]))`,
    [msgidentifiers, at],
  )
}

/** Of the requests that were refused outright, so that there is no port: why, in the words of its note. */
export async function findRefusals(reader: Reader, msgidentifiers: readonly string[]): Promise<Map<string, string>> {
  if (msgidentifiers.length === 0) return new Map()
  const rows = await reader.sql<{ msgidentifier: string; note: string }>(
    `select m.msgidentifier, max(i.note) as note from message m join inbound i on i.message_id = m.id
     where m.msgidentifier = any($1::text[]) and m.msgtype = 'authorisation_request' and i.state = 'refused'
     group by m.msgidentifier`,
    [msgidentifiers],
  )
  return new Map(rows.map(({ msgidentifier, note }) => [msgidentifier, note]))
}

export type ParkedOfRefused = {
  readonly id: string
  readonly msgidentifier: string
  readonly msgtype: string
  readonly note: string
  /** Why the request was refused. */
  readonly refusal: string
}

/** Parked messages whose request was refused outright, so that no port will come for them; held for the caller's transaction. */
export async function findParkedOfRefused(tx: Tx, limit: number): Promise<ParkedOfRefused[]> {
  return tx.sql<ParkedOfRefused>(
    `select m.id, m.msgidentifier, m.msgtype, i.note, refused.note as refusal
     from inbound i join message m on m.id = i.message_id
     cross join lateral (
       select ri.note from message r join inbound ri on ri.message_id = r.id
       where r.msgidentifier = m.msgidentifier and r.msgtype = 'authorisation_request' and ri.state = 'refused' limit 1) refused
     where i.state = 'parked' and m.port_id is null
       and not exists (select 1 from port p where p.msgidentifier = m.msgidentifier)
     order by i.received_at limit $1 for update of i skip locked`,
    [limit],
  )
}
