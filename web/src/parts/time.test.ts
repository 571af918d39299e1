import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { dayAndTimeIn, dayText, distanceOf, instantIn, instantOf, zoneLabel } from './time.ts'

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

test('a day alone is written as the day of an instant is', () => equal(dayText('2026-11-01'), '1 Nov 2026'))

test('a zone is named with its offset, UTC without', () => {
  deepEqual([zoneLabel('America/Jamaica'), zoneLabel('Etc/UTC')], ['America/Jamaica (GMT-5)', 'UTC'])
})

test('a distance is told in its largest unit, past and to come', () => {
  const now = instantOf('2025-01-01T00:00:00')
  const words = ['2025-01-01T00:00:05', '2024-12-31T23:00:00', '2025-01-02T23:59:00', '2025-01-03T01:00:00'].map((at) =>
    distanceOf(instantOf(at), now),
  )
  deepEqual(words, ['in 5 seconds', '1 hour ago', 'in 47 hours', 'in 2 days'])
})

// biome-ignore format: a table
const ENTERED = [
  // zone               entered               instant                     reason
  ['Etc/UTC',           '2025-01-01T02:30',   '2025-01-01T02:30:00.000Z', 'UTC as it is'],
  ['America/Jamaica',   '2024-12-31T21:30',   '2025-01-01T02:30:00.000Z', 'behind UTC'],
  ['Asia/Kathmandu',    '2025-01-01T08:15',   '2025-01-01T02:30:00.000Z', 'off the hour'],
  ['America/New_York',  '2025-07-01T08:00',   '2025-07-01T12:00:00.000Z', 'summer time'],
  ['America/New_York',  '2025-11-02T01:30',   '2025-11-02T05:30:00.000Z', 'an hour that is there twice: the first'],
  ['America/New_York',  '2025-03-09T02:30',   '2025-03-09T07:30:00.000Z', 'an hour that is skipped: after it'],
  ['Europe/London',     '2025-03-30T03:00',   '2025-03-30T02:00:00.000Z', 'a few hours after the change'],
  ['Etc/UTC',           '2025-01-01',         undefined,                  'a day without a time'],
  ['Etc/UTC',           '2025-13-01T02:30',   undefined,                  'no such month'],
] as const
for (const [zone, entered, instant, reason] of ENTERED)
  test(`${entered} in ${zone}: ${reason}`, () => equal(instantIn(zone, entered)?.toISOString(), instant))
