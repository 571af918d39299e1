import type { Reader } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'
import { meets } from '../numbers/meets.ts'
import type { NumberRange } from '../numbers/range.ts'
import type { Move } from './cool-off.ts'

type Row = { nth: number; number: E164; operator: string | null; previous: string | null; at: Temporal.Instant }

/**
 * The newest port of any number of each range since an instant, in the order of the ranges. A route that was taken away counts only
 * where a port of ours did it, since a termination is no port.
 */
export async function findLastMoves(
  reader: Reader,
  ranges: readonly NumberRange[],
  since: Temporal.Instant,
): Promise<(Move | undefined)[]> {
  // offset 0: what meets is found first, by its index, and then put in order; there is an index for the order too, and with it the
  // planner may read the whole table
  const rows = await reader.sql<Row>(
    `select last.nth::int, last.first_number as number, last.operator, last.at, (
         select before.operator from (
           select b.operator, b.generation, b.position from route_change b
           where ${meets('b', 'last.first_number', 'last.last_number')} offset 0) before
         where (before.generation, before.position) < (last.generation, last.position)
         order by before.generation desc, before.position desc limit 1) as previous
     from (
       select distinct on (asked.nth) asked.nth, c.generation, c.position, c.first_number, c.last_number, c.operator, c.at
       from unnest($1::text[], $2::text[]) with ordinality as asked (first, last, nth)
       cross join lateral (
         select c.generation, c.position, c.first_number, c.last_number, c.operator, c.source, c.cause, c.at
         from route_change c where ${meets('c', 'asked.first', 'asked.last')} offset 0) c
       where c.source = 'port' and c.at >= $3
         and (c.operator is not null or exists (select 1 from port p where p.msgidentifier = c.cause))
       order by asked.nth, c.generation desc, c.position desc) as last`,
    [ranges.map((range) => range.first), ranges.map((range) => range.last), since],
  )
  const found = new Map(rows.map((row) => [row.nth, row]))
  return ranges.map((_, index) => moveOf(found.get(index + 1)))
}

/** The newest port of any number of the range since an instant. */
export async function findLastMove(
  reader: Reader,
  range: NumberRange,
  since: Temporal.Instant,
): Promise<Move | undefined> {
  const [move] = await findLastMoves(reader, [range], since)
  return move
}

function moveOf(row: Row | undefined): Move | undefined {
  return row && { to: row.operator ?? undefined, from: row.previous ?? undefined, number: row.number, at: row.at }
}
