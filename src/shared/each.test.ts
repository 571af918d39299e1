import { deepEqual, equal, rejects } from 'node:assert/strict'
import test from 'node:test'
import { eachOnItsOwn } from './each.ts'

test('one item that fails keeps none of the others back, and its failure is thrown at the end', async () => {
  const done: number[] = []
  const work = async (item: number) => {
    if (item === 2) throw new Error('two')
    done.push(item)
  }
  await rejects(eachOnItsOwn([1, 2, 3], work), ({ message, cause }: Error) => {
    equal(message, '1 of 3 failed')
    equal((cause as Error).message, 'two')
    return true
  })
  deepEqual(done, [1, 3])
})

test('all items done: how many there were', async () => {
  equal(await eachOnItsOwn(['a', 'b'], async () => {}), 2)
  equal(await eachOnItsOwn([], async () => {}), 0)
})

test('when what all items need is away, as the database, not every item is tried', async () => {
  let tries = 0
  const work = async () => {
    tries += 1
    throw new Error('away')
  }
  await rejects(
    eachOnItsOwn(Array.from({ length: 100 }, String), work, async () => false),
    /10 of 100 failed/,
  )
  equal(tries, 10)
})

test('ten items that fail first keep none of the rest back while all they need is there', async () => {
  const done: number[] = []
  const work = async (item: number) => {
    if (item < 25) throw new Error('poisoned')
    done.push(item)
  }
  const items = Array.from({ length: 30 }, (_, item) => item)
  await rejects(
    eachOnItsOwn(items, work, async () => true),
    /25 of 30 failed/,
  )
  deepEqual(done, [25, 26, 27, 28, 29])
})
