import type { Reader } from '../db/db.ts'
import type { NumberRange } from '../numbers/range.ts'

/** What the routes of a range rest on. */
export type Standing = {
  /** When the newest of them came about; a file of routes may be older than its import, so it does not count. */
  readonly newestAt: Temporal.Instant | undefined
  /** msgidentifier of a port that brought numbers of the range to us, and the newest instant of one. */
  readonly oursBy: string | undefined
  readonly oursSince: Temporal.Instant | undefined
}

export async function findStanding(reader: Reader, range: NumberRange, self: string): Promise<Standing> {
  const [row] = await reader.sql<{
    newest_at: Temporal.Instant | null
    ours_by: string | null
    ours_since: Temporal.Instant | null
  }>(
    `select max(r.valid_from) filter (where r.source <> 'import') as newest_at, max(p.msgidentifier) as ours_by,
            max(r.valid_from) filter (where p.id is not null) as ours_since
       from route r left join port p on r.operator = $3 and p.direction = 'in' and p.msgidentifier = r.cause
      where r.e164 >= $1 and r.e164 <= $2 and length(r.e164) = length($1)`,
    [range.first, range.last, self],
  )
  return {
    newestAt: row?.newest_at ?? undefined,
    oursBy: row?.ours_by ?? undefined,
    oursSince: row?.ours_since ?? undefined,
  }
}

/** How many numbers before a range a change that reaches into it may begin: the most that a market allows in one request. */
const WIDEST_CHANGE = 100_000n

/** When a route of the range was last taken away; an import does not count. */
export async function findRemoval(reader: Reader, { first, last }: NumberRange): Promise<Temporal.Instant | undefined> {
  const digits = first.length - 1
  const low = BigInt(first.slice(1)) - WIDEST_CHANGE
  const from = `+${String(low < 0n ? 0n : low).padStart(digits, '0')}`
  const [row] = await reader.sql<{ at: Temporal.Instant | null }>(
    `select max(at) as at from route_change
      where operator is null and source <> 'import' and length(first_number) = length($2)
        and first_number >= $1 and first_number <= $3 and last_number >= $2`,
    [from, first, last],
  )
  return row?.at ?? undefined
}
