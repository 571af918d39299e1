import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { until } from '../../test/support/until.ts'
import type { E164 } from '../numbers/e164.ts'
import { walk } from '../numbers/range.ts'
import type { Route, RouteChange, RouteFeed, SettingsChange } from '../routing/route.ts'
import { createLog } from '../shared/log.ts'
import { type FollowOptions, followRoutes } from './follow.ts'
import { withJournal } from './journal.ts'
import { routeTable } from './table.ts'

const DIGI: Route = { operator: 'DIGI', routingNumber: '+15559901', numberType: 'mobile' }

/** A feed in memory: the database's side of the bargain, with a switch for an outage. */
function memoryFeed() {
  const changes: (RouteChange | SettingsChange)[] = []
  let skipped = 0
  const listeners = new Set<() => void>()
  const world = { isDown: false, isHintLost: false }
  const refuse = (): void => {
    if (world.isDown) throw new Error('connection refused')
  }
  const feed: RouteFeed = {
    async snapshot() {
      refuse()
      const routes = new Map<E164, Route>()
      for (const { range, route } of changes) {
        if (!range) continue
        for (const number of walk(range))
          if (route === undefined) routes.delete(number)
          else routes.set(number, route)
      }
      const batches = (async function* () {
        for (const [number, route] of routes) yield [{ number, route }]
      })()
      return { generation: changes.at(-1)?.generation ?? 0, batches }
    },
    async changesAfter(after, limit) {
      refuse()
      const rest = changes.filter(({ generation }) => generation > after)
      const last = rest[limit - 1]?.generation
      return last === undefined ? rest : rest.filter(({ generation }) => generation <= last)
    },
    onChange(hear) {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
  }
  const commit = (first: string, last: string, route: Route | undefined): void => {
    changes.push({
      generation: (changes.at(-1)?.generation ?? 0) + 1 + skipped,
      range: { first: first as E164, last: last as E164 },
      route,
    })
    skipped = 0
    if (!world.isHintLost) for (const hear of listeners) hear()
  }
  /** A generation in which no route changes. */
  const settle = (): void => {
    changes.push({ generation: (changes.at(-1)?.generation ?? 0) + 1, range: undefined, route: undefined })
    for (const hear of listeners) hear()
  }
  /** The database is replaced by a copy that lacks the last changes. */
  const lose = (count: number): void => {
    changes.splice(-count)
  }
  const leaveOut = (generations: number): void => {
    skipped = generations
  }
  return { feed, world, commit, settle, listeners, leaveOut, lose }
}

/** How long it takes until something is so, looked at after every turn of everything else. */
async function tookMs(isTrue: () => boolean): Promise<number> {
  const since = performance.now()
  while (!isTrue()) {
    ok(performance.now() - since < 60_000, 'within a minute')
    await turn()
  }
  return performance.now() - since
}

/** Follows a feed for the length of a test and keeps the messages it logs. */
function following(
  { feed }: ReturnType<typeof memoryFeed>,
  table = routeTable(),
  claims: FollowOptions['claims'] = undefined,
) {
  const lines: string[] = []
  const log = createLog('silent')
  log.warn = (_facts: object, message?: string) => void lines.push(message ?? '')
  log.info = log.warn
  return { table, lines, follower: followRoutes({ feed, table, log, ...(claims && { claims }) }) }
}

/** The machine may do other things in the middle of one change, and not in that of most. */
const CHANGES = 9

test('a snapshot first, then every change, most within 100 ms of their commit, a range of 10,000 at once (I10)', async () => {
  const source = memoryFeed()
  source.commit('+15550100', '+15550199', DIGI)
  const { table, follower } = following(source)
  await follower.ready
  deepEqual([table.size, table.generation], [100, 1])
  source.commit('+15560000', '+15569999', DIGI)
  const took = [await tookMs(() => table.lookup('15569999') !== undefined)]
  deepEqual([table.size, follower.generation()], [10_100, 2])
  for (let at = 1; at < CHANGES; at++) {
    source.commit(`+1556000${at}`, `+1556000${at}`, undefined)
    took.push(await tookMs(() => table.lookup(`1556000${at}`) === undefined))
  }
  equal(table.size, 10_100 - CHANGES + 1)
  const median = took.sort((a, b) => a - b)[Math.floor(CHANGES / 2)]!
  ok(median < 100, `${took} ms`)
  await follower.close()
  equal(source.listeners.size, 0)
})

test('a change whose hint was lost is found by the clock', async () => {
  const source = memoryFeed()
  const { table, follower } = following(source)
  await follower.ready
  source.world.isHintLost = true
  source.commit('+15550100', '+15550100', DIGI)
  await until('the change is found', () => table.size === 1)
  await follower.close()
})

test('a feed that fails is survived, said once, and caught up with', async () => {
  const source = memoryFeed()
  source.commit('+15550100', '+15550100', DIGI)
  const { table, lines, follower } = following(source)
  await follower.ready
  source.world.isDown = true
  source.commit('+15550101', '+15550101', DIGI)
  await until('the feed has failed', () => !follower.health().isFeedUp)
  source.commit('+15550102', '+15550102', DIGI)
  ok(table.lookup('15550100') !== undefined, 'what is known is served')
  source.world.isDown = false
  source.commit('+15550103', '+15550103', DIGI)
  await until('all is caught up with', () => follower.health().isFeedUp && table.size === 4)
  deepEqual(lines, ['routes loaded', 'the route feed fails; DNS serves what it has', 'the route feed answers again'])
  await follower.close()
})

test('a long range among many changes that come together, and what changed within it after', async () => {
  const source = memoryFeed()
  const { table, follower } = following(source)
  await follower.ready
  source.world.isDown = true
  await until('the feed has failed', () => !follower.health().isFeedUp)
  for (let at = 0; at < 150; at++) source.commit(`+15550${100 + at}`, `+15550${100 + at}`, DIGI)
  source.commit('+15560000', '+15569999', DIGI)
  source.commit('+15560007', '+15560007', undefined)
  source.world.isDown = false
  await until('generation 152', () => table.generation === 152)
  deepEqual([table.size, table.lookup('15560007'), table.lookup('15569999')?.operator], [10_149, undefined, 'DIGI'])
  await follower.close()
})

test('a feed that is down at the start is not ready, and is when it comes', async () => {
  const source = memoryFeed()
  source.world.isDown = true
  source.commit('+15550100', '+15550100', DIGI)
  const { table, follower } = following(source)
  await until('the feed has failed', () => !follower.health().isFeedUp)
  equal(follower.health().isLoaded, false)
  source.world.isDown = false
  await follower.ready
  equal(table.size, 1)
  await follower.close()
})

test('routes from a local snapshot answer while the database is away, and are followed on', async () => {
  const source = memoryFeed()
  source.commit('+15550100', '+15550100', DIGI)
  const table = routeTable()
  table.set({ first: '+15550100' as E164, last: '+15550100' as E164 }, DIGI)
  table.setGeneration(1)
  source.commit('+15550101', '+15550101', DIGI)
  source.world.isDown = true
  const { follower, lines } = following(source, table)
  await follower.ready
  equal(follower.health().isLoaded, true)
  await until('the feed has failed', () => !follower.health().isFeedUp)
  source.world.isDown = false
  await until('generation 2', () => table.generation === 2)
  ok(!lines.includes('routes loaded'), 'followed by sequence, not loaded again')
  await follower.close()
})

test('a snapshot that the database does not know is replaced as a whole', async () => {
  const source = memoryFeed()
  source.commit('+15550100', '+15550100', DIGI)
  const table = routeTable()
  table.set({ first: '+15559999' as E164, last: '+15559999' as E164 }, DIGI)
  table.setGeneration(77)
  const { follower } = following(source, table)
  await until('generation 1', () => table.generation === 1)
  deepEqual([table.size, table.lookup('15559999')], [1, undefined])
  await follower.close()
})

test('a generation that the feed leaves out is noticed, and everything is loaded again', async () => {
  const source = memoryFeed()
  const { table, follower, lines } = following(source)
  await follower.ready
  source.commit('+15550100', '+15550100', DIGI)
  await until('generation 1', () => table.generation === 1)
  source.leaveOut(1)
  source.commit('+15550102', '+15550102', DIGI)
  await until('generation 3', () => table.generation === 3)
  ok(lines.some((line) => line.startsWith('the route feed leaves out a generation')))
  deepEqual([table.size, table.lookup('15550102') !== undefined], [2, true])
  await follower.close()
})

test('what changes while all routes are loaded is a part of them: no difference is worked out from a mixture', async () => {
  const source = memoryFeed()
  source.commit('+15550100', '+15550100', DIGI)
  const snapshot = async () => {
    const { generation, batches } = await source.feed.snapshot()
    const meanwhile = (async function* () {
      source.commit('+15550101', '+15550101', DIGI)
      source.commit('+15550100', '+15550100', undefined)
      // the first page was read before, this one after
      for await (const batch of batches) yield batch
      yield [{ number: '+15550101' as E164, route: DIGI }]
    })()
    return { generation, batches: meanwhile }
  }
  const { table, journal } = withJournal(routeTable())
  const { follower } = following({ ...source, feed: { ...source.feed, snapshot } }, table)
  await follower.ready
  deepEqual([table.generation, table.size, table.lookup('15550100')], [3, 1, undefined])
  source.commit('+15550102', '+15550102', DIGI)
  await until('generation 4', () => table.generation === 4)
  deepEqual(
    [1, 2, 3].map((generation) => journal.changesSince(generation)?.next(10).length),
    [undefined, undefined, 1],
  )
  await follower.close()
})

// biome-ignore format: a table
const LOST: readonly [what: string, after: readonly string[]][] = [
  ['has not gone on',                                []],
  ['has gone another way to the same generation',    ['+15550109']],
  ['has gone another way beyond it',                 ['+15550109', '+15550108']],
]
for (const [what, after] of LOST)
  test(`a database that comes back without its last changes, and ${what}, is loaded again`, async () => {
    const source = memoryFeed()
    source.commit('+15550100', '+15550100', DIGI)
    source.commit('+15550101', '+15550101', DIGI)
    const { table, follower } = following(source)
    await follower.ready
    source.world.isDown = true
    await until('the feed has failed', () => !follower.health().isFeedUp)
    source.lose(1)
    for (const number of after) source.commit(number, number, DIGI)
    source.world.isDown = false
    await until('the feed answers again', () => follower.health().isFeedUp)
    deepEqual([table.generation, table.size, table.lookup('15550101')], [1 + after.length, 1 + after.length, undefined])
    await follower.close()
  })

test('a generation without routes is followed; the settings are looked at before it is served, and claimed once', async () => {
  const source = memoryFeed()
  source.commit('+15550100', '+15550100', DIGI)
  const table = routeTable()
  const calls: string[] = []
  const claims = {
    claim: async () => void calls.push(`claim at ${table.generation}`),
    look: async () => void calls.push(`look at ${table.generation}`),
  }
  const { follower, lines } = following(source, table, claims)
  await follower.ready
  source.settle()
  await until('generation 2', () => table.generation === 2)
  source.commit('+15550101', '+15550101', DIGI)
  await until('generation 3', () => table.generation === 3)
  source.world.isDown = true
  await until('the feed has failed', () => !follower.health().isFeedUp)
  source.world.isDown = false
  await until('the feed answers again', () => follower.health().isFeedUp)
  deepEqual(calls, ['claim at 0', 'look at 0', 'look at 1', 'look at 3'])
  equal(lines.filter((line) => line === 'routes loaded').length, 1)
  await follower.close()
})
