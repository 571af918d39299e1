import { Fault } from '../shared/fault.ts'
import { takeEdge } from './edge.ts'
import { lockPort } from './port.store.ts'
import type { Porting } from './porting.ts'

/** What is to be otherwise about a port-in that has been instructed; at least one of the two. */
export type ChangeWish = {
  /** When the numbers shall move instead. */
  readonly requestedAt: Temporal.Instant | undefined
  /** In words, for the clearinghouse and the donor. */
  readonly note: string | undefined
}

/**
 * Asks the clearinghouse for a change: the port waits for its answer, and goes on as before, whatever that is (contract O-08).
 *
 * Faults: field_missing, field_invalid, port_not_found, illegal_transition.
 */
export async function changePort(
  porting: Porting,
  msgidentifier: string,
  { requestedAt, note }: ChangeWish,
  by: string,
): Promise<void> {
  if (requestedAt === undefined && note === undefined)
    throw new Fault('field_missing', 'give requested_at, note or both: nothing else can be changed', 'requested_at')
  if (requestedAt && Temporal.Instant.compare(requestedAt, porting.now()) <= 0)
    throw new Fault('field_invalid', `requested_at ${requestedAt} is over; give a time to come`, 'requested_at')
  await porting.db.tx(async (tx) => {
    const port = await lockPort(tx, msgidentifier)
    if (!port) throw new Fault('port_not_found', `no port ${msgidentifier}`)
    if (port.direction === 'out')
      throw new Fault('illegal_transition', `${msgidentifier} is a port-out: only its recipient may change it`)
    await takeEdge(porting, tx, port, 'operator:change', { by, surface: 'native', text: note, requestedAt })
  })
}
