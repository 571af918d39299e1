import type { Reader } from '../db/db.ts'
import type { LoggedEvent } from './feed.ts'

/** Tests of a webhook are in the log for their delivery, and are no news of a port. */
const NEWS = "type <> 'webhook.test'"

/** Events after a sequence, and those of `missing` that have appeared since, in order. */
export async function findEventsAfter(
  reader: Reader,
  after: number,
  { missing = [], limit }: { readonly missing?: readonly number[]; readonly limit: number },
): Promise<LoggedEvent[]> {
  return reader.sql<LoggedEvent>(
    `select sequence, id, type, subject, at, payload from event
     where (sequence > $1 or sequence = any($2::bigint[])) and ${NEWS} order by sequence limit $3`,
    [after, missing, limit],
  )
}

/** Which sequences there are above one: for the gaps among them. */
export async function findSequencesAfter(reader: Reader, after: number): Promise<number[]> {
  const rows = await reader.sql<{ sequence: number }>(
    'select sequence from event where sequence > $1 order by sequence',
    [after],
  )
  return rows.map(({ sequence }) => sequence)
}

/** 0 before the first event. */
export async function findLastSequence(reader: Reader): Promise<number> {
  const [row] = await reader.sql<{ last: number | null }>('select max(sequence) as last from event')
  return row?.last ?? 0
}
