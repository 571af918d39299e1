import type { Reader, Tx } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'

export type NumberQuestion = {
  readonly messageId: string
  readonly number: E164
  readonly at: Temporal.Instant
  readonly by: string
}

export async function insertQuestion(tx: Tx, { messageId, number, at, by }: NumberQuestion): Promise<void> {
  await tx.sql('insert into number_question (message_id, number, asked_at, asked_by) values ($1, $2, $3, $4)', [
    messageId,
    number,
    at,
    by,
  ])
}

/** Gives an answer to everybody who has asked about the number. @returns how many had */
export async function answerQuestions(tx: Tx, number: E164, answer: object, at: Temporal.Instant): Promise<number> {
  const rows = await tx.sql(
    'update number_question set answer = $2, answered_at = $3 where number = $1 and answered_at is null returning message_id',
    [number, answer, at],
  )
  return rows.length
}

export async function refuseQuestion(tx: Tx, messageId: string, refusal: string, at: Temporal.Instant): Promise<void> {
  await tx.sql(
    'update number_question set refusal = $2, answered_at = $3 where message_id = $1 and answered_at is null',
    [messageId, refusal, at],
  )
}

export type NumberAnswer = {
  readonly answer: Readonly<Record<string, unknown>> | null
  readonly refusal: string | null
}

/** @returns undefined while nothing has come */
export async function findNumberAnswer(reader: Reader, messageId: string): Promise<NumberAnswer | undefined> {
  const [row] = await reader.sql<NumberAnswer>(
    'select answer, refusal from number_question where message_id = $1 and answered_at is not null',
    [messageId],
  )
  return row
}
