import type { Reader, Tx } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'
import { meets } from '../numbers/meets.ts'
import type { NumberType } from './port.ts'

export type Termination = {
  readonly messageId: string
  readonly number: E164
  readonly numberType: NumberType
  readonly at: Temporal.Instant
  readonly by: string
}

export async function insertTermination(tx: Tx, { messageId, number, numberType, at, by }: Termination): Promise<void> {
  await tx.sql(
    'insert into termination (message_id, number, number_type, requested_at, requested_by) values ($1, $2, $3, $4, $5)',
    [messageId, number, numberType, at, by],
  )
}

/** When we gave up a number that nobody has been given since; undefined when we never did, or it has moved again. */
export async function findTermination(reader: Reader, number: E164): Promise<Temporal.Instant | undefined> {
  const [row] = await reader.sql<{ requested_at: Temporal.Instant }>(
    `select t.requested_at from termination t
     where t.number = $1 and not exists (
       select 1 from route_change c
       where ${meets('c', '$1::text', '$1::text')}
         and c.operator is not null and c.at > t.requested_at)
     order by t.requested_at desc limit 1`,
    [number],
  )
  return row?.requested_at
}
