import type { Reader } from '../db/db.ts'
import type { HistoryEvent, HistoryMessage, HistoryTimer } from './port-history.ts'
import { type PortingState, stateOfCode } from './port-in.machine.ts'

const stateOf = (code: number | null): PortingState | undefined => (code === null ? undefined : stateOfCode(code))

/** A port's log with its edges, oldest first. */
export async function findHistoryEvents(reader: Reader, portId: string): Promise<HistoryEvent[]> {
  const rows = await reader.sql<{
    number: number
    at: Temporal.Instant
    msgtype: string
    direction: number
    log: string
    heard: string | null
    from_state: number | null
    to_state: number | null
    said_by: string
    message_id: string | null
  }>(
    `select number, at, msgtype, direction, log, heard, from_state, to_state, said_by, message_id
     from port_event where port_id = $1 order by number`,
    [portId],
  )
  return rows.map((row) => ({
    number: row.number,
    at: row.at,
    msgtype: row.msgtype,
    direction: row.direction === 0 ? 'sent' : 'received',
    log: row.log,
    heard: row.heard ?? undefined,
    from: stateOf(row.from_state),
    to: stateOf(row.to_state),
    saidBy: row.said_by,
    messageId: row.message_id ?? undefined,
  }))
}

export async function findHistoryTimers(reader: Reader, portId: string): Promise<HistoryTimer[]> {
  const rows = await reader.sql<{
    kind: string
    rule: string
    started_at: Temporal.Instant
    due_at: Temporal.Instant
    ended_at: Temporal.Instant | null
    outcome: string | null
  }>(
    'select kind, rule, started_at, due_at, ended_at, outcome from timer where port_id = $1 order by started_at, due_at',
    [portId],
  )
  return rows.map((row) => ({
    kind: row.kind,
    rule: row.rule,
    startedAt: row.started_at,
    dueAt: row.due_at,
    endedAt: row.ended_at ?? undefined,
    outcome: row.outcome ?? undefined,
  }))
}

/** Every message about a port, either way, with what came of it. The bytes are left out unless they are asked for. */
export async function findHistoryMessages(
  reader: Reader,
  msgidentifier: string,
  bodies: 'with bodies' | 'without bodies',
): Promise<HistoryMessage[]> {
  const rows = await reader.sql<{
    id: string
    direction: number
    peer: string
    msgtype: string | null
    msgid: string | null
    filename: string | null
    content_type: string
    at: Temporal.Instant
    bytes: number
    body: Buffer | null
    state: string | null
    attempts: number | null
    note: string | null
    settled_at: Temporal.Instant | null
  }>(
    `select m.id, m.direction, m.peer, m.msgtype, m.msgid, m.filename, m.content_type, m.at, length(m.body) as bytes,
       case when $2 and m.body_removed_at is null then m.body end as body, coalesce(o.state, i.state) as state, o.attempts,
       coalesce(o.last_error, i.note) as note, coalesce(o.acknowledged_at, i.settled_at) as settled_at
     from message m left join outbound o on o.message_id = m.id left join inbound i on i.message_id = m.id
     where m.msgidentifier = $1 order by m.at, m.id`,
    [msgidentifier, bodies === 'with bodies'],
  )
  return rows.map((row) => ({
    id: row.id,
    direction: row.direction === 0 ? 'sent' : 'received',
    peer: row.peer,
    msgtype: row.msgtype ?? undefined,
    msgid: row.msgid ?? undefined,
    filename: row.filename ?? undefined,
    contentType: row.content_type,
    at: row.at,
    bytes: row.bytes,
    body: row.body ?? undefined,
    state: row.state ?? 'kept',
    attempts: row.attempts ?? undefined,
    note: row.note ?? undefined,
    settledAt: row.settled_at ?? undefined,
  }))
}

/** The ports of a chain of resubmissions, oldest first. */
export async function findChain(
  reader: Reader,
  chainId: string,
): Promise<{ msgidentifier: string; state: PortingState; createdAt: Temporal.Instant }[]> {
  const rows = await reader.sql<{ msgidentifier: string; state: number; created_at: Temporal.Instant }>(
    'select msgidentifier, state, created_at from port where chain_id = $1 order by created_at, id',
    [chainId],
  )
  return rows.flatMap(({ msgidentifier, state, created_at }) => {
    const name = stateOfCode(state)
    return name ? [{ msgidentifier, state: name, createdAt: created_at }] : []
  })
}
