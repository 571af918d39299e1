import { randomUUID } from 'node:crypto'
import type { Db } from '../../db/db.ts'
import type { E164 } from '../../numbers/e164.ts'
import { type NumberRange, walk } from '../../numbers/range.ts'
import type { Log } from '../../shared/log.ts'
import { inParallel } from '../../shared/parallel.ts'
import type { CgratesClient } from './cgrates.client.ts'
import { type Address, addressIn, isSameAddress, profileIdOf, type Reply } from './cgrates.codec.ts'
import {
  type Cursor,
  claimMirror,
  findDueFaults,
  findGenerationOf,
  findMirror,
  type HeldMirror,
  type Lease,
  type MirrorRowStatus,
  releaseMirror,
  saveCursor,
  saveFaults,
} from './mirror.store.ts'

/** Our routes as CGrateS is to have them, read at the moment of asking. */
export type MirroredRoutes = {
  generation(): Promise<number>
  /** Whole generations above `after`, oldest first; one in which no route changed has no range. */
  changesAfter(
    after: number,
    limit: number,
  ): Promise<readonly { readonly generation: number; readonly range: NumberRange | undefined }[]>
  /** Numbers without a route are not in it. */
  addressesOf(numbers: readonly E164[]): Promise<ReadonlyMap<E164, Address>>
  /** All numbers with a route, in order, after a number. */
  addressesAfter(
    after: string,
    limit: number,
  ): Promise<readonly { readonly number: E164; readonly address: Address | undefined }[]>
}

export type Mirror = {
  readonly db: Db
  readonly routes: MirroredRoutes
  readonly client: CgratesClient
  readonly tenant: string
  readonly now: () => Temporal.Instant
  readonly log: Log
  /** Most calls at once. */
  readonly concurrency: number
  readonly reconcileSeconds: number
}

const NAME = 'cgrates'
const LEASE_SECONDS = 30
const CHANGES_PER_PAGE = 100
/** Numbers between two notes of how far we are: what a killed worker does again. */
const CHUNK = 200

export type Held = { readonly mirror: Mirror; readonly lease: () => Lease; cursor: Cursor }

/**
 * Brings what has changed to CGrateS, and compares everything when that is due (`reconcile`). CGrateS that does not answer
 * fails the round; the next one goes on where this one stopped. Can run in many processes: one holds the lease.
 *
 * @returns how many numbers were brought
 */
export async function mirrorDue(
  mirror: Mirror,
  reconcile: (held: Held, row: HeldMirror) => Promise<number>,
): Promise<number> {
  const holder = randomUUID()
  const lease = (): Lease => {
    const now = mirror.now()
    return { name: NAME, holder, now, lockedUntil: now.add({ seconds: LEASE_SECONDS }) }
  }
  const row = await claimMirror(mirror.db, lease(), await mirror.routes.generation())
  if (!row) return 0
  const held: Held = { mirror, lease, cursor: row.cursor }
  try {
    const followed = (await follow(held)) + (await retryFaults(held))
    const isDue = Temporal.Instant.compare(row.reconcileAt, mirror.now()) <= 0
    return followed + (isDue ? await reconcile(held, row) : 0)
  } finally {
    await releaseMirror(mirror.db, lease())
  }
}

/** Numbers that were refused or came back wrong are tried again, less and less often. */
async function retryFaults({ mirror, lease }: Held): Promise<number> {
  const numbers = await findDueFaults(mirror.db, lease(), CHUNK)
  if (numbers.length > 0) await bringNow(mirror, numbers)
  return numbers.length
}

/** Works off the change feed from the cursor. Each number gets what is true now, so a change that is late does no harm. */
export async function follow(held: Held): Promise<number> {
  let brought = 0
  for (;;) {
    const changes = await held.mirror.routes.changesAfter(held.cursor.generation, CHANGES_PER_PAGE)
    if (changes.length === 0) return brought
    for (const [generation, rows] of Map.groupBy(changes, (change) => change.generation)) {
      brought += await bringGeneration(
        held,
        rows.flatMap(({ range }) => range ?? []),
      )
      await save(held, { generation, doneChanges: 0, doneNumber: undefined })
    }
  }
}

async function bringGeneration(held: Held, ranges: readonly NumberRange[]): Promise<number> {
  let brought = 0
  for (const [index, range] of ranges.entries()) {
    if (index < held.cursor.doneChanges) continue
    const { doneNumber } = held.cursor
    const numbers = [...walk(range)].filter((number) => doneNumber === undefined || number > doneNumber)
    for (const chunk of chunksOf(numbers)) {
      await bringNow(held.mirror, chunk)
      await save(held, { ...held.cursor, doneNumber: chunk.at(-1) })
      brought += chunk.length
    }
    await save(held, { ...held.cursor, doneChanges: index + 1, doneNumber: undefined })
  }
  return brought
}

export async function save(held: Held, cursor: Cursor): Promise<void> {
  if (!(await saveCursor(held.mirror.db, held.lease(), cursor))) {
    throw new Error('the copy at CGrateS was taken over by another worker')
  }
  held.cursor = cursor
}

export function chunksOf<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, at) => items.slice(at * CHUNK, (at + 1) * CHUNK))
}

/** Gives CGrateS what is true of these numbers now. @returns how many have no route */
export async function bringNow(mirror: Mirror, numbers: readonly E164[]): Promise<number> {
  const addresses = await mirror.routes.addressesOf(numbers)
  await bring(
    mirror,
    numbers.map((number) => ({ number, address: addresses.get(number) })),
  )
  return numbers.length - addresses.size
}

/** What CGrateS is to have of a number; no address: nothing. */
export type Wanted = { readonly number: E164; readonly address: Address | undefined }

/**
 * Gives CGrateS a few hundred numbers: sets or removes each, wakes its caches once, and asks it back for every one of them,
 * because a value that it took is not always the value that it keeps. What is wrong is written down, number by number.
 *
 * @throws Error when CGrateS does not answer: nothing is known then, and all of it is to be done again
 */
export async function bring(mirror: Mirror, wanted: readonly Wanted[]): Promise<void> {
  const { client, concurrency, db, log } = mirror
  const pushed = await inParallel(wanted, concurrency, ({ number, address }) =>
    address ? client.setRoute(number, address) : client.removeRoute(number),
  )
  for (const reply of pushed) failUnlessAnswered(reply)
  failUnlessAnswered(await client.reload(wanted.map(({ number }) => number)))
  const reasons = await inParallel([...wanted.entries()], concurrency, async ([index, one]) => {
    const reply = pushed[index]
    return reply?.kind === 'permanent' ? `refused: ${reply.reason}` : readBack(mirror, one)
  })
  const wrong = wanted.flatMap(({ number }, index) => {
    const reason = reasons[index]
    return reason === undefined ? [] : [{ number, reason }]
  })
  const right = wanted.filter((_, index) => reasons[index] === undefined).map(({ number }) => number)
  await saveFaults(db, NAME, { wrong, right, at: mirror.now() })
  if (wrong.length > 0) log.error({ count: wrong.length, reason: wrong[0]?.reason }, 'CGrateS has routes wrong')
}

/** @returns what is wrong; undefined when CGrateS answers as it should */
async function readBack({ client, now, tenant }: Mirror, { number, address }: Wanted): Promise<string | undefined> {
  const reply = await client.lookUp(number, now())
  if (reply.kind === 'found') {
    const said = addressIn(reply.event)
    if (address) return said && isSameAddress(said, address) ? undefined : `read back as ${said?.address ?? 'nothing'}`
    // a profile that is not ours may well answer for a number that we do not route
    return reply.event.MatchedProfiles.includes(`${tenant}:${profileIdOf(number)}`) ? 'still there' : undefined
  }
  failUnlessAnswered(reply)
  if (reply.kind === 'not_found') return address ? 'not found after the push' : undefined
  return `not readable: ${reply.reason}`
}

export function failUnlessAnswered(reply: Exclude<Reply, { kind: 'ok' }> | Reply): void {
  if (reply.kind === 'retry') throw new Error(`CGrateS: ${reply.reason}`)
}

/** For metrics: undefined before the first round. */
export function mirrorStatus(db: Db): Promise<MirrorRowStatus | undefined> {
  return findMirror(db, NAME)
}

/** Which of our generations CGrateS answers a number from; undefined when it is known not to have it right. */
export function mirroredGeneration(db: Db, number: E164): Promise<number | undefined> {
  return findGenerationOf(db, NAME, number)
}
