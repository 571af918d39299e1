import { equal } from 'node:assert/strict'
import type { Reader } from '../../src/db/db.ts'
import { PORT_IN, PORTING_STATES } from '../../src/porting/port-in.machine.ts'
import { PORT_OUT } from '../../src/porting/port-out.machine.ts'

/** The edges of a machine as rows of SQL. */
const rowsOf = (
  rows: readonly (readonly [
    from: keyof typeof PORTING_STATES,
    on: string,
    to: keyof typeof PORTING_STATES,
    ...rest: unknown[],
  ])[],
) => rows.map(([from, on, to]) => `(${PORTING_STATES[from]}, '${on}', ${PORTING_STATES[to]})`).join(', ')

const LAST_EDGE = `select e.to_state from port_event e where e.port_id = p.id and e.to_state is not null order by e.number desc limit 1`
const EDGES = `select port_id, number, heard, from_state, to_state, lag(to_state) over (partition by port_id order by number) as before
  from port_event where to_state is not null`

/** Each statement finds what must not be (contract/domain.md 4.9), whatever has happened before. */
// biome-ignore format: a table
const NEVER: readonly [what: string, statement: string][] = [
  ['I2: a number is in two live ports',               'select a.id from port a join port b on a.id < b.id and a.ended_at is null and b.ended_at is null and a.first_number <= b.last_number and b.first_number <= a.last_number'],
  ['I6: the last edge is not the state',              `select p.id from port p where p.state <> (${LAST_EDGE})`],
  ['I6: an edge does not begin where the last ended', `select port_id from (${EDGES}) e where before is not null and before <> coalesce(from_state, 0)`],
  ['I6: an edge is not of the table',                 `select e.port_id from (${EDGES}) e join port p on p.id = e.port_id where before is not null
                                                         and (coalesce(from_state, 0), heard, to_state) not in (values ${rowsOf(PORT_IN.rows)}, ${rowsOf(PORT_OUT.rows)})`],
  ['I7: a number that came to us has no route',       "select p.id from port p where p.direction = 'in' and p.state in (20, 30) and not exists (select 1 from route r where r.e164 = p.first_number and r.cause = p.msgidentifier)"],
  ['I8: a route of a port has no ported port',        "select r.e164 from route r where r.source = 'port' and not exists (select 1 from port p where p.msgidentifier = r.cause and p.state in (20, 30))"],
  ['I11: a message counts twice',                     "select sender, msgid from inbound where state not in ('duplicate', 'malformed', 'received') group by sender, msgid having count(*) > 1"],
  ['I21: a chain is longer than two',                 'select chain_id from port group by chain_id having count(*) > 2'],
  ['I23: nothing is awaited of a live port',          "select p.id from port p where p.ended_at is null and p.state > 0 and not exists (select 1 from timer t where t.port_id = p.id and t.started_at = p.updated_at)"],
  ['I23: the answer to an abort is not awaited',      "select p.id from port p join port_event e on e.port_id = p.id and e.heard = 'operator:abort' where not exists (select 1 from timer t where t.port_id = p.id and t.kind = 'abort')"],
  ['I23: an unsent request waits for nobody',         "select p.id from port p where p.ended_at is null and p.state = 0 and not exists (select 1 from outbound o where o.port_id = p.id and o.state = 'queued')"],
]

export async function invariantsHold(db: Reader): Promise<void> {
  for (const [what, statement] of NEVER) equal((await db.sql(`${statement} limit 1`)).length, 0, what)
}
