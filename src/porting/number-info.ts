import { setTimeout as wait } from 'node:timers/promises'
import type { Tx } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'
import { Fault } from '../shared/fault.ts'
import { queueMessages, withdrawMessage } from './message.store.ts'
import { answerQuestions, findNumberAnswer, insertQuestion, refuseQuestion } from './number-info.store.ts'
import { loneMessageOf } from './outgoing.ts'
import { type Hearing, NOWHERE } from './port.ts'
import type { Porting } from './porting.ts'

const LOOK_AGAIN_MS = 50

/**
 * Asks the clearinghouse about a number and waits for its answer, which comes as a message of its own.
 *
 * Faults: clearinghouse_refused, clearinghouse_silent.
 *
 * @returns the answer in the names of the wire
 */
export async function askAbout(
  porting: Porting,
  { number, by, timeoutSeconds }: { readonly number: E164; readonly by: string; readonly timeoutSeconds: number },
): Promise<Readonly<Record<string, unknown>>> {
  const message = loneMessageOf(porting, { kind: 'numberinfo_request', number })
  await porting.db.tx(async (tx) => {
    await queueMessages(tx, [message])
    await insertQuestion(tx, { messageId: message.id, number, at: message.at, by })
  })
  for (let waitedMs = 0; waitedMs < timeoutSeconds * 1000; waitedMs += LOOK_AGAIN_MS) {
    const found = await findNumberAnswer(porting.db, message.id)
    if (found?.answer) return found.answer
    if (found) throw new Fault('clearinghouse_refused', `the clearinghouse refuses the question: ${found.refusal}`)
    await wait(LOOK_AGAIN_MS)
  }
  await withdrawMessage(porting.db, message.id)
  throw new Fault('clearinghouse_silent', `the clearinghouse did not answer within ${timeoutSeconds} seconds`)
}

/** Hears what the clearinghouse knows about a number; the answer names the number and not the question. */
export async function hearNumberInfo(
  porting: Porting,
  tx: Tx,
  { number, answer }: { readonly number: E164 | undefined; readonly answer: object },
): Promise<Hearing> {
  const count = number === undefined ? 0 : await answerQuestions(tx, number, answer, porting.now())
  return count > 0
    ? { verdict: 'applied', note: `an answer to ${count} question${count === 1 ? '' : 's'}`, ...NOWHERE }
    : { verdict: 'noted', note: 'nobody waits for this answer', ...NOWHERE }
}

export async function hearQuestionRefused(
  porting: Porting,
  tx: Tx,
  { messageId, text }: { readonly messageId: string; readonly text: string },
): Promise<Hearing> {
  await refuseQuestion(tx, messageId, text, porting.now())
  return { verdict: 'noted', note: `question refused: ${text}`, ...NOWHERE }
}
