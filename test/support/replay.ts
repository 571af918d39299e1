import { pxsEncoder } from '../../src/clearinghouses/pxs/encode.ts'
import { PXS_PROFILE } from '../../src/clearinghouses/pxs/profile.ts'
import type { PxsClient } from '../../src/clearinghouses/pxs/pxs.client.ts'
import { hearParked, receive } from '../../src/clearinghouses/pxs/receive.ts'
import { sendDue } from '../../src/clearinghouses/pxs/send.job.ts'
import { loadMarket } from '../../src/numbers/load-market.ts'
import { parseRange } from '../../src/numbers/market.ts'
import { portInService } from '../../src/porting/port-in.ts'
import { portOutService } from '../../src/porting/port-out.ts'
import type { Porting } from '../../src/porting/porting.ts'
import { Fault } from '../../src/shared/fault.ts'
import { createLog } from '../../src/shared/log.ts'
import { inParallel } from '../../src/shared/parallel.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { bytesOf, type Dialogue, dialogue, PORT_IN_STORIES, PORT_OUT_STORY, SECOND_STORY } from './dialogue.ts'

const MARKETS = new URL('../../markets', import.meta.url).pathname
/** Has two operators with 100,000 mobile numbers in a row each; its silence is never asked for here. */
const MARKET = 'jm'
const OURS = (index: number) => `87622${String(index).padStart(5, '0')}`
const THEIRS = (index: number) => `87624${String(index).padStart(5, '0')}`
const AT_ONCE = 8
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
    subscriptions: [],
    requiredSteps: [],
    log: createLog('silent'),
  }
  const desk = portInService(porting)
  const outs = portOutService(porting, { noticeMinutes: 0 })
  const act: Theatre['act'] = async ({ deed, msgidentifier }) => {
    try {
      if (deed === 'instruct') await desk.instruct(msgidentifier, 'replay')
      if (deed === 'abort') await desk.abort(msgidentifier, 'replay')
      if (deed === 'authorise') await outs.authorise(msgidentifier, 'replay')
    } catch (refusal) {
      // Not its time yet, or done already: the next attempt, or nobody, will find it possible.
      if (!(refusal instanceof Fault && /^(illegal_transition|port_not_found)$/.test(refusal.code))) throw refusal
    }
  }
  const send = () => sendDue(porting, AGREEABLE, 5)
  return {
    porting,
    database,
    act,
    send,
    async stage(count) {
      const create = async (index: number) => {
        if (index % 10 < PORT_OUTS_OF_TEN) {
          return dialogue(PORT_OUT_STORY, `JM202501-DIGI-${String(index + 1).padStart(5, '0')}`, OURS(index))
        }
        const local = THEIRS(index)
        const fields = { first: 'first', last: 'last' }
        const { msgidentifier } = await desk.submit({
          range: parseRange(market, { first: local, last: local, numberType: 'mobile', fields }),
          numberType: 'mobile',
          accountType: 'Prepaid',
          donor: undefined,
          email: 'ops@example.com',
          contactNumber: local,
          isCoolOffOverridden: false,
          by: 'replay',
        })
        return dialogue(PORT_IN_STORIES[index % PORT_IN_STORIES.length] ?? SECOND_STORY, msgidentifier, local)
      }
      return inParallel([...Array(count).keys()], 64, create)
    },
    async seconds() {
      const ports = await database.db.sql<{ msgidentifier: string; first_number: string }>(
        'select msgidentifier, first_number from port where original_msgidentifier is not null order by first_number',
      )
      return ports.map((port) => dialogue(SECOND_STORY, port.msgidentifier, port.first_number.slice(2)))
    },
    hear: async (body) => {
      await receive(porting, { body, contentType: 'application/xml', peer: 'replay' })
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
  for (let step = 0; dialogues.some(({ said }) => step < said.length); step++) {
    await inParallel(dialogues, AT_ONCE, async (one) => {
      const body = one.said[step]
      if (body) await theatre.hear(bytesOf(one, body, step, 0))
    })
    await theatre.settle(dialogues)
  }
}

export type Said = { readonly messages: number; readonly seconds: number }

/** Everything is said in any order, each message as often as `copies` says, with what we send and do in between. */
export async function inAnyOrder(
  theatre: Theatre,
  dialogues: readonly Dialogue[],
  { copies, random }: { readonly copies: () => number; readonly random: () => number },
): Promise<Said> {
  const deliveries = dialogues.flatMap((one) =>
    one.said.flatMap((body, step) =>
      Array.from({ length: copies() }, (_, copy) => {
        const isOther = one.isRepeatable && copy > 0 && random() < 0.2
        return async () => theatre.hear(bytesOf(one, body, step, isOther ? copy : 0))
      }),
    ),
  )
  const deeds = dialogues.map((one) => async () => theatre.act(one))
  const sends = Array.from({ length: Math.ceil(dialogues.length / 8) }, () => async () => void (await theatre.send()))
  const since = performance.now()
  await inParallel(shuffled([...deliveries, ...deeds, ...sends], random), AT_ONCE, (work) => work())
  const seconds = (performance.now() - since) / 1000
  await theatre.settle(dialogues)
  return { messages: deliveries.length, seconds }
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const mixed = [...items]
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const [a, b] = [mixed[last], mixed[other]] as [T, T] // both are within the array
    mixed[last] = b
    mixed[other] = a
  }
  return mixed
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
