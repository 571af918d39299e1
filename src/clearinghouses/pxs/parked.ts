import type { Tx } from '../../db/db.ts'
import { hearAll, isTooEarly, type Message, type Told } from '../../porting/hear.ts'
import { settleRefused } from '../../porting/hear-unknown.ts'
import {
  describeInbound,
  type FoundInbound,
  findParked,
  findPortsToHearAgain,
  findWithParked,
  parkOn,
  type SettledInbound,
  settleInbound,
} from '../../porting/inbound.store.ts'
import { lockFreePorts, lockPort } from '../../porting/port.store.ts'
import type { Port } from '../../porting/port.ts'
import type { Porting } from '../../porting/porting.ts'
import { inParallel } from '../../shared/parallel.ts'
import { aboutPort, found, headerOf, outcomeOf } from './legible.ts'
import type { PxsHeader } from './messages.codec.ts'
import { decodePxs } from './pxs.codec.ts'

const ROUND = 100
/** Ports whose parked messages are heard alone at once: each holds a connection, and the pool is for the callers too. */
const AT_ONCE = 4

/**
 * After the commit of edges: hears what came too early before. What cannot be settled keeps the edges from nothing; the job tries
 * it again.
 *
 * @param moved - msgidentifiers
 */
export async function hearWaiting(porting: Porting, moved: readonly string[]): Promise<void> {
  if (moved.length === 0) return
  try {
    const { left } = await hearTogether(porting, await findWithParked(porting.db, moved))
    for (const { msgidentifier, error } of (await hearEachAlone(porting, left)).failures)
      porting.log.error({ port: msgidentifier, err: error }, FAILED)
  } catch (error) {
    porting.log.error({ ports: moved.length, err: error }, FAILED)
  }
}

const FAILED = 'parked messages could not be heard; they are tried again'

/**
 * Hears parked messages of ports that a person, the guard or the clock has moved meanwhile, and settles those that no port will come
 * for. One that fails keeps none of the others back; the job fails then.
 *
 * @returns how many were heard
 */
export async function hearParked(porting: Porting): Promise<number> {
  const ports = await findPortsToHearAgain(porting.db, ROUND)
  const { count, left } = await hearTogether(porting, ports)
  const alone = await hearEachAlone(porting, left)
  const settled = await settleRefused(porting)
  const { failures } = alone
  if (failures.length > 0)
    throw new Error(`${failures.length} of ${ports.length} failed`, { cause: failures[0]?.error })
  return settled + count + alone.count
}

/** Hears what is parked about many ports in one transaction; `left` are those in other hands, or all of them where one has failed. */
async function hearTogether(
  porting: Porting,
  msgidentifiers: readonly string[],
): Promise<{ readonly count: number; readonly left: readonly string[] }> {
  if (msgidentifiers.length < 2) return { count: 0, left: msgidentifiers }
  try {
    return await porting.db.tx(async (tx) => {
      const ports = await lockFreePorts(tx, msgidentifiers)
      const free = new Set(ports.map(({ msgidentifier }) => msgidentifier))
      return { count: await settleParked(porting, tx, ports), left: msgidentifiers.filter((id) => !free.has(id)) }
    })
  } catch (error) {
    // nothing was heard; whichever it was fails alone, and says why there
    porting.log.warn({ err: error, ports: msgidentifiers.length }, 'parked messages could not be heard together')
    return { count: 0, left: msgidentifiers }
  }
}

type Failure = { readonly msgidentifier: string; readonly error: unknown }

/** A few ports at once, each in a transaction of its own. */
async function hearEachAlone(porting: Porting, msgidentifiers: readonly string[]) {
  const failures: Failure[] = []
  const counts = await inParallel(msgidentifiers, AT_ONCE, async (msgidentifier) => {
    try {
      return await hearAlone(porting, msgidentifier)
    } catch (error) {
      failures.push({ msgidentifier, error }) // the caller's to tell, after the others
      return 0
    }
  })
  return { count: counts.reduce((sum, count) => sum + count, 0), failures }
}

async function hearAlone(porting: Porting, msgidentifier: string): Promise<number> {
  try {
    return await porting.db.tx(async (tx) => {
      const port = await lockPort(tx, msgidentifier)
      return port ? settleParked(porting, tx, [port]) : 0
    })
  } catch (error) {
    // the others come first in the next round
    await porting.db.tx((tx) => parkOn(tx, [msgidentifier], porting.now()))
    throw error
  }
}

type Parked = { readonly header: PxsHeader; readonly message: Message; readonly isPlaced: boolean }

/** Hears what is parked about ports that are locked, until nothing more fits. @returns how many were heard */
async function settleParked(porting: Porting, tx: Tx, ports: readonly Port[]): Promise<number> {
  const current = new Map(ports.map((port) => [port.msgidentifier, port]))
  let waiting = await readParked(porting, tx, [...current.keys()])
  const described: FoundInbound[] = []
  const settled: SettledInbound[] = []
  for (;;) {
    const next = fitting(waiting, current)
    if (next.size === 0) break
    const told = [...next.values()]
    for (const [index, { hearing, port }] of (await hearAll(porting, tx, told)).entries()) {
      const { header, message, isPlaced } = told[index] as Fitting // one was heard for each
      current.set(port.msgidentifier, port)
      // what came before its port was known gets its place, and its file name, now
      if (!isPlaced) described.push(found(message.id, header, outcomeOf(hearing)))
      settled.push({ id: message.id, state: hearing.verdict, note: hearing.note, at: porting.now() })
    }
    waiting = waiting.filter(({ message }) => next.get(message.msgidentifier)?.message !== message)
  }
  await describeInbound(tx, described)
  await settleInbound(tx, settled)
  await parkOn(tx, [...current.keys()], porting.now())
  return settled.length
}

type Fitting = Parked & Told

/** Of each port the first message whose time has come. */
function fitting(waiting: readonly Parked[], current: ReadonlyMap<string, Port>): Map<string, Fitting> {
  const next = new Map<string, Fitting>()
  for (const parked of waiting) {
    const { msgidentifier } = parked.message
    const port = current.get(msgidentifier)
    if (port && !next.has(msgidentifier) && !isTooEarly(port, parked.message))
      next.set(msgidentifier, { ...parked, port })
  }
  return next
}

async function readParked(porting: Porting, tx: Tx, msgidentifiers: readonly string[]): Promise<Parked[]> {
  const kept = await findParked(tx, msgidentifiers)
  return kept.flatMap(({ id, msgidentifier, body, portId }) => {
    const decoded = decodePxs(body)
    const message =
      decoded.kind === 'message' ? aboutPort(porting.market, id, { ...decoded.message, msgidentifier }) : undefined
    return decoded.kind === 'message' && message
      ? [{ header: headerOf(decoded.message), message, isPlaced: portId !== null }]
      : []
  })
}
