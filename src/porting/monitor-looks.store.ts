import type { Reader } from '../db/db.ts'
import type { StepName } from './checklist.ts'
import { PORTING_STATES } from './port-in.machine.ts'

export type FailedStep = {
  readonly msgidentifier: string
  readonly step: StepName
  readonly attempts: number
  readonly lastError: string | null
  readonly startedAt: Temporal.Instant
}

/** Steps after a port whose last attempt failed, the longest first. */
export async function findFailedSteps(
  reader: Reader,
  steps: readonly StepName[],
  limit: number,
): Promise<FailedStep[]> {
  return reader.sql<FailedStep>(
    `select p.msgidentifier, s.step, s.attempts, s.last_error as "lastError", s.started_at as "startedAt"
       from port_step s join port p on p.id = s.port_id
      where s.state = 'failed' and s.step = any($1::text[]) order by s.started_at, s.port_id limit $2`,
    [steps, limit],
  )
}

export type Unacknowledged = {
  readonly clearinghouse: string
  readonly count: number
  readonly attempts: number
  readonly since: Temporal.Instant
  readonly said: string
}

/** Messages that a clearinghouse has not taken although they were tried, by clearinghouse, with its newest words. */
export async function findUnacknowledged(reader: Reader): Promise<Unacknowledged[]> {
  return reader.sql<Unacknowledged>(
    `select m.clearinghouse, count(*) as count, max(o.attempts) as attempts, min(m.at) as since,
            (array_agg(o.last_error order by o.next_attempt_at desc))[1] as said
       from outbound o join message m on m.id = o.message_id
      where o.state = 'queued' and o.last_error is not null group by m.clearinghouse`,
  )
}

export async function findLastReceived(reader: Reader): Promise<Temporal.Instant | undefined> {
  const [row] = await reader.sql<{ at: Temporal.Instant | null }>('select max(received_at) as at from inbound')
  return row?.at ?? undefined
}

export type FlaggedMessage = {
  readonly id: string
  readonly state: 'unknown' | 'malformed' | 'refused'
  readonly note: string | null
  readonly receivedAt: Temporal.Instant
  /** Of a port that we have; null otherwise. */
  readonly msgidentifier: string | null
  /** It speaks against a port of ours, or goes on with one whose request we refused: the clearinghouse and we disagree. */
  readonly isDisputed: boolean
}

/** Messages that nobody understood and no person has looked at yet, oldest first. */
export async function findFlagged(reader: Reader, limit: number): Promise<FlaggedMessage[]> {
  return reader.sql<FlaggedMessage>(
    `select i.message_id as id, i.state, i.note, i.received_at as "receivedAt", p.msgidentifier,
            (p.id is not null and m.msgtype in ('error', 'abort_response', 'ported'))
              or (p.id is null and m.msgtype in ('instruction', 'ported') and exists (
                select 1 from message r join inbound ri on ri.message_id = r.id
                where r.msgidentifier = m.msgidentifier and r.msgtype = 'authorisation_request' and ri.state = 'refused')) as "isDisputed"
       from inbound i join message m on m.id = i.message_id left join port p on p.msgidentifier = m.msgidentifier
      where i.state in ('unknown', 'malformed', 'refused') and i.looked_at is null order by i.received_at limit $1`,
    [limit],
  )
}

export type UntakenMessage = {
  readonly id: string
  readonly msgtype: string
  readonly said: string | null
  readonly at: Temporal.Instant
  readonly msgidentifier: string | null
}

/** Messages of ours that the clearinghouse refused, that no edge undoes and no person has looked at yet, oldest first. */
export async function findUntaken(reader: Reader, limit: number): Promise<UntakenMessage[]> {
  return reader.sql<UntakenMessage>(
    `select m.id, m.msgtype, o.last_error as said, coalesce(o.acknowledged_at, m.at) as at, p.msgidentifier
       from outbound o join message m on m.id = o.message_id left join port p on p.id = o.port_id
      where o.for_person and o.looked_at is null order by o.message_id limit $1`,
    [limit],
  )
}

export type UnaskedPort = {
  readonly id: string
  readonly note: string | null
  readonly receivedAt: Temporal.Instant
}

/** Messages that numbers of ours were ported away, whose request has not come and that no person has looked at, oldest first. */
export async function findUnaskedPorts(reader: Reader, limit: number): Promise<UnaskedPort[]> {
  return reader.sql<UnaskedPort>(
    `select i.message_id as id, i.note, i.received_at as "receivedAt"
       from inbound i join message m on m.id = i.message_id
      where i.state = 'parked' and m.msgtype = 'ported' and i.looked_at is null
        and not exists (select 1 from port p where p.msgidentifier = m.msgidentifier)
      order by i.received_at limit $1`,
    [limit],
  )
}

export type StuckWebhook = {
  readonly webhook: string
  readonly dead: number
  readonly failing: number
  readonly since: Temporal.Instant
  readonly status: number | null
  readonly said: string | null
}

/** Webhooks that do not take their events: given up, or tried at least `attempts` times, with the newest answer. */
export async function findStuckWebhooks(reader: Reader, attempts: number): Promise<StuckWebhook[]> {
  return reader.sql<StuckWebhook>(
    `select d.subscription as webhook, count(*) filter (where d.state = 'dead') as dead,
            count(*) filter (where d.state = 'queued') as failing, min(e.at) as since,
            (array_agg(d.last_status order by d.next_attempt_at desc))[1] as status,
            (array_agg(coalesce(d.last_error, 'HTTP ' || d.last_status) order by d.next_attempt_at desc))[1] as said
       from delivery d join event e on e.id = d.event_id join webhook w on w.name = d.subscription
      where d.state = 'dead' or (d.state = 'queued' and d.attempts >= $1)
      group by d.subscription order by d.subscription`,
    [attempts],
  )
}

/** What the BSS said last when it was asked whether a customer may leave, of port-outs that wait for our answer. */
export async function findNewestEligibility(
  reader: Reader,
): Promise<{ readonly said: string; readonly at: Temporal.Instant } | undefined> {
  const [row] = await reader.sql<{ said: string; at: Temporal.Instant }>(
    `select c.said, c.at from port p join port_check c on c.port_id = p.id
      where p.direction = 'out' and p.state = ${PORTING_STATES.Waiting_for_Authorisation_Response} and p.ended_at is null
        and c.name = 'eligibility' and c.verdict <> 'skipped' order by c.at desc limit 1`,
  )
  return row
}
