import type { Reader } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'
import { LONGEST_RANGE } from '../numbers/range.ts'
import type { StepName } from './checklist.ts'
import type { GuardState } from './guard.ts'
import { COLUMNS, type PortRow, portOf } from './port.store.ts'
import { PORTING_STATES } from './port-in.machine.ts'
import type { FoundPort, PortSearch } from './search.ts'

type Condition = readonly [sql: (value: (given: unknown) => string) => string, when: boolean]

/** The conditions that a search has, each over an indexed column where it is selective. Only texts of this file are joined. */
// biome-ignore format: a table
const conditionsOf = (search: PortSearch): readonly Condition[] => {
  const { id, direction, states = [], counterparty, text, createdFrom, createdTo, updatedFrom, updatedTo, isLive, order, run, after } = search
  const codes = states.map((state) => PORTING_STATES[state])
  const column = order === 'created' ? 'p.created_at' : 'p.updated_at'
  return [
    // condition                                                                         when it is asked for
    [(v) => `p.id = ${v(id)}`,                                                           id !== undefined],
    [(v) => `p.direction = ${v(direction)}`,                                             direction !== undefined],
    [(v) => `p.state = ${v(codes[0])}`,                                                  codes.length === 1],
    [(v) => `p.state = any(${v(codes)}::smallint[])`,                                    codes.length > 1],
    [(v) => `p.counterparty = ${v(counterparty)}`,                                       counterparty !== undefined],
    [(v) => `(p.msgidentifier collate "C" >= ${v(text?.toUpperCase())} and p.msgidentifier collate "C" < ${v(`${text?.toUpperCase()}\uffff`)} or right(p.msgidentifier, 5) = ${v(text)} or p.contact_number = ${v(text?.replace(/[^0-9]/g, ''))} or lower(p.email) = ${v(text?.toLowerCase())})`, text !== undefined],
    [(v) => `p.created_at >= ${v(createdFrom)}`,                                         createdFrom !== undefined],
    [(v) => `p.created_at < ${v(createdTo)}`,                                            createdTo !== undefined],
    [(v) => `p.updated_at >= ${v(updatedFrom)}`,                                         updatedFrom !== undefined],
    [(v) => `p.updated_at < ${v(updatedTo)}`,                                            updatedTo !== undefined],
    [() =>   'p.ended_at is null',                                                       isLive === true],
    [() =>   'p.ended_at is not null',                                                   isLive === false],
    [(v) => `(${column}, p.id) ${run === 'newest first' ? '<' : '>'} (${v(after?.at)}::timestamptz, ${v(after?.id)}::uuid)`, after !== undefined],
  ]
}

/**
 * The ports that hold a number, found before anything else is asked of them (`offset 0`): they are few, and the planner, who expects
 * more, would walk all ports in the order of the page for them. Said as an equality, unlike numbers/meets.ts, for the same reason.
 */
function holding(number: E164, value: (given: unknown) => string): string {
  const lowest = `+${BigInt(number.slice(1)) - BigInt(LONGEST_RANGE)}`
  return `(select ${COLUMNS}, p.ended_at from port p where p.first_number = ${value(number)} or p.first_number < p.last_number
    and p.first_number > ${value(lowest)} and p.first_number <= ${value(number)} and p.last_number >= ${value(number)}
    and length(p.first_number) = length(${value(number)}) offset 0)`
}

export type FoundRow = PortRow & {
  superseded_by_msgidentifier: string | null
  timer_kind: string | null
  timer_due_at: Temporal.Instant | null
  timer_rule: string | null
  guard_state: GuardState | null
  held_because: string | null
  failed_steps: StepName[]
}

/** What `foundOf` reads: `p` the port, `n` the one that replaced it, `d` its deadline, `o` what the guard has of a port-out. */
export const FOUND_COLUMNS = `${COLUMNS}, n.msgidentifier as superseded_by_msgidentifier,
  d.kind as timer_kind, d.due_at as timer_due_at, d.rule as timer_rule, o.guard_state, o.held_because,
  case when p.state = ${PORTING_STATES.Number_Ported} then array(
    select s.step from port_step s where s.port_id = p.id and s.state = 'failed' order by s.position) else '{}' end as failed_steps`

export const FOUND_BESIDE = 'left join port n on n.id = p.superseded_by left join port_out o on o.port_id = p.id'

/** The newest timer of a live port is what it waits for; one that has fired is overdue, and still waited for. */
export const NEXT_DEADLINE = `left join lateral (
    select t.kind, t.due_at, t.rule from timer t where p.ended_at is null and t.port_id = p.id order by t.started_at desc limit 1) d on true`

/**
 * A page of ports by keyset: the ports after the last one of the page before, in the order of an index, so that the thousandth page
 * costs what the first does.
 */
export async function findPorts(reader: Reader, search: PortSearch, now: Temporal.Instant): Promise<FoundPort[]> {
  const values: unknown[] = []
  const value = (given: unknown) => `$${values.push(given)}`
  const ports = search.number === undefined ? 'port' : holding(search.number, value)
  const where = conditionsOf(search)
    .filter(([, when]) => when)
    .map(([sql]) => sql(value))
  const column = search.order === 'created' ? 'created_at' : 'updated_at'
  const run = search.run === 'newest first' ? 'desc' : 'asc'
  const limit = value(search.limit)
  const rows = await reader.sql<FoundRow>(
    `select ${FOUND_COLUMNS} from (select ${COLUMNS}, p.ended_at from ${ports} p ${where.length > 0 ? `where ${where.join(' and ')}` : ''}
           order by p.${column} ${run}, p.id ${run} limit ${limit}) p
     ${FOUND_BESIDE}
     ${NEXT_DEADLINE}
     order by p.${column} ${run}, p.id ${run}`,
    values,
  )
  return rows.map((row) => foundOf(row, now))
}

export function foundOf(row: FoundRow, now: Temporal.Instant): FoundPort {
  const { timer_kind: kind, timer_due_at: dueAt, timer_rule: rule } = row
  const deadline =
    kind && dueAt && rule ? { kind, dueAt, rule, isOverdue: Temporal.Instant.compare(dueAt, now) <= 0 } : undefined
  const guard = row.guard_state
    ? { state: row.guard_state, heldBecause: row.guard_state === 'held' ? row.held_because : null }
    : undefined
  const { superseded_by_msgidentifier: supersededByMsgidentifier, failed_steps: failedSteps } = row
  return { ...portOf(row), supersededByMsgidentifier, deadline, guard, failedSteps }
}
