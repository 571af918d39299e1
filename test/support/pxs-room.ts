import { pxsEncoder } from '../../src/clearinghouses/pxs/encode.ts'
import type { PxsBody } from '../../src/clearinghouses/pxs/messages.codec.ts'
import { PXS_PROFILE } from '../../src/clearinghouses/pxs/profile.ts'
import { encodePxs } from '../../src/clearinghouses/pxs/pxs.codec.ts'
import type { Raw } from '../../src/clearinghouses/pxs/receive.ts'
import { loadMarket } from '../../src/numbers/load-market.ts'
import { parseRange } from '../../src/numbers/market.ts'
import type { PortInRequest } from '../../src/porting/port.ts'
import type { PortingState } from '../../src/porting/port-in.machine.ts'
import { portInService } from '../../src/porting/port-in.ts'
import type { Porting } from '../../src/porting/porting.ts'
import { createLog } from '../../src/shared/log.ts'
import { testDatabase } from './database.ts'

export const market = await loadMarket(new URL('../../markets', import.meta.url).pathname, 'doc')

/** The porting room and its clearinghouse's desk on a database of their own, without a process around them. */
export async function pxsRoom(at: Temporal.Instant) {
  const database = await testDatabase()
  const clock = { at }
  const porting: Porting = {
    db: database.db,
    market,
    encode: pxsEncoder({ market, profile: PXS_PROFILE }),
    now: () => clock.at,
    requiredSteps: [],
    log: createLog('silent'),
  }
  /** One delivery of the clearinghouse, as it comes over the wire. */
  const saying = (msgid: string, msgidentifier: string, body: PxsBody): Raw => ({
    body: encodePxs({
      msgid,
      msgidentifier,
      at: clock.at,
      sender: { operator: PXS_PROFILE.clearinghouse },
      receiver: { operator: market.operator },
      body,
    }),
    contentType: 'application/xml',
    peer: 'pxs',
  })
  const inbound = async (msgid: string) => {
    const [row] = await database.db.sql<{ state: string; note: string }>(
      "select state, note from inbound where msgid = $1 and state <> 'duplicate'",
      [msgid],
    )
    return row
  }
  return { ...database, porting, clock, saying, inbound }
}

/** The same room, and how many transactions it has begun. */
export function counting(porting: Porting): { readonly porting: Porting; readonly transactions: () => number } {
  let transactions = 0
  const db: Porting['db'] = {
    ...porting.db,
    tx: (work) => {
      transactions += 1
      return porting.db.tx(work)
    },
  }
  return { porting: { ...porting, db }, transactions: () => transactions }
}

/** Port-ins of so many numbers from one on, all taken over in one state; their msgidentifiers. */
export async function importedIn(
  porting: Porting,
  state: PortingState,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<string[]> {
  const portIns = portInService(porting)
  const ports = Array.from({ length: count }, (_, index) =>
    portIns.importPort(portInOf(String(first + index)), state, 'test'),
  )
  return (await Promise.all(ports)).map(({ msgidentifier }) => msgidentifier)
}

/** A port-in of one mobile number of another operator. */
export function portInOf(number: string, more: Partial<PortInRequest> = {}): PortInRequest {
  const fields = { first: 'first', last: 'last' }
  return {
    range: parseRange(market, { first: number, last: number, numberType: 'mobile', fields }),
    numberType: 'mobile',
    accountType: 'Prepaid',
    donor: undefined,
    email: 'a@b.example',
    contactNumber: number,
    isCoolOffOverridden: false,
    by: 'test',
    ...more,
  }
}
