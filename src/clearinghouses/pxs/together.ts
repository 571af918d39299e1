import type { Tx } from '../../db/db.ts'
import { hearAll, type Message, type Told } from '../../porting/hear.ts'
import { hearUnknown } from '../../porting/hear-unknown.ts'
import {
  areRepeated,
  describeInbound,
  type FoundInbound,
  lockUnsettled,
  type SettledInbound,
  settleInbound,
} from '../../porting/inbound.store.ts'
import { findSent } from '../../porting/message.store.ts'
import { findKnown, lockFreePorts } from '../../porting/port.store.ts'
import type { Hearing } from '../../porting/port.ts'
import type { Porting } from '../../porting/porting.ts'
import {
  aboutPort,
  aboutSent,
  asDuplicate,
  CLEARINGHOUSE,
  erroredOf,
  found,
  keyOf,
  type Legible,
  outcomeOf,
  type Settled,
} from './legible.ts'
import { hearWaiting } from './parked.ts'

/**
 * Settles what can be settled of many deliveries in one transaction, a statement a table for all of them: repetitions, and messages
 * about ports that are under way and in nobody else's hands. No port is waited for, so that no delivery is held up by another's
 * (ADR 0010).
 *
 * @returns undefined for each delivery that is to be settled alone; for all of them where one has failed
 */
export async function settleTogether(porting: Porting, batch: readonly Legible[]): Promise<(Settled | undefined)[]> {
  let done: Done
  try {
    done = await porting.db.tx((tx) => settleIn(porting, tx, batch))
  } catch (error) {
    // nothing was settled; whichever of them it was fails alone, and says why there
    porting.log.warn(
      { err: error, messages: batch.length },
      'messages could not be settled together; each is by itself',
    )
    return batch.map(() => undefined)
  }
  await hearWaiting(porting, done.moved)
  return batch.map(({ id }) => done.settled.get(id))
}

type Done = { readonly settled: ReadonlyMap<string, Settled>; readonly moved: readonly string[] }

async function settleIn(porting: Porting, tx: Tx, batch: readonly Legible[]): Promise<Done> {
  const { firsts, repetitions } = await sort(tx, batch)
  const { hearings, moved } = await hearFirsts(porting, tx, [...firsts.values()])
  const at = porting.now()
  const described: FoundInbound[] = []
  const rows: SettledInbound[] = []
  const settled = new Map<string, Settled>()
  for (const legible of firsts.values()) {
    const { id, header } = legible
    const hearing = hearings.get(id)
    if (!hearing) continue
    described.push(found(id, header, outcomeOf(hearing)))
    rows.push({ id, state: hearing.verdict, note: hearing.note, at, ...keyOf(legible) })
    settled.set(id, { msgid: header.msgid, isDuplicate: false })
  }
  for (const { legible, of } of repetitions) {
    if (of && !settled.has(of.id)) continue // nobody knows yet what becomes of the first
    rows.push({ id: legible.id, ...asDuplicate(keyOf(legible)), at })
    settled.set(legible.id, { msgid: legible.header.msgid, isDuplicate: true })
  }
  await describeInbound(tx, described)
  await settleInbound(tx, rows)
  return { settled, moved }
}

type Sorted = {
  readonly firsts: ReadonlyMap<string, Legible>
  /** Each with the delivery of the same batch that it repeats; without: of one that was settled before. */
  readonly repetitions: readonly { readonly legible: Legible; readonly of: Legible | undefined }[]
}

/** Which deliveries say something new; those that another worker has in hand are neither. */
async function sort(tx: Tx, batch: readonly Legible[]): Promise<Sorted> {
  const ids = await lockUnsettled(
    tx,
    batch.map(({ id }) => id),
  )
  const ours = batch.filter(({ id }) => ids.has(id))
  const areKnown = await areRepeated(tx, CLEARINGHOUSE, ours.map(keyOf))
  const firsts = new Map<string, Legible>()
  const repetitions: Sorted['repetitions'][number][] = []
  for (const [index, legible] of ours.entries()) {
    const { sender, msgid } = keyOf(legible)
    const key = `${sender} ${msgid}`
    const of = firsts.get(key)
    if (of || areKnown[index]) repetitions.push({ legible, of })
    else firsts.set(key, legible)
  }
  return { firsts, repetitions }
}

type Heard = { readonly hearings: ReadonlyMap<string, Hearing>; readonly moved: readonly string[] }

/** Hears of each free port the first message about it, and what is about no port that is known. */
async function hearFirsts(porting: Porting, tx: Tx, firsts: readonly Legible[]): Promise<Heard> {
  const { market } = porting
  const named = firsts.flatMap(({ id, message }) => (message?.msgidentifier ? [{ id, message }] : []))
  const ports = await lockFreePorts(
    tx,
    named.map(({ message }) => message.msgidentifier ?? ''),
  )
  const free = new Map(ports.map((port) => [port.msgidentifier, port]))
  const isFree = new Set(free.keys())
  // only now: what our messages are about is asked of ports that nobody else moves
  const sent = await findSent(
    tx,
    named.flatMap(({ message }) => erroredOf(message) ?? []),
  )
  const told: Told[] = []
  const strange: Message[] = []
  for (const { id, message } of named) {
    const errored = erroredOf(message)
    const about =
      errored === undefined ? aboutPort(market, id, message) : aboutSent(market, id, message, sent.get(errored))
    if (!about) continue
    const port = free.get(about.msgidentifier)
    if (port) told.push({ port, message: about })
    else if (!isFree.has(about.msgidentifier) && about.heard.kind !== 'ported') strange.push(about)
    free.delete(about.msgidentifier)
  }
  const heard = await hearAll(porting, tx, told)
  const hearings = new Map(heard.map(({ hearing }, index) => [(told[index] as Told).message.id, hearing])) // one for each
  const known = await findKnown(
    tx,
    strange.map(({ msgidentifier }) => msgidentifier),
  )
  const unknown = strange.filter(({ msgidentifier }) => !known.has(msgidentifier))
  for (const [index, hearing] of (await hearUnknown(porting, tx, unknown)).entries())
    hearings.set((unknown[index] as Message).id, hearing) // one for each
  const moved = heard.filter(({ hearing }) => hearing.verdict === 'applied').map(({ port }) => port.msgidentifier)
  return { hearings, moved }
}
