import type { Reader, Tx } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'
import { meets } from '../numbers/meets.ts'
import type { NumberRange } from '../numbers/range.ts'
import type { AccountType, NumberType, Port, PortEvent } from './port.ts'
import { isLive, PORTING_STATES, type PortingState, stateOfCode } from './port-in.machine.ts'

export type PortRow = {
  id: string
  direction: 'in' | 'out'
  public_id: number
  msgidentifier: string
  state: number
  clearinghouse: string
  counterparty: string
  first_number: string
  last_number: string
  number_type: NumberType
  account_type: AccountType | null
  contact_number: string | null
  email: string | null
  is_cool_off_overridden: boolean
  failure_reason: number | null
  failure_text: string | null
  chain_id: string
  original_msgidentifier: string | null
  superseded_by: string | null
  created_at: Temporal.Instant
  created_by: string
  updated_at: Temporal.Instant
}

export const COLUMNS = `p.id, p.direction, p.public_id, p.msgidentifier, p.state, p.clearinghouse, p.counterparty, p.first_number,
  p.last_number, p.number_type, p.account_type, p.contact_number, p.email, p.is_cool_off_overridden, p.failure_reason,
  p.failure_text, p.chain_id, p.original_msgidentifier, p.superseded_by, p.created_at, p.created_by, p.updated_at`

export function portOf(row: PortRow): Port {
  const state = stateOfCode(row.state)
  if (!state) throw new Error(`port ${row.id} has the unknown state ${row.state}`)
  return {
    id: row.id,
    direction: row.direction,
    publicId: row.public_id,
    msgidentifier: row.msgidentifier,
    state,
    clearinghouse: row.clearinghouse,
    counterparty: row.counterparty,
    // The columns were written from a NumberRange, and a check constraint keeps their order and length.
    range: { first: row.first_number as E164, last: row.last_number as E164 },
    numberType: row.number_type,
    accountType: row.account_type,
    contactNumber: row.contact_number,
    email: row.email,
    isCoolOffOverridden: row.is_cool_off_overridden,
    failureReason: row.failure_reason,
    failureText: row.failure_text,
    chainId: row.chain_id,
    originalMsgidentifier: row.original_msgidentifier,
    supersededBy: row.superseded_by,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
  }
}

/**
 * Waits for the turn to make ports, and holds it until the transaction ends (ADR 0008). Who makes a port, or must know that
 * nobody does, takes it before any other counter: one order for all, or two of them wait for each other.
 */
export async function takeTurn(tx: Tx): Promise<void> {
  await advanceCounter(tx, 'port_in_id', 0)
}

/**
 * Adds `count` to a counter and returns its new value. The row stays locked until the transaction ends, so numbers are
 * used in commit order and without a gap.
 */
export async function advanceCounter(tx: Tx, name: string, count: number): Promise<number> {
  const [row] = await tx.sql<{ value: number }>(
    `insert into counter as c (name, value) values ($1, $2)
     on conflict (name) do update set value = c.value + excluded.value returning value`,
    [name, count],
  )
  if (!row) throw new Error(`counter ${name} gave no value`)
  return row.value
}

/** Live ports that share a number with any of the ranges. */
export async function findLiveOverlaps(reader: Reader, ranges: readonly NumberRange[]): Promise<Port[]> {
  const rows = await reader.sql<PortRow>(
    `select distinct on (p.id) ${COLUMNS} from unnest($1::text[], $2::text[]) as asked (first, last)
     cross join lateral (
       select ${COLUMNS} from port p where p.ended_at is null and ${meets('p', 'asked.first', 'asked.last')} offset 0) p`,
    [ranges.map((range) => range.first), ranges.map((range) => range.last)],
  )
  return rows.map(portOf)
}

/** Writes new ports, one statement for all. Event number 1 is taken: their birth. */
export async function insertPorts(tx: Tx, ports: readonly Port[]): Promise<void> {
  const rows = ports.map((port) => ({
    id: port.id,
    direction: port.direction,
    public_id: port.publicId,
    msgidentifier: port.msgidentifier,
    state: PORTING_STATES[port.state],
    clearinghouse: port.clearinghouse,
    counterparty: port.counterparty,
    first_number: port.range.first,
    last_number: port.range.last,
    number_type: port.numberType,
    account_type: port.accountType,
    contact_number: port.contactNumber,
    email: port.email,
    is_cool_off_overridden: port.isCoolOffOverridden,
    failure_reason: port.failureReason,
    failure_text: port.failureText,
    chain_id: port.chainId,
    original_msgidentifier: port.originalMsgidentifier,
    superseded_by: port.supersededBy,
    created_at: port.createdAt.toString(),
    created_by: port.createdBy,
    updated_at: port.updatedAt.toString(),
    ended_at: isLive(port.state) ? null : port.updatedAt.toString(),
    event_count: 1,
  }))
  await tx.sql('insert into port select (jsonb_populate_recordset(null::port, $1::jsonb)).*', [JSON.stringify(rows)])
}

/** The newest port of the chain that the identifier belongs to (contract O-31), locked for a change. */
export async function lockNewest(tx: Tx, direction: 'in' | 'out', msgidentifier: string): Promise<Port | undefined> {
  const [row] = await tx.sql<PortRow>(
    `select ${COLUMNS} from port p
     where p.superseded_by is null and p.chain_id = (
       select o.chain_id from port o where o.msgidentifier = $1 and o.direction = $2)
     for update of p`,
    [msgidentifier, direction],
  )
  return row && portOf(row)
}

/** The same of many identifiers, each with its port; those whose port somebody else has in hand are left out. */
export async function lockFreeNewest(
  tx: Tx,
  direction: 'in' | 'out',
  msgidentifiers: readonly string[],
): Promise<Map<string, Port>> {
  const rows = await tx.sql<PortRow & { asked: string }>(
    `select o.msgidentifier as asked, ${COLUMNS} from port o join port p on p.chain_id = o.chain_id and p.superseded_by is null
     where o.msgidentifier = any($1::text[]) and o.direction = $2 for update of p skip locked`,
    [msgidentifiers, direction],
  )
  return new Map(rows.map((row) => [row.asked, portOf(row)]))
}

/** Exactly the port of this identifier, locked for a change. */
export async function lockPort(tx: Tx, msgidentifier: string): Promise<Port | undefined> {
  const [row] = await tx.sql<PortRow>(`select ${COLUMNS} from port p where p.msgidentifier = $1 for update of p`, [
    msgidentifier,
  ])
  return row && portOf(row)
}

/** Those of the ports that nobody else has in hand, locked for a change: nobody is waited for. */
export async function lockFreePorts(tx: Tx, msgidentifiers: readonly string[]): Promise<Port[]> {
  const rows = await tx.sql<PortRow>(
    `select ${COLUMNS} from port p where p.msgidentifier = any($1::text[]) for update of p skip locked`,
    [msgidentifiers],
  )
  return rows.map(portOf)
}

/** The same by id. */
export async function lockFreePortsById(tx: Tx, ids: readonly string[]): Promise<Port[]> {
  const rows = await tx.sql<PortRow>(
    `select ${COLUMNS} from port p where p.id = any($1::uuid[]) for update of p skip locked`,
    [ids],
  )
  return rows.map(portOf)
}

export async function lockPortById(tx: Tx, id: string): Promise<Port | undefined> {
  const [row] = await tx.sql<PortRow>(`select ${COLUMNS} from port p where p.id = $1 for update of p`, [id])
  return row && portOf(row)
}

/** Which of the identifiers are those of ports. */
export async function findKnown(reader: Reader, msgidentifiers: readonly string[]): Promise<Set<string>> {
  if (msgidentifiers.length === 0) return new Set()
  const rows = await reader.sql<{ msgidentifier: string }>(
    'select p.msgidentifier from port p where p.msgidentifier = any($1::text[])',
    [msgidentifiers],
  )
  return new Set(rows.map(({ msgidentifier }) => msgidentifier))
}

export async function findPortById(reader: Reader, id: string): Promise<Port | undefined> {
  const [row] = await reader.sql<PortRow>(`select ${COLUMNS} from port p where p.id = $1`, [id])
  return row && portOf(row)
}

export async function findPort(reader: Reader, msgidentifier: string): Promise<Port | undefined> {
  const [row] = await reader.sql<PortRow>(`select ${COLUMNS} from port p where p.msgidentifier = $1`, [msgidentifier])
  return row && portOf(row)
}

/** The newest port of a chain in either direction. */
export async function findNewestPort(reader: Reader, msgidentifier: string): Promise<Port | undefined> {
  const [row] = await reader.sql<PortRow>(
    `select ${COLUMNS} from port p
     where p.superseded_by is null and p.chain_id = (select o.chain_id from port o where o.msgidentifier = $1)`,
    [msgidentifier],
  )
  return row && portOf(row)
}

export async function findNewest(
  reader: Reader,
  direction: 'in' | 'out',
  msgidentifier: string,
): Promise<Port | undefined> {
  const [row] = await reader.sql<PortRow>(
    `select ${COLUMNS} from port p
     where p.superseded_by is null and p.chain_id = (
       select o.chain_id from port o where o.msgidentifier = $1 and o.direction = $2)`,
    [msgidentifier, direction],
  )
  return row && portOf(row)
}

/** The port that last brought this whole range to us or took it from us. */
export async function findLastPorted(reader: Reader, range: NumberRange): Promise<Port | undefined> {
  const [row] = await reader.sql<PortRow>(
    `select ${COLUMNS} from (select ${COLUMNS} from port p where ${meets('p', '$1::text', '$1::text')} and p.last_number >= $2 offset 0) p
     where p.state = any($3) order by p.updated_at desc limit 1`,
    [range.first, range.last, [PORTING_STATES.Number_Ported, PORTING_STATES.Number_Ported_Complete]],
  )
  return row && portOf(row)
}

export type PortChange = {
  readonly id: string
  readonly from: PortingState
  readonly to: PortingState
  readonly at: Temporal.Instant
  readonly failure?: { readonly code: number; readonly text: string | null }
  readonly supersededBy?: string
  /** How many lines the port's log gets with it. */
  readonly lines: number
}

/**
 * Moves ports along an edge each, guarded by the state they were read in. Throws when another hand was faster: retry.
 *
 * @param changes - of different ports
 * @returns the number of the first line of each in the log of its port
 */
export async function changeStates(tx: Tx, changes: readonly PortChange[]): Promise<number[]> {
  const column = <T>(of: (change: PortChange) => T) => changes.map(of)
  const rows = await tx.sql<{ id: string; event_count: number }>(
    `update port p set state = c.to_state, updated_at = c.at, ended_at = c.ended_at,
       failure_reason = coalesce(c.failure_reason, p.failure_reason), failure_text = coalesce(c.failure_text, p.failure_text),
       superseded_by = coalesce(c.superseded_by, p.superseded_by), event_count = p.event_count + c.lines
     from unnest($1::uuid[], $2::smallint[], $3::smallint[], $4::timestamptz[], $5::timestamptz[], $6::smallint[], $7::text[], $8::uuid[], $9::int[])
       as c (id, from_state, to_state, at, ended_at, failure_reason, failure_text, superseded_by, lines)
     where p.id = c.id and p.state = c.from_state returning p.id, p.event_count`,
    [
      column((change) => change.id),
      column((change) => PORTING_STATES[change.from]),
      column((change) => PORTING_STATES[change.to]),
      column((change) => change.at),
      column((change) => (isLive(change.to) ? null : change.at)),
      column((change) => change.failure?.code ?? null),
      column((change) => change.failure?.text ?? null),
      column((change) => change.supersededBy ?? null),
      column((change) => change.lines),
    ],
  )
  const counts = new Map(rows.map((row) => [row.id, row.event_count]))
  return changes.map(({ id, from, lines }) => {
    const count = counts.get(id)
    if (count === undefined) throw new Error(`port ${id} was no longer in ${from}`)
    return count - lines + 1
  })
}

/** Takes the next event number of each of different ports. */
export async function takeEventNumberOfEach(tx: Tx, ids: readonly string[]): Promise<number[]> {
  const rows = await tx.sql<{ id: string; event_count: number }>(
    'update port set event_count = event_count + 1 where id = any($1::uuid[]) returning id, event_count',
    [ids],
  )
  const counts = new Map(rows.map((row) => [row.id, row.event_count]))
  return ids.map((id) => {
    const count = counts.get(id)
    if (count === undefined) throw new Error(`no port ${id}`)
    return count
  })
}

/** Takes the next `count` event numbers of a port; the first of them is returned. */
export async function takeEventNumbers(tx: Tx, id: string, count: number): Promise<number> {
  const [row] = await tx.sql<{ event_count: number }>(
    'update port set event_count = event_count + $2 where id = $1 returning event_count',
    [id, count],
  )
  if (!row) throw new Error(`no port ${id}`)
  return row.event_count - count + 1
}

/** An event of a port's log as it is written; `edge` where the machine moved. */
export type NewEvent = PortEvent & {
  readonly portId: string
  readonly saidBy: string
  readonly edge?: { readonly heard: string; readonly from: PortingState | null; readonly to: PortingState }
  readonly messageId?: string
}

export async function insertEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map((event) => ({
    port_id: event.portId,
    number: event.number,
    at: event.at.toString(),
    msgtype: event.msgtype,
    direction: event.direction === 'sent' ? 0 : 1,
    log: event.log,
    heard: event.edge?.heard ?? null,
    from_state: event.edge?.from ? PORTING_STATES[event.edge.from] : null,
    to_state: event.edge ? PORTING_STATES[event.edge.to] : null,
    said_by: event.saidBy,
    message_id: event.messageId ?? null,
  }))
  await tx.sql('insert into port_event select (jsonb_populate_recordset(null::port_event, $1::jsonb)).*', [
    JSON.stringify(rows),
  ])
}

export async function listEvents(reader: Reader, portId: string): Promise<PortEvent[]> {
  const rows = await reader.sql<{
    number: number
    at: Temporal.Instant
    msgtype: string
    direction: number
    log: string
  }>('select number, at, msgtype, direction, log from port_event where port_id = $1 order by number', [portId])
  return rows.map(({ direction, ...event }) => ({ ...event, direction: direction === 0 ? 'sent' : 'received' }))
}

/** How many ports are in each state, for metrics. */
export async function countByState(
  reader: Reader,
): Promise<{ direction: 'in' | 'out'; state: PortingState; count: number }[]> {
  const rows = await reader.sql<{ direction: 'in' | 'out'; state: number; count: number }>(
    'select direction, state, count(*) as count from port group by direction, state',
  )
  return rows.flatMap(({ direction, state, count }) => {
    const name = stateOfCode(state)
    return name ? [{ direction, state: name, count }] : []
  })
}
