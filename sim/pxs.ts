import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Market } from '../src/numbers/market.ts'
import { perform } from './deeds.ts'
import type { Cast } from './draft.ts'
import { answerer, type Faults } from './http.ts'
import { openJournal } from './journal.ts'
import { openSending, type Receiver } from './sending.ts'
import { apply, type Entry, emptyWorld, type World } from './world.ts'

export type SimulatorOptions = {
  readonly market: Market
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  readonly listenPort: number
  /** Where the journal lies; undefined: what happens is forgotten at the end. */
  readonly dataDir?: string
  /** The receiver of the client, and the credentials for it. */
  readonly deliverTo: Receiver
  /** What a caller must show. */
  readonly client: { readonly username: string; readonly password: string }
  /** How long every player thinks before an answer; 300 when left out. */
  readonly stepMilliseconds?: number
}

export type Simulator = { readonly url: string; close(): Promise<void> }

/** What the HTTP surface works on. */
export type Stage = {
  readonly cast: Cast
  readonly world: World
  readonly client: SimulatorOptions['client']
  readonly faults: Faults
  nowMs(): number
  /** Makes the entries true: written first, then remembered, then acted on. */
  commit(entries: readonly Entry[]): void
}

/** The longest sleep, so that a clock that was set back by the machine is noticed. */
const LONGEST_SLEEP_MS = 60_000

/**
 * Starts the clearinghouse and every other operator of a market on a socket of their own. All that it has heard, said
 * and planned is taken up from the journal, so that an end at any moment loses nothing that was acknowledged.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { market, client, deliverTo, stepMilliseconds = 300 } = options
  const cast: Cast = { market, clearinghouse: 'CRDB', stepMilliseconds }
  const world = emptyWorld()
  const journal = openJournal(options.dataDir)
  for (const entry of journal.past) apply(world, entry)

  const nowMs = () => Temporal.Now.instant().epochMilliseconds + world.offsetMs
  const faults: Faults = { isDown: false, refuse: 0, dropAcks: 0, lose: undefined }
  const commit = (entries: readonly Entry[]) => {
    if (entries.length === 0) return
    journal.append(entries)
    for (const entry of entries) apply(world, entry)
    turnSoon()
  }
  const isLost = (msgtype: string) => {
    if (faults.lose !== msgtype) return false
    faults.lose = undefined
    return true
  }
  const sending = openSending(deliverTo, world, commit, { nowMs, onEnd: () => turnSoon(), isLost })

  let isClosed = false
  let isTurnComing = false
  const turnSoon = () => {
    if (!isTurnComing) queueMicrotask(turn)
    isTurnComing = true
  }
  let sleep: NodeJS.Timeout | undefined
  /** Does what is due, starts what is to be sent, and sleeps until the next of either. */
  const turn = () => {
    isTurnComing = false
    if (isClosed) return
    clearTimeout(sleep)
    const now = nowMs()
    const due = [...world.acts.values().filter(({ dueMs }) => dueMs <= now)].sort(
      (a, b) => a.dueMs - b.dueMs || a.id - b.id,
    )
    for (const act of due) commit(perform(cast, world, act, now))
    if (!faults.isDown) sending.start(now)
    const nextAct = world.acts
      .values()
      .reduce((soonest, { dueMs }) => Math.min(soonest, dueMs), Number.POSITIVE_INFINITY)
    const next = Math.min(nextAct, sending.nextMs() ?? Number.POSITIVE_INFINITY)
    sleep = setTimeout(turn, Math.min(Math.max(next - now, 1), LONGEST_SLEEP_MS))
  }

  const stage: Stage = { cast, world, client, faults, nowMs, commit }
  const server = createServer(answerer(stage, turnSoon)).listen(options.listenPort, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the simulator listens on no TCP port')
  turn()
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      isClosed = true
      clearTimeout(sleep)
      sending.stop()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
