import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { dayAndTimeIn, distanceOf, instantOf, zoneLabel } from './time.ts'

test('a record’s time without zone is UTC, as an event’s with Z (contract O-25)', () => {
  equal(instantOf('2025-01-15T10:30:00').toISOString(), instantOf('2025-01-15T10:30:00Z').toISOString())
})

// biome-ignore format: a table
const ZONES = [
  // zone              day            time        reason
  ['Etc/UTC',          '1 Jan 2025',  '02:30:00', 'as it came'],
  ['America/Jamaica',  '31 Dec 2024', '21:30:00', 'the day before, in the zone of the market'],
  ['Asia/Kathmandu',   '1 Jan 2025',  '08:15:00', 'a zone off the hour'],
] as const
for (const [zone, day, time, reason] of ZONES) {
  test(`${zone}: ${reason}`, () => deepEqual(dayAndTimeIn(zone, instantOf('2025-01-01T02:30:00')), [day, time]))
}

test('a zone is named with its offset, UTC without', () => {
  deepEqual([zoneLabel('America/Jamaica'), zoneLabel('Etc/UTC')], ['America/Jamaica (GMT-5)', 'UTC'])
})

test('a distance is told in its largest unit, past and to come', () => {
  const now = instantOf('2025-01-01T00:00:00')
  const words = ['2025-01-01T00:00:05', '2024-12-31T23:00:00', '2025-01-03T01:00:00'].map((at) =>
    distanceOf(instantOf(at), now),
  )
  deepEqual(words, ['in 5 seconds', '1 hour ago', 'in 2 days'])
})
