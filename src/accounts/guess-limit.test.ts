import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuessLimit, GUESSES_PER_MINUTE } from './guess-limit.ts'

const START = Temporal.Instant.from('2026-01-05T10:00:00Z')
const after = (seconds: number) => START.add({ seconds })

test('an address is not listened to after its last guess, until the minute is over', () => {
  const limit = createGuessLimit()
  for (let guess = 1; guess <= GUESSES_PER_MINUTE; guess++) {
    assert.equal(limit.isReached('192.0.2.1', after(guess)), false, `before guess ${guess}`)
    limit.failed('192.0.2.1', after(guess))
  }
  assert.equal(limit.isReached('192.0.2.1', after(30)), true)
  assert.equal(limit.isReached('192.0.2.2', after(30)), false, 'another address')
  assert.equal(limit.isReached('192.0.2.1', after(61)), false, 'a minute after the first guess')
})

test('a new minute counts from one', () => {
  const limit = createGuessLimit()
  for (let guess = 0; guess < GUESSES_PER_MINUTE; guess++) limit.failed('192.0.2.1', START)
  limit.failed('192.0.2.1', after(90))
  assert.equal(limit.isReached('192.0.2.1', after(91)), false)
})

test('addresses without end do not fill the memory: the oldest is forgotten', () => {
  const limit = createGuessLimit()
  for (let guess = 0; guess < GUESSES_PER_MINUTE; guess++) limit.failed('oldest', START)
  for (let address = 0; address < 10_000; address++) limit.failed(`address ${address}`, START)
  assert.equal(limit.isReached('oldest', START), false)
})

test('one guess of a window reaches the limit, and says so', () => {
  const limit = createGuessLimit()
  const reached = Array.from({ length: 2 * GUESSES_PER_MINUTE }, () => limit.failed('192.0.2.1', START))
  assert.deepEqual(reached.indexOf(true), GUESSES_PER_MINUTE - 1)
  assert.equal(reached.filter((isIt) => isIt).length, 1)
  assert.equal(limit.failed('192.0.2.1', after(90)), false)
})
