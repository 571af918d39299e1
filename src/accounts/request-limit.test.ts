import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { createRequestLimit } from './request-limit.ts'

function limitAt(rate: { readonly perSecond: number; readonly atOnce: number }) {
  let nowMs = 0
  const limit = createRequestLimit(rate, () => nowMs)
  return {
    /** How many of so many requests may come. */
    come: (who: string, count: number) => Array.from({ length: count }, () => limit.take(who)).filter(Boolean).length,
    wait: (ms: number) => {
      nowMs += ms
    },
  }
}

test('after a rest so many may come at once, and then so many a second', () => {
  const { come, wait } = limitAt({ perSecond: 10, atOnce: 100 })
  equal(come('bss', 150), 100)
  wait(1000)
  equal(come('bss', 150), 10)
  wait(50)
  equal(come('bss', 150), 0, 'half a request is none')
  wait(50)
  equal(come('bss', 150), 1)
  wait(3_600_000)
  equal(come('bss', 150), 100, 'however long the rest')
})

test('what is refused costs nothing: whoever keeps asking gets what there is', () => {
  const { come, wait } = limitAt({ perSecond: 10, atOnce: 10 })
  const granted = Array.from({ length: 100 }, () => {
    wait(10)
    return come('bss', 5)
  })
  const all = granted.reduce((sum, one) => sum + one, 0)
  equal(all, 19, 'ten at once, and one more in each tenth of a second that is over')
})

test('who asks too often takes nothing of the others', () => {
  const { come } = limitAt({ perSecond: 1, atOnce: 5 })
  deepEqual([come('one', 9), come('two', 9), come('one', 9)], [5, 5, 0])
})

test('names without end do not fill the memory: who was quiet longest begins anew, and nobody else', () => {
  const { come } = limitAt({ perSecond: 1, atOnce: 5 })
  equal(come('quiet', 5), 5)
  equal(come('loud', 5), 5)
  for (let name = 0; name < 10_000; name++) {
    come(`name ${name}`, 1)
    if (name % 1000 === 0) equal(come('loud', 1), 0)
  }
  deepEqual([come('quiet', 1), come('loud', 1)], [1, 0])
})
