import { randomUUIDv7 } from 'node:crypto'
import type { Tx } from '../db/db.ts'
import { changeStates, insertEvents, takeEventNumberOfEach, takeTurn } from './port.store.ts'
import type { AccountType, Port } from './port.ts'
import type { Porting } from './porting.ts'
import { giveNumbers, savePorts, type Verdict } from './submit.ts'

const TOGGLED = { Prepaid: 'Postpaid', Postpaid: 'Prepaid' } as const satisfies Record<AccountType, AccountType>

/** After code 35: the same requests once more as new ports, with the other account type (contract O-30 to O-32). */
export async function resubmit(porting: Porting, tx: Tx, refused: readonly Port[]): Promise<void> {
  if (refused.length === 0) return
  await takeTurn(tx)
  const at = porting.now()
  const verdicts = await giveNumbers(
    porting,
    tx,
    refused.map((port) => draftAgain(port, at)),
  )
  const pairs = refused.map((port, index) => ({ port, verdict: verdicts[index] as Verdict })) // one for each
  const made = pairs.flatMap(({ port, verdict }) => (verdict instanceof Error ? [] : [{ port, again: verdict }]))
  await savePorts(
    porting,
    tx,
    made.map(({ again }) => again),
    made.map(({ port, again }) => `resubmitted as ${again.accountType} after code 35 on ${port.msgidentifier}`),
  )
  await supersede(tx, made, at)
  await noteResubmissions(porting, tx, pairs)
}

function draftAgain(refused: Port, at: Temporal.Instant): Port {
  if (!refused.accountType) throw new Error(`port-in ${refused.id} has no account type`)
  return {
    ...refused,
    id: randomUUIDv7(),
    state: 'NoPort',
    accountType: TOGGLED[refused.accountType],
    failureReason: null,
    failureText: null,
    originalMsgidentifier: refused.msgidentifier,
    createdAt: at,
    updatedAt: at,
  }
}

type Again = { readonly port: Port; readonly again: Port }

async function supersede(tx: Tx, made: readonly Again[], at: Temporal.Instant): Promise<void> {
  if (made.length === 0) return
  await changeStates(
    tx,
    made.map(({ port: { id, state }, again }) => ({
      id,
      from: state,
      to: state,
      at,
      supersededBy: again.id,
      lines: 0,
    })),
  )
}

async function noteResubmissions(
  porting: Porting,
  tx: Tx,
  pairs: readonly { readonly port: Port; readonly verdict: Verdict }[],
): Promise<void> {
  const numbers = await takeEventNumberOfEach(
    tx,
    pairs.map(({ port }) => port.id),
  )
  const lines = pairs.map(({ port, verdict }, index) => {
    if (verdict instanceof Error) {
      // the refusal stands; to fail here would fail the message that brought it, again and again
      porting.log.error({ port: port.msgidentifier, reason: verdict.message }, 'no resubmission after code 35')
    }
    const log =
      verdict instanceof Error
        ? `Not resubmitted: ${verdict.message}`
        : `Resubmitted as ${verdict.msgidentifier} with account type ${verdict.accountType}`
    const said = { portId: port.id, number: numbers[index] as number, at: porting.now(), log, saidBy: 'clock' } // one for each
    return { ...said, direction: 'sent' as const, msgtype: 'Resubmission' }
  })
  await insertEvents(tx, lines)
}
