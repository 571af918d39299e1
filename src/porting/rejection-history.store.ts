import type { Reader } from '../db/db.ts'
import { PORTING_STATES, type PortingState } from './port-in.machine.ts'

const codes = (...states: PortingState[]) => states.map((state) => PORTING_STATES[state])

/** States that a port comes to only after its donor has agreed, or has been taken to agree. */
const AGREED = codes(
  'Waiting_for_Instruction',
  'Waiting_for_Instruction_Response',
  'Waiting_for_Ported_Response',
  'Waiting_for_Change_Response',
  'Number_Ported',
  'Number_Ported_Complete',
)
const ANSWERED = [...AGREED, ...codes('Rejected', 'TimeOut')]

/** Which requests are looked at: those since a moment, of one donor or of all. */
export type RejectionPeriod = { readonly since: Temporal.Instant; readonly donor?: string | undefined }

/** How many requests each donor has answered. */
export async function countAsked(
  reader: Reader,
  { since, donor }: RejectionPeriod,
): Promise<{ donor: string; count: number }[]> {
  return reader.sql(
    `select counterparty as donor, count(*) as count from port
      where direction = 'in' and created_at >= $1 and state = any($2::smallint[]) and ($3::text is null or counterparty = $3)
      group by counterparty order by counterparty`,
    [since, ANSWERED, donor ?? null],
  )
}

export type Rejections = {
  readonly donor: string
  readonly code: number
  readonly text: string | null
  readonly count: number
  readonly askedAgain: number
  readonly cured: number
  readonly lastAt: Temporal.Instant
}

/**
 * Refusals by donor, code and words, the newest first. A request for the same numbers that came later is the refusal asked again,
 * whoever asked.
 */
export async function listRejections(reader: Reader, { since, donor }: RejectionPeriod): Promise<Rejections[]> {
  return reader.sql<Rejections>(
    `select p.counterparty as donor, p.failure_reason as code, p.failure_text as text, count(*) as count,
            count(n.state) as "askedAgain", count(*) filter (where n.state = any($3::smallint[])) as cured,
            max(p.updated_at) as "lastAt"
       from port p
       left join lateral (
         select n.state from port n
          where n.direction = 'in' and n.public_id > p.public_id
            and n.first_number = p.first_number and n.last_number = p.last_number
          order by n.public_id limit 1) n on true
      where p.direction = 'in' and p.state = $2 and p.created_at >= $1 and ($4::text is null or p.counterparty = $4)
      group by p.counterparty, p.failure_reason, p.failure_text order by max(p.updated_at) desc`,
    [since, PORTING_STATES.Rejected, AGREED, donor ?? null],
  )
}

export type AnswerCounts = {
  readonly donor: string
  readonly recentAnswered: number
  readonly recentRejected: number
  readonly beforeAnswered: number
  readonly beforeRejected: number
}

/** How each donor answered requests since `recent`, and between `since` and then. */
export async function countAnswers(
  reader: Reader,
  { since, recent }: { readonly since: Temporal.Instant; readonly recent: Temporal.Instant },
): Promise<AnswerCounts[]> {
  return reader.sql<AnswerCounts>(
    `select counterparty as donor,
            count(*) filter (where created_at >= $2) as "recentAnswered",
            count(*) filter (where created_at >= $2 and state = $4) as "recentRejected",
            count(*) filter (where created_at < $2) as "beforeAnswered",
            count(*) filter (where created_at < $2 and state = $4) as "beforeRejected"
       from port where direction = 'in' and created_at >= $1 and state = any($3::smallint[])
      group by counterparty order by counterparty`,
    [since, recent, ANSWERED, PORTING_STATES.Rejected],
  )
}
