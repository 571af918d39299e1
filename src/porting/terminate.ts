import { appendAudit } from '../events/audit.store.ts'
import { donorOf } from '../numbers/donor.ts'
import { digitsOf, type E164 } from '../numbers/e164.ts'
import { localOf, type Market } from '../numbers/market.ts'
import { findRoutedRuns, writeRoutes } from '../routing/route.store.ts'
import { Fault } from '../shared/fault.ts'
import { queueMessages } from './message.store.ts'
import { loneMessageOf } from './outgoing.ts'
import { findLiveOverlaps, takeTurn } from './port.store.ts'
import type { NumberType } from './port.ts'
import type { Porting } from './porting.ts'
import { findTermination, insertTermination } from './terminate.store.ts'

export type Terminated = { readonly isRepetition: boolean; readonly at: Temporal.Instant }

/**
 * Gives a number up: asks the clearinghouse to end it and takes our route away in one transaction, so that its block holder
 * answers again. A second time nothing is done, and the answer is the same (contract O-44); both are audited.
 *
 * Faults: number_outside_plan, number_not_served, range_overlaps_live_port.
 */
export async function terminate(
  porting: Porting,
  { number, numberType, by }: { readonly number: E164; readonly numberType: NumberType; readonly by: string },
): Promise<Terminated> {
  const { market } = porting
  refuseOtherType(market, number, numberType)
  const range = { first: number, last: number }
  return porting.db.tx(async (tx) => {
    await takeTurn(tx) // no port may take the number meanwhile (ADR 0008)
    const at = porting.now()
    const audit = { at, actor: by, surface: 'np_api', subject: number }
    const [live] = await findLiveOverlaps(tx, [range])
    if (live) throw inPort(number, live.msgidentifier)
    const before = await findTermination(tx, number)
    if (before) {
      const detail = { requestedAt: before.toString() }
      await appendAudit(tx, [{ ...audit, action: 'number.terminated_already', detail }])
      return { isRepetition: true, at: before }
    }
    const server = donorOf(market, range, await findRoutedRuns(tx, [range]))
    if (server !== market.operator) throw notOurs(market, number, server)
    const message = loneMessageOf(porting, { kind: 'termination_request', range, numberType })
    await queueMessages(tx, [message])
    await insertTermination(tx, { messageId: message.id, number, numberType, at, by })
    await writeRoutes(tx, [{ range, route: undefined, source: 'push', cause: 'terminated', by, at }])
    await appendAudit(tx, [{ ...audit, action: 'number.terminated', detail: { numberType, msgid: message.msgid } }])
    return { isRepetition: false, at }
  })
}

function refuseOtherType(market: Market, number: E164, numberType: NumberType): void {
  if (market.plan[numberType].test(localOf(market, number))) return
  const example = market.numbers[numberType].example
  throw new Fault(
    'number_outside_plan',
    `msisdn ${digitsOf(number)} is not a ${numberType} number of ${market.title}; one looks like ${market.countryCode}${example}`,
    'msisdn',
  )
}

function inPort(number: E164, msgidentifier: string): Fault {
  return new Fault(
    'range_overlaps_live_port',
    `msisdn ${digitsOf(number)} is in the live port ${msgidentifier}; it can be terminated when that has ended`,
    'msisdn',
  )
}

function notOurs(market: Market, number: E164, server: string): Fault {
  return new Fault(
    'number_not_served',
    `msisdn ${digitsOf(number)} is served by ${server}, not by ${market.operator}; only its own operator can terminate it`,
    'msisdn',
  )
}
