import { deepEqual, equal, rejects } from 'node:assert/strict'
import test from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { inParallel } from './parallel.ts'

test('results come in the order of the items, and never more than the limit run at once', async () => {
  let underway = 0
  let most = 0
  const doubled = await inParallel([5, 1, 4, 2, 3], 2, async (item) => {
    underway += 1
    most = Math.max(most, underway)
    for (let round = 0; round < item; round++) await turn()
    underway -= 1
    return item * 2
  })
  deepEqual([doubled, most], [[10, 2, 8, 4, 6], 2])
})

test('a failure ends it; nothing to do is done at once', async () => {
  await rejects(
    inParallel([1], 4, async () => {
      throw new Error('no')
    }),
    /no/,
  )
  equal((await inParallel([], 4, async () => 1)).length, 0)
})
