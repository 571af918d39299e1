import type { Reader } from '../db/db.ts'

/** From the first day included to the second not included, in the market's zone. */
export type Period = { readonly from: Temporal.Instant; readonly to: Temporal.Instant; readonly timeZone: string }

export type DayCount = {
  readonly day: Temporal.PlainDate
  readonly direction: 'in' | 'out'
  readonly requested: number
  readonly ported: number
  readonly rejected: number
}

/** Ports by the day on which each thing happened; days without any are left out. */
export async function countByDay(reader: Reader, { from, to, timeZone }: Period): Promise<DayCount[]> {
  return reader.sql<DayCount>(
    `select day, direction, sum(requested)::bigint as requested, sum(ported)::bigint as ported, sum(rejected)::bigint as rejected from (
       select (p.created_at at time zone $3)::date as day, p.direction, 1 as requested, 0 as ported, 0 as rejected
         from port p where p.created_at >= $1 and p.created_at < $2
       union all
       select (e.at at time zone $3)::date, p.direction, 0, 1, 0
         from port_event e join port p on p.id = e.port_id where e.to_state = 20 and e.at >= $1 and e.at < $2
       union all
       select (p.updated_at at time zone $3)::date, p.direction, 0, 0, 1
         from port p where p.state = 99 and p.updated_at >= $1 and p.updated_at < $2) as counted
     group by day, direction order by day, direction`,
    [from, to, timeZone],
  )
}

export type DonorTime = {
  readonly donor: string
  readonly ports: number
  readonly medianSeconds: number
  readonly p90Seconds: number
}

/** From the request to the number being ported, of port-ins that were ported in the period. */
export async function timeToPort(reader: Reader, { from, to }: Period): Promise<DonorTime[]> {
  return reader.sql<DonorTime>(
    `select donor, count(*) as ports,
       percentile_cont(0.5) within group (order by seconds) as "medianSeconds",
       percentile_cont(0.9) within group (order by seconds) as "p90Seconds"
     from (select p.counterparty as donor, extract(epoch from e.at - p.created_at)::float8 as seconds
           from port_event e join port p on p.id = e.port_id
           where e.to_state = 20 and e.at >= $1 and e.at < $2 and p.direction = 'in') as ported
     group by donor order by donor`,
    [from, to],
  )
}

export type RejectionCount = { readonly code: number; readonly donor: string; readonly count: number }

/** Port-ins that were refused in the period, by code and donor; the most frequent first. */
export async function countRejections(reader: Reader, { from, to }: Period): Promise<RejectionCount[]> {
  return reader.sql<RejectionCount>(
    `select coalesce(failure_reason, 0)::integer as code, counterparty as donor, count(*) as count from port
     where direction = 'in' and state = 99 and updated_at >= $1 and updated_at < $2
     group by 1, 2 order by count(*) desc, 1, 2`,
    [from, to],
  )
}
