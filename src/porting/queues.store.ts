import type { Reader } from '../db/db.ts'
import type { QueueName } from './queues.ts'
import { FOUND_BESIDE, FOUND_COLUMNS, type FoundRow, foundOf, NEXT_DEADLINE } from './search.store.ts'
import type { FoundPort } from './search.ts'

/** How long a rejection is worth mending: older ones are history, and search finds them. */
const REJECTED_DAYS = 30

/** Which ports stand in a queue ($1: now), and which of them comes first. */
// biome-ignore format: a table
const WHERE: Record<QueueName, readonly [where: string, order: string]> = {
  to_instruct:  [`p.direction = 'in' and p.state = 2 and p.ended_at is null`,                                        'd.due_at nulls last, p.updated_at, p.id'],
  to_decide:    [`p.direction = 'out' and p.state = 1 and p.ended_at is null and exists (select 1 from port_out g where g.port_id = p.id and g.guard_state = 'held')`, 'd.due_at nulls last, p.updated_at, p.id'],
  overdue:      [`p.ended_at is null and d.due_at <= $1`,                                                            'd.due_at, p.id'],
  failed_steps: [`p.state = 20 and exists (select 1 from port_step s where s.port_id = p.id and s.state = 'failed') and p.updated_at <= $1`, 'p.updated_at, p.id'],
  rejected:     [`p.direction = 'in' and p.state = 99 and p.superseded_by is null and p.updated_at > $1::timestamptz - interval '${REJECTED_DAYS} days'`, 'p.updated_at desc, p.id'],
}

export async function findQueue(
  reader: Reader,
  name: QueueName,
  { at, limit, counted }: { readonly at: Temporal.Instant; readonly limit: number; readonly counted: number },
): Promise<{ count: number; ports: FoundPort[] }> {
  const [where, order] = WHERE[name]
  const [row] = await reader.sql<{ count: number }>(
    `select count(*) as count from (
       select p.id from port p ${NEXT_DEADLINE} where ${where} and $1::timestamptz is not null limit $2) q`,
    [at, counted + 1],
  )
  const rows = await reader.sql<FoundRow>(
    `select ${FOUND_COLUMNS} from port p ${FOUND_BESIDE} ${NEXT_DEADLINE}
     where ${where} and $1::timestamptz is not null order by ${order} limit $2`,
    [at, limit],
  )
  return { count: row?.count ?? 0, ports: rows.map((found) => foundOf(found, at)) }
}
