import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { crowd } from './crowd.ts'

test('one may hold so many and no more, and again when some have gone; another has a count of its own', () => {
  const admit = crowd(2)
  const leave = admit('a')
  equal(typeof leave, 'function')
  equal(typeof admit('a'), 'function')
  equal(admit('a'), undefined)
  equal(typeof admit('b'), 'function')
  leave?.()
  equal(typeof admit('a'), 'function')
  equal(admit('a'), undefined)
})
