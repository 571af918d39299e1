import { deepEqual, equal, throws } from 'node:assert/strict'
import test from 'node:test'
import { machine } from './machine.ts'

type Light = 'red' | 'green' | 'off'
const LIGHT = machine<Light, 'wait' | 'cut', 'click'>([
  ['red', 'wait', 'green', ['click']],
  ['green', 'wait', 'red', []],
  ['green', 'cut', 'off', []],
])

test('a table says where a trigger leads and what is done, and nothing for a pair it does not have', () => {
  deepEqual(LIGHT.next('red', 'wait'), { to: 'green', actions: ['click'] })
  equal(LIGHT.next('red', 'cut'), undefined)
  deepEqual(LIGHT.offers('green'), ['wait', 'cut'])
  deepEqual(LIGHT.offers('off'), [])
})

test('a state reaches itself and what its edges lead to, over any number of edges', () => {
  equal(LIGHT.reaches('red', 'off'), true)
  equal(LIGHT.reaches('off', 'red'), false)
  equal(LIGHT.reaches('off', 'off'), true)
})

test('a pair listed twice is refused at start', () => {
  throws(
    () =>
      machine<Light, 'wait', 'click'>([
        ['red', 'wait', 'green', []],
        ['red', 'wait', 'off', []],
      ]),
    /red wait/,
  )
})
