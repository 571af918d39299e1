import { randomUUIDv7 } from 'node:crypto'
import { findUnsettled, keepInbound, putOff, type RawInbound, settleInbound } from '../../porting/inbound.store.ts'
import type { Porting } from '../../porting/porting.ts'
import { combine } from '../../shared/combine.ts'
import { eachOnItsOwn } from '../../shared/each.ts'
import { Fault } from '../../shared/fault.ts'
import { settleAlone } from './alone.ts'
import { CLEARINGHOUSE, headerOf, type Legible, type Settled } from './legible.ts'
import { decodePxs, encodePxsAck } from './pxs.codec.ts'
import { settleTogether } from './together.ts'

/** How long a message may lie stored but unsettled before another worker takes it up. */
const ABANDONED_SECONDS = 5
const ROUND = 100
/** How many deliveries that come at the same time share a statement, or a transaction. */
const TOGETHER = 128

export type Raw = {
  readonly body: Buffer
  /** Whether `body` is only the beginning of what was sent, which was too long to keep. */
  readonly isTruncated?: boolean
  readonly contentType: string
  readonly peer: string
}
export type Acknowledgement = { readonly contentType: string; readonly body: Buffer }

/** Takes in deliveries of the clearinghouse. Fault: message_malformed; it is kept all the same. */
export type Receive = (raw: Raw) => Promise<Acknowledgement>

/**
 * The door of the clearinghouse. A delivery is stored as bytes first, then read, then done once in effect. The acknowledgement
 * is given only after the commit; a repeated message is acknowledged as such and does nothing (contract O-51). Deliveries that come
 * at the same time are stored and settled together; one that fails is tried alone and keeps none of the others back (ADR 0009, ADR 0010).
 */
export function receiver(porting: Porting): Receive {
  const keep = combine<RawInbound, true>(async (raws) => {
    await keepInbound(porting.db, raws)
    return raws.map(() => true)
  }, TOGETHER)
  const settle = combine<Legible, Settled | undefined>((batch) => settleTogether(porting, batch), TOGETHER)
  return async ({ isTruncated, ...raw }) => {
    const kept = { id: randomUUIDv7(), clearinghouse: CLEARINGHOUSE, at: porting.now(), ...raw }
    // what one of them could not be stored for is not the others' fault
    await keep(kept).catch(() => keepInbound(porting.db, [kept]))
    if (isTruncated)
      return refuseMalformed(porting, kept.id, `it is longer than the ${raw.body.length} bytes that are kept`)
    const legible = await read(porting, kept)
    return acknowledgementOf((await settle(legible)) ?? (await settleAlone(porting, legible)))
  }
}

/** One delivery by itself. */
export function receive(porting: Porting, raw: Raw): Promise<Acknowledgement> {
  return receiver(porting)(raw)
}

/**
 * Takes up messages that a process stored and did not live to settle. One that cannot be settled keeps none of the others back;
 * it is tried again, and the job fails until it can.
 *
 * @returns how many were settled
 */
export async function receiveAbandoned(porting: Porting): Promise<number> {
  const before = porting.now().subtract({ seconds: ABANDONED_SECONDS })
  const takeUp = async (kept: Kept): Promise<void> => {
    try {
      await settleAlone(porting, await read(porting, kept))
    } catch (refusal) {
      // A malformed message was settled as such; nobody waits for its answer any more.
      if (refusal instanceof Fault && refusal.code === 'message_malformed') return
      await putOff(porting.db, kept.id, porting.now())
      throw refusal
    }
  }
  return eachOnItsOwn(await findUnsettled(porting.db, before, ROUND), takeUp, () => porting.db.isUp())
}

function acknowledgementOf({ msgid, isDuplicate }: Settled): Acknowledgement {
  return {
    contentType: 'application/xml; charset=utf-8',
    body: encodePxsAck({ msgid, result: 'accept', isDuplicate, errors: [] }),
  }
}

type Kept = { readonly id: string; readonly body: Buffer }

async function read(porting: Porting, { id, body }: Kept): Promise<Legible> {
  const decoded = decodePxs(body)
  switch (decoded.kind) {
    case 'message':
      return { id, header: headerOf(decoded.message), message: decoded.message }
    case 'unknown':
      return { id, header: decoded.header, message: undefined }
    case 'ack':
      return refuseMalformed(porting, id, 'an acknowledgement where a message is expected')
    case 'malformed':
      return refuseMalformed(porting, id, decoded.reason)
  }
}

async function refuseMalformed(porting: Porting, id: string, reason: string): Promise<never> {
  await settleInbound(porting.db, [{ id, state: 'malformed', note: reason, at: porting.now() }])
  porting.log.error({ reason }, 'malformed message kept')
  throw new Fault('message_malformed', `the message was kept but cannot be read: ${reason}`)
}
