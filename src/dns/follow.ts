import { digitsOf } from '../numbers/e164.ts'
import { sizeOf, walk } from '../numbers/range.ts'
import type { RouteChange, RouteFeed, SettingsChange } from '../routing/route.ts'
import type { Log } from '../shared/log.ts'
import type { RouteTable } from './table.ts'
import { addRow, emptyRows } from './table-rows.ts'
import type { ZoneClaims } from './zone-claims.ts'

/** A notification may be lost, so we look by the clock as well. */
const POLL_MS = 1000
const ROWS_AT_ONCE = 5000

export type Following = {
  /** Fulfilled when the table can be served from: at once after a local snapshot, else when the feed's is loaded. */
  readonly ready: Promise<void>
  generation(): number
  /** How long ago the feed last answered, and since when it has not; for readiness and /metrics. */
  health(): { readonly isLoaded: boolean; readonly isFeedUp: boolean; readonly secondsSinceSuccess: number }
  close(): Promise<void>
}

export type FollowOptions = {
  readonly feed: RouteFeed
  readonly table: RouteTable
  readonly log: Log
  /**
   * Whether the table was filled by this feed, and not by another one whose generations mean something else. Asked once, when
   * the feed answers; by default it was.
   */
  readonly isOurs?: () => Promise<boolean>
  /** Of the zones that are made of the table. */
  readonly claims?: Pick<ZoneClaims, 'claim' | 'look'>
}

type Change = RouteChange | SettingsChange

const NO_CLAIMS: Pick<ZoneClaims, 'claim' | 'look'> = { async claim() {}, async look() {} }

/**
 * Keeps the number table at the feed's newest generation: a snapshot first, then every change. While the feed fails, the
 * table answers with what it has; on its return everything missed is caught up.
 */
export function followRoutes(options: FollowOptions): Following {
  const { feed, table, log } = options
  const bell = doorbell()
  const loaded = Promise.withResolvers<void>()
  let isClosed = false
  let isFeedUp = true
  let lastSuccessMs = performance.now()
  // Routes from a local snapshot answer at once.
  if (table.generation > 0) loaded.resolve()
  const catchUp = catcherUp(options, () => isClosed)

  const run = async (): Promise<void> => {
    while (!isClosed) {
      try {
        await catchUp(loaded.resolve)
        if (!isFeedUp) log.info({ generation: table.generation }, 'the route feed answers again')
        isFeedUp = true
        lastSuccessMs = performance.now()
      } catch (error) {
        // Calls go on with the routes that we have; one line for the whole outage says so.
        if (isFeedUp)
          log.warn({ err: error, generation: table.generation }, 'the route feed fails; DNS serves what it has')
        isFeedUp = false
      }
      await bell.waitMs(POLL_MS)
    }
  }
  let isLoaded = false
  void loaded.promise.then(() => {
    isLoaded = true
  })
  const stopListening = feed.onChange(bell.ring)
  const running = run()
  return {
    ready: loaded.promise,
    generation: () => table.generation,
    health: () => ({ isLoaded, isFeedUp, secondsSinceSuccess: (performance.now() - lastSuccessMs) / 1000 }),
    async close() {
      isClosed = true
      stopListening()
      bell.ring()
      await running
    },
  }
}

/**
 * One round: everything the first time, unless the feed knows where the table stands, and then every change since. After a round
 * that failed it is asked again: the database that comes back may be a copy that lacks the last changes of the one before.
 */
function catcherUp(
  { feed, table, log, isOurs = async () => true, claims = NO_CLAIMS }: FollowOptions,
  isClosed: () => boolean,
): (loaded: () => void) => Promise<void> {
  let isChecked = false
  let hasClaimed = false
  const load = async (): Promise<void> => {
    await loadSnapshot(feed, table, claims)
    log.info({ generation: table.generation, numbers: table.size }, 'routes loaded')
  }
  const isContinued = async (): Promise<boolean> =>
    (await isOurs()) && table.generation > 0 && (await isInFeed(feed, table))
  return async (loaded) => {
    const wasChecked = isChecked
    isChecked = false
    if (!wasChecked) {
      // Once at the start: of two nodes with other settings the one that started last has its way, not the one that was cut off last.
      await (hasClaimed ? claims.look() : claims.claim())
      hasClaimed = true
      if (!(await isContinued())) await load()
    }
    loaded()
    while (!isClosed()) {
      const next = await applyChanges(feed, table, claims)
      if (next === 'none') break
      if (next === 'some') continue
      log.warn({ generation: table.generation }, 'the route feed leaves out a generation; all routes are loaded again')
      await load()
    }
    isChecked = true
  }
}

/** Loads beside what is served, and takes its place at once. A snapshot that breaks off is loaded from its beginning next time. */
async function loadSnapshot(feed: RouteFeed, table: RouteTable, claims: Pick<ZoneClaims, 'look'>): Promise<void> {
  const { generation: begun, batches } = await feed.snapshot()
  const replacement = table.replacement()
  let generation = begun
  try {
    for await (const batch of batches) {
      const rows = emptyRows(batch.length)
      for (const { number, route } of batch) addRow(rows, number, table.values.idOf(route))
      replacement.setMany(rows)
    }
    generation = await changesUpTo(feed, generation, (changes) => putRows(table.values, changes, replacement))
    await claims.look()
  } catch (error) {
    replacement.discard()
    throw error
  }
  replacement.publish(generation)
}

/**
 * The later pages of a snapshot are newer than its generation: only with every change up to their end is it that of one generation.
 * What a secondary has from another node differs from a mixture by more than the changes that follow.
 *
 * @returns that generation
 */
async function changesUpTo(feed: RouteFeed, from: number, take: (changes: readonly Change[]) => void): Promise<number> {
  for (let generation = from; ; ) {
    const changes = await feed.changesAfter(generation, ROWS_AT_ONCE)
    const newest = newestOf(changes, generation)
    if (newest === 'gap') return generation // found, and told of, where changes are followed
    take(changes)
    generation = newest
    if (changes.length < ROWS_AT_ONCE) return generation
  }
}

/**
 * Whether the feed's past holds the generation of the table, and says the same of it: not after it was pruned, when the database
 * is older than the table, or when it was older and has gone another way since.
 */
async function isInFeed(feed: RouteFeed, table: RouteTable): Promise<boolean> {
  const changes = await feed.changesAfter(table.generation - 1, 1)
  const last = changes.findLast(({ generation }) => generation === table.generation)
  // A generation that changed no route tells nothing of them.
  if (last?.range === undefined) return false
  const has = table.lookup(digitsOf(last.range.first))
  return has?.operator === last.route?.operator && has?.routingNumber === last.route?.routingNumber
}

/** Applies the next changes without a pause, so that a query sees a range whole. A missing generation applies nothing. */
async function applyChanges(
  feed: RouteFeed,
  table: RouteTable,
  claims: Pick<ZoneClaims, 'look'>,
): Promise<'some' | 'none' | 'gap'> {
  const changes = await feed.changesAfter(table.generation, ROWS_AT_ONCE)
  const newest = newestOf(changes, table.generation)
  if (newest === 'gap') return 'gap'
  // Read after the changes, so that it is at least as new; told before the generation is served.
  if (changes.some(({ range }) => range === undefined)) await claims.look()
  put(table, changes)
  table.setGeneration(newest)
  return changes.length > 0 ? 'some' : 'none'
}

function newestOf(changes: readonly Change[], after: number): number | 'gap' {
  let newest = after
  for (const { generation } of changes) {
    if (generation > newest + 1) return 'gap'
    newest = generation
  }
  return newest
}

/** From here on changes are put into the table block by block: an import changes many numbers of a block. */
const MANY = 100

function put(table: RouteTable, changes: readonly Change[]): void {
  if (changes.length >= MANY) putRows(table.values, changes, table)
  else for (const { range, route } of changes) if (range) table.set(range, route)
}

/** In order; short ranges that come together are one writing of the blocks that they are in. */
function putRows(
  values: RouteTable['values'],
  changes: readonly Change[],
  into: Pick<RouteTable, 'set' | 'setMany'>,
): void {
  const rows = emptyRows(ROWS_AT_ONCE)
  const flush = (): void => {
    into.setMany(rows)
    rows.count = 0
  }
  for (const { range, route } of changes) {
    if (!range) continue
    const size = range.first === range.last ? 1 : sizeOf(range)
    if (rows.count + size > ROWS_AT_ONCE) flush()
    if (size > ROWS_AT_ONCE) into.set(range, route)
    else for (const number of size === 1 ? [range.first] : walk(range)) addRow(rows, number, idOf(values, route))
  }
  flush()
}

function idOf(values: RouteTable['values'], route: RouteChange['route']): number {
  return route === undefined ? 0 : values.idOf(route)
}

/** Waits until it is rung or the time is over; a ring while nobody waits is remembered. */
function doorbell(): { ring(): void; waitMs(milliseconds: number): Promise<void> } {
  let isRung = false
  let wake: (() => void) | undefined
  return {
    ring() {
      isRung = true
      wake?.()
    },
    async waitMs(milliseconds) {
      const { promise, resolve } = Promise.withResolvers<void>()
      wake = resolve
      const timer = setTimeout(resolve, milliseconds)
      if (!isRung) await promise
      clearTimeout(timer)
      wake = undefined
      isRung = false
    },
  }
}
