import type { Reader } from '../db/db.ts'
import { namerOf } from '../numbers/market.ts'
import type { Message } from './hear.ts'
import { findParkedOfRefused, findRefusals, settleInbound } from './inbound.store.ts'
import { type Heard, type Hearing, NOWHERE } from './port.ts'
import type { Porting } from './porting.ts'

const ROUND = 100

/**
 * What can only be about a port-out. Where its request has not come yet, the message is kept until it has; where that was refused
 * outright there is no port for it to be about. What goes on as though we had agreed is flagged then, and the rest needs nothing more.
 */
// biome-ignore format: a table
const OF_A_PORT_OUT: Readonly<Partial<Record<Heard['kind'], 'noted' | 'refused'>>> = {
  instruction: 'refused',
  ported:      'refused',
  change:      'noted',
  abort:       'noted',
  timedout:    'noted',
}

/** Messages about ports that we do not know, none of which says anything about the routes of numbers: they change nothing. */
export async function hearUnknown(
  { market }: Porting,
  reader: Reader,
  messages: readonly Message[],
): Promise<Hearing[]> {
  const isOfPortOut = ({ heard, msgidentifier }: Message) =>
    OF_A_PORT_OUT[heard.kind] !== undefined && namerOf(msgidentifier) !== market.operator
  const refusals = await findRefusals(
    reader,
    messages.filter(isOfPortOut).map(({ msgidentifier }) => msgidentifier),
  )
  return messages.map((message): Hearing => {
    const { heard, msgidentifier } = message
    if (!isOfPortOut(message)) return { verdict: 'refused', note: `no port ${msgidentifier} here`, ...NOWHERE }
    const refusal = refusals.get(msgidentifier)
    return refusal === undefined
      ? { verdict: 'parked', note: `no request ${msgidentifier} has come yet; kept until it has`, ...NOWHERE }
      : { verdict: verdictOf(heard.kind), note: noteOf(msgidentifier, refusal), ...NOWHERE }
  })
}

/** Settles messages that were kept for a request which was refused outright when it came. @returns how many */
export async function settleRefused({ db, now, log }: Porting): Promise<number> {
  const settled = await db.tx(async (tx) => {
    const kept = await findParkedOfRefused(tx, ROUND)
    const rows = kept.map(({ id, msgidentifier, msgtype, note, refusal }) => ({
      id,
      port: msgidentifier,
      state: verdictOf(msgtype),
      // the routes of numbers have moved by then: what is written of that stays
      note:
        msgtype === 'ported' ? `${note}; it came later and was not taken (${refusal})` : noteOf(msgidentifier, refusal),
      at: now(),
    }))
    await settleInbound(tx, rows)
    return rows
  })
  for (const { port, state, note } of settled)
    if (state === 'refused') log.error({ port, reason: note }, 'message refused and flagged')
  return settled.length
}

function verdictOf(kind: string): 'noted' | 'refused' {
  return OF_A_PORT_OUT[kind as Heard['kind']] ?? 'refused' // a message is called on the wire what is heard
}

function noteOf(msgidentifier: string, refusal: string): string {
  return `the request ${msgidentifier} was not taken (${refusal}); no effect`
}
