import type { Reader } from '../db/db.ts'
import { COLUMNS, type PortRow, portOf } from './port.store.ts'
import type { Port } from './port.ts'
import { PORTING_STATES } from './port-in.machine.ts'
import type { Begun } from './timeline.ts'

/**
 * `p` is the port: when its chain began, when its numbers moved, and the end of its newest window. They moved when their routes say so,
 * which is when the clearinghouse says; we may have heard of it much later.
 */
const BEGINNING = `(select min(c.created_at) from port c where c.chain_id = p.chain_id) as "begunAt",
    least(
      (select min(e.at) from port_event e where e.port_id = p.id and e.to_state = ${PORTING_STATES.Number_Ported}),
      (select min(r.at) from route_change r where r.first_number = p.first_number and r.source = 'port' and r.cause = p.msgidentifier)
    ) as "portedAt",
    (select t.due_at from timer t where t.port_id = p.id order by t.started_at desc limit 1) as "windowDueAt"`

type Beginning = Omit<Begun, 'port'>

export async function findBeginning(reader: Reader, { id }: Pick<Port, 'id'>): Promise<Beginning> {
  const [row] = await reader.sql<Beginning>(`select ${BEGINNING} from port p where p.id = $1`, [id])
  if (!row) throw new Error(`no port ${id}`)
  return row
}

/** Port-ins under way, the oldest first. */
export async function findOldestLive(reader: Reader, limit: number): Promise<Begun[]> {
  const rows = await reader.sql<PortRow & Beginning>(
    `select ${COLUMNS}, ${BEGINNING} from port p
      where p.ended_at is null and p.direction = 'in' order by p.created_at, p.id limit $1`,
    [limit],
  )
  return rows.map((row) => {
    const { begunAt, portedAt, windowDueAt } = row
    return { port: portOf(row), begunAt, portedAt, windowDueAt }
  })
}
