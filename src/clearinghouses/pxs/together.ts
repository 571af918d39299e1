import type { Tx } from '../../db/db.ts'
import { hearAll, type Told } from '../../porting/hear.ts'
import {
  areRepeated,
  describeInbound,
  lockUnsettled,
  type SettledInbound,
  settleInbound,
} from '../../porting/inbound.store.ts'
import { lockFreePorts } from '../../porting/port.store.ts'
import type { Porting } from '../../porting/porting.ts'
import {
  aboutPort,
  asDuplicate,
  CLEARINGHOUSE,
  found,
  keyOf,
  type Legible,
  outcomeOf,
  type Settled,
} from './legible.ts'
import { hearWaiting } from './parked.ts'

/**
 * Settles what can be settled of many deliveries in one transaction, a statement a table for all of them: repetitions, and messages
 * about ports that are under way and in nobody else's hands. Nothing is waited for, so that no delivery is held up by another.
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
  const told = await toldOf(porting, tx, [...firsts.values()])
  const heard = await hearAll(porting, tx, told)
  const hearings = new Map(heard.map(({ hearing }, index) => [told[index]?.message.id, hearing]))

  const at = porting.now()
  const described = [...firsts.values()].flatMap((legible) => {
    const hearing = hearings.get(legible.id)
    return hearing ? [{ legible, outcome: outcomeOf(hearing) }] : []
  })
  await describeInbound(
    tx,
    described.map(({ legible, outcome }) => found(legible.id, legible.header, outcome)),
  )
  const rows: SettledInbound[] = described.map(({ legible, outcome: { state, note } }) => ({
    id: legible.id,
    state,
    note,
    at,
    ...keyOf(legible),
  }))
  const settled = new Map(
    described.map(({ legible: { id, header } }) => [id, { msgid: header.msgid, isDuplicate: false }]),
  )
  for (const { legible, of } of repetitions) {
    if (of && !settled.has(of.id)) continue // nobody knows yet what becomes of the first
    rows.push({ id: legible.id, ...asDuplicate(keyOf(legible)), at })
    settled.set(legible.id, { msgid: legible.header.msgid, isDuplicate: true })
  }
  await settleInbound(tx, rows)
  const moved = heard.filter(({ hearing }) => hearing.verdict === 'applied').map(({ port }) => port.msgidentifier)
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

/** Of each free port the first message about it. */
async function toldOf(porting: Porting, tx: Tx, legibles: readonly Legible[]): Promise<Told[]> {
  const messages = legibles.flatMap(({ id, message }) => (message && aboutPort(porting.market, id, message)) ?? [])
  const ports = await lockFreePorts(
    tx,
    messages.map(({ msgidentifier }) => msgidentifier),
  )
  const free = new Map(ports.map((port) => [port.msgidentifier, port]))
  return messages.flatMap((message) => {
    const port = free.get(message.msgidentifier)
    free.delete(message.msgidentifier)
    return port ? [{ port, message }] : []
  })
}
