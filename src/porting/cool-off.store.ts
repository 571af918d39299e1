import type { Reader } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'
import type { NumberRange } from '../numbers/range.ts'
import type { Move } from './cool-off.ts'

/**
 * The newest port of any number of the range since an instant. A route that was taken away counts only where a port of ours did
 * it, since a termination is no port.
 */
export async function findLastMove(
  reader: Reader,
  range: NumberRange,
  since: Temporal.Instant,
): Promise<Move | undefined> {
  const [row] = await reader.sql<{
    first_number: E164
    operator: string | null
    previous: string | null
    at: Temporal.Instant
  }>(
    `select c.first_number, c.operator, c.at, (
         select b.operator from route_change b
         where b.first_number <= c.last_number and b.last_number >= c.first_number
           and length(b.first_number) = length(c.first_number)
           and (b.generation, b.position) < (c.generation, c.position)
         order by b.generation desc, b.position desc limit 1) as previous
     from route_change c
     where c.source = 'port' and c.at >= $3
       and c.first_number <= $2 and c.last_number >= $1 and length(c.first_number) = length($1)
       and (c.operator is not null or exists (select 1 from port p where p.msgidentifier = c.cause))
     order by c.generation desc, c.position desc limit 1`,
    [range.first, range.last, since],
  )
  return row && { to: row.operator ?? undefined, from: row.previous ?? undefined, number: row.first_number, at: row.at }
}
