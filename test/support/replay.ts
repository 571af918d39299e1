import { pxsEncoder } from '../../src/clearinghouses/pxs/encode.ts'
import { hearParked } from '../../src/clearinghouses/pxs/parked.ts'
import { PXS_PROFILE } from '../../src/clearinghouses/pxs/profile.ts'
import type { PxsClient } from '../../src/clearinghouses/pxs/pxs.client.ts'
import { receiver } from '../../src/clearinghouses/pxs/receive.ts'
import { sender } from '../../src/clearinghouses/pxs/send.job.ts'
import { loadMarket } from '../../src/numbers/load-market.ts'
import { parseRange } from '../../src/numbers/market.ts'
import { portInService } from '../../src/porting/port-in.ts'
import { portOutService } from '../../src/porting/port-out.ts'
import type { Porting } from '../../src/porting/porting.ts'
import { Fault } from '../../src/shared/fault.ts'
import { createLog } from '../../src/shared/log.ts'
import { inParallel } from '../../src/shared/parallel.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { bytesOf, type Dialogue, lengthOf, PORT_IN_STORIES, PORT_OUT_STORY, SECOND_STORY } from './dialogue.ts'

const MARKETS = new URL('../../markets', import.meta.url).pathname
/** Has two operators with 100,000 mobile numbers in a row each; its silence is never asked for here. */
const MARKET = 'jm'
const OURS = (index: number) => `87623${String(index).padStart(5, '0')}`
const THEIRS = (index: number) => `87624${String(index).padStart(5, '0')}`
/** Deeds of ours at once: each holds a connection. */
const AT_ONCE = 8
/** Ports after which the server looks anew at how much there is. */
const STAGED = 2_000
/** Deliveries on their way at once. */
const CALLERS = 256
const PORT_OUTS_OF_TEN = 1

/** The porting room on a database of its own, with a clearinghouse that acknowledges whatever it is sent. */
export type Theatre = {
  readonly porting: Porting
  readonly database: TestDatabase
  /** Creates the port-ins of as many dialogues; port-outs are made by what is said. */
  stage(count: number): Promise<Dialogue[]>
  /** Port-ins that a resubmission made, each with its dialogue. */
  seconds(): Promise<Dialogue[]>
  hear(body: Buffer): Promise<void>
  /** What we do in a dialogue, where its port takes it now. */
  act(one: Dialogue): Promise<void>
  send(): Promise<number>
  /** Sends, acts and hears again what came too early, until nothing changes any more. */
  settle(dialogues: readonly Dialogue[]): Promise<void>
}

const AGREEABLE: PxsClient = { send: async () => ({ kind: 'acknowledged', isDuplicate: false }) }

export async function openTheatre(): Promise<Theatre> {
  const database = await testDatabase()
  const market = await loadMarket(MARKETS, MARKET)
  const start = Temporal.Instant.from('2025-01-15T10:30:00Z')
  let ticks = 0
  const porting: Porting = {
    db: database.db,
    market,
    encode: pxsEncoder({ market, profile: PXS_PROFILE }),
    now: () => start.add({ milliseconds: ticks++ }),
    requiredSteps: [],
    log: createLog('silent'),
  }
  const desk = portInService(porting)
  const outs = portOutService(porting, { noticeMinutes: 0 })
  const act: Theatre['act'] = async ({ story: { deed }, msgidentifier }) => {
    try {
      if (deed === 'instruct') await desk.instruct(msgidentifier, 'replay')
      if (deed === 'abort') await desk.abort(msgidentifier, 'replay')
      if (deed === 'authorise') await outs.authorise(msgidentifier, 'replay')
    } catch (refusal) {
      // Not its time yet, or done already: the next attempt, or nobody, will find it possible.
      if (!(refusal instanceof Fault && /^(illegal_transition|port_not_found)$/.test(refusal.code))) throw refusal
    }
  }
  const send = () => sender(porting, AGREEABLE, 5, 60_000).run()
  const receive = receiver(porting)
  // a server does so by itself within minutes; until then it keeps plans that it made for empty tables
  const analyze = async () => void (await database.db.sql('analyze'))
  return {
    porting,
    database,
    act,
    send,
    async stage(count) {
      const create = async (index: number) => {
        const isOut = index % 10 < PORT_OUTS_OF_TEN
        const local = isOut ? OURS(index) : THEIRS(index)
        const fields = { first: 'first', last: 'last' }
        // throws where the plan has no such number: a request for it would be refused to its face
        const range = parseRange(market, { first: local, last: local, numberType: 'mobile', fields })
        if (isOut) {
          const msgidentifier = `JM202501-DIGI-${String(index + 1).padStart(5, '0')}`
          return { story: PORT_OUT_STORY, msgidentifier, local }
        }
        const { msgidentifier } = await desk.submit({
          range,
          numberType: 'mobile',
          accountType: 'Prepaid',
          donor: undefined,
          email: 'ops@example.com',
          contactNumber: local,
          isCoolOffOverridden: false,
          by: 'replay',
        })
        return { story: PORT_IN_STORIES[index % PORT_IN_STORIES.length] ?? SECOND_STORY, msgidentifier, local }
      }
      const staged: Dialogue[] = []
      for (let from = 0; from < count; from += STAGED) {
        const places = Array.from({ length: Math.min(STAGED, count - from) }, (_, index) => from + index)
        staged.push(...(await inParallel(places, 64, create)))
        await analyze()
      }
      return staged
    },
    async seconds() {
      const ports = await database.db.sql<{ msgidentifier: string; first_number: string }>(
        'select msgidentifier, first_number from port where original_msgidentifier is not null order by first_number',
      )
      return ports.map(({ msgidentifier, first_number }) => {
        return { story: SECOND_STORY, msgidentifier, local: first_number.slice(2) }
      })
    },
    hear: async (body) => {
      await receive({ body, contentType: 'application/xml', peer: 'replay' })
    },
    async settle(dialogues) {
      for (let before = -1, events = await countEvents(database); before !== events; ) {
        before = events
        while ((await send()) > 0);
        const waiting = await waitingForUs(database)
        const ours = dialogues.filter(({ msgidentifier }) => waiting.has(msgidentifier))
        await inParallel(ours, AT_ONCE, act)
        while ((await hearParked(porting)) > 0);
        events = await countEvents(database)
      }
    },
  }
}

async function countEvents({ db }: TestDatabase): Promise<number> {
  const [row] = await db.sql<{ count: number }>('select count(*) as count from port_event')
  return row?.count ?? 0
}

/** The ports in a state in which a person may act: no other is worth an attempt. */
async function waitingForUs({ db }: TestDatabase): Promise<Set<string>> {
  const rows = await db.sql<{ msgidentifier: string }>('select msgidentifier from port where state in (0, 1, 2)')
  return new Set(rows.map(({ msgidentifier }) => msgidentifier))
}

/** Everything is said in its order, once, and every step is over before the next. */
export async function inOrder(theatre: Theatre, dialogues: readonly Dialogue[]): Promise<void> {
  await theatre.settle(dialogues)
  for (let step = 0; dialogues.some(({ story }) => step < lengthOf(story)); step++) {
    const speaking = dialogues.filter(({ story }) => step < lengthOf(story))
    await inParallel(speaking, CALLERS, (one) => theatre.hear(bytesOf(one, step, 0)))
    await theatre.settle(dialogues)
  }
}

export type Said = { readonly messages: number; readonly seconds: number }

type Order = {
  readonly copies: () => number
  readonly random: () => number
  /** Hears now and then how many messages of how many have been said. */
  readonly progress: (said: number, of: number) => void
}

/** Everything is said in any order, each message as often as `copies` says, with what we send and do in between. */
export async function inAnyOrder(theatre: Theatre, dialogues: readonly Dialogue[], order: Order): Promise<Said> {
  const works = worksOf(dialogues, order)
  const messages = works.filter((code) => workOf(code).step < DEED).length
  let said = 0
  const since = performance.now()
  const iterator = works.values()
  const worker = async () => {
    for (const code of iterator) {
      const { index, step, copy } = workOf(code)
      const one = dialogues[index] as Dialogue // the code was made from its place
      if (step === SEND) await theatre.send()
      else if (step === DEED) await theatre.act(one)
      else {
        await theatre.hear(bytesOf(one, step, copy))
        said += 1
        if (said % PROGRESS === 0) order.progress(said, messages)
      }
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, worker))
  const seconds = (performance.now() - since) / 1000
  await theatre.settle(dialogues)
  return { messages, seconds }
}

const PROGRESS = 10_000
/** In the place of a step. */
const DEED = 6
const SEND = 7
const STEPS = 8
const COPIES = 256

/**
 * All that is to be said and done, in a random order. A number each, because there may be a million: the place of the dialogue, the
 * step in it, and which copy it is.
 */
function worksOf(dialogues: readonly Dialogue[], { copies, random }: Order): Uint32Array {
  const works: number[] = []
  const add = (index: number, step: number, copy: number) => works.push((index * STEPS + step) * COPIES + copy)
  for (const [index, { story }] of dialogues.entries()) {
    add(index, DEED, 0)
    if (index % 8 === 0) add(index, SEND, 0)
    for (let step = 0; step < lengthOf(story); step++) {
      const count = copies()
      for (let copy = 0; copy < count; copy++) {
        const isOther = story.isRepeatable && copy > 0 && random() < 0.2
        add(index, step, isOther ? copy : 0)
      }
    }
  }
  return shuffled(Uint32Array.from(works), random)
}

function workOf(code: number): { readonly index: number; readonly step: number; readonly copy: number } {
  const place = Math.floor(code / COPIES)
  return { index: Math.floor(place / STEPS), step: place % STEPS, copy: code % COPIES }
}

/** Fisher and Yates, in place. */
function shuffled(items: Uint32Array, random: () => number): Uint32Array {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const [a, b] = [items[last], items[other]] as [number, number] // both are within the array
    items[last] = b
    items[other] = a
  }
  return items
}

/** The same numbers for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
