import { deepEqual, equal, rejects } from 'node:assert/strict'
import test from 'node:test'
import { combine } from './combine.ts'

test('calls that come while a batch is under way share the next one, up to the limit, and each gets its own result', async () => {
  const batches: number[][] = []
  const double = combine<number, number>(async (items) => {
    batches.push([...items])
    await new Promise(setImmediate)
    return items.map((item) => item * 2)
  }, 3)
  deepEqual(await Promise.all([1, 2, 3, 4, 5].map(double)), [2, 4, 6, 8, 10])
  deepEqual(batches, [[1], [2, 3, 4], [5]])
})

test('an error reaches every call of its batch and none of the next', async () => {
  const odd = combine<number, number>(async (items) => {
    if (items.includes(2)) throw new Error('no two')
    return items
  }, 1)
  const [one, two, three] = await Promise.allSettled([odd(1), odd(2), odd(3)])
  equal(one?.status, 'fulfilled')
  equal(two?.status, 'rejected')
  equal(three?.status, 'fulfilled')
})

test('a batch that answers too little fails the calls without an answer', async () => {
  const silent = combine<number, number>(async () => [], 8)
  await rejects(silent(1), /fewer results/)
})
