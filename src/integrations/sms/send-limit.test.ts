import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { createSendLimit } from './send-limit.ts'

const START = Temporal.Instant.from('2025-01-15T10:30:00Z')
const at = (seconds: number) => START.add({ seconds })

test('thirty a minute, and the thirty-first waits until the first is a minute old', () => {
  const limit = createSendLimit()
  for (let sent = 0; sent < 30; sent += 1) equal(limit.take('a', at(0)), undefined)
  match(limit.take('a', at(59)) ?? '', /may send 30 test messages a minute/)
  equal(limit.take('a', at(60)), undefined)
})

test('three hundred an hour, however they are spread; what was refused does not count', () => {
  const limit = createSendLimit()
  for (let minute = 0; minute < 10; minute += 1) {
    for (let sent = 0; sent < 30; sent += 1) equal(limit.take('a', at(minute * 60)), undefined)
  }
  match(limit.take('a', at(700)) ?? '', /may send 300 test messages an hour/)
  equal(limit.take('a', at(3600)), undefined)
})

test('each key has its own count', () => {
  const limit = createSendLimit()
  for (let sent = 0; sent < 31; sent += 1) limit.take('a', at(0))
  equal(limit.take('b', at(0)), undefined)
})
