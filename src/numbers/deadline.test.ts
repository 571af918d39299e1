import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { deadlineOf } from './deadline.ts'
import type { Calendar, Window } from './market.schema.ts'

const OFFICE: Calendar = {
  workDays: [1, 2, 3, 4, 5],
  opens: '08:00',
  closes: '17:00',
  holidays: ['2026-04-03', '2026-04-06', '2026-12-25'],
}
/** Open on the Sunday nights on which the clocks change. */
const NIGHTS: Calendar = { workDays: [1, 7], opens: '00:00', closes: '06:00', holidays: [] }

const TRINIDAD = 'America/Port_of_Spain' // UTC-4 all year
const NEW_YORK = 'America/New_York' //      forward on 2026-03-08, back on 2026-11-01

// In 2026, 16 January is a Friday, 3 and 6 April are holidays around a weekend.
// biome-ignore format: a table
const WINDOWS: [value: number, unit: Window['unit'], calendar: Calendar, timeZone: string, from: string, dueAt: string, reason: string][] = [
  [30, 'minutes',      OFFICE, TRINIDAD, '2026-01-16T23:50:00-04:00', '2026-01-17T00:20:00-04:00', 'minutes run at night'],
  [60, 'minutes',      OFFICE, NEW_YORK, '2026-03-08T01:30:00-05:00', '2026-03-08T03:30:00-04:00', 'an hour is an hour when the clocks go forward'],
  [3,  'calendarDays', OFFICE, TRINIDAD, '2026-04-02T10:00:00-04:00', '2026-04-05T10:00:00-04:00', 'calendar days count holidays and Sundays'],
  [1,  'calendarDays', OFFICE, NEW_YORK, '2026-03-07T10:00:00-05:00', '2026-03-08T10:00:00-04:00', 'the same time of a day of 23 hours'],
  [1,  'calendarDays', OFFICE, NEW_YORK, '2026-10-31T10:00:00-04:00', '2026-11-01T10:00:00-05:00', 'the same time of a day of 25 hours'],
  [1,  'calendarDays', OFFICE, NEW_YORK, '2026-03-07T02:30:00-05:00', '2026-03-08T03:30:00-04:00', 'a time that the day leaves out comes an hour later'],

  [2,  'workHours',    OFFICE, TRINIDAD, '2026-01-16T10:00:00-04:00', '2026-01-16T12:00:00-04:00', 'within one day'],
  [2,  'workHours',    OFFICE, TRINIDAD, '2026-01-16T15:00:00-04:00', '2026-01-16T17:00:00-04:00', 'used up exactly at closing: ends there'],
  [2,  'workHours',    OFFICE, TRINIDAD, '2026-01-16T15:00:01-04:00', '2026-01-19T08:00:01-04:00', 'a second more goes over the weekend'],
  [2,  'workHours',    OFFICE, TRINIDAD, '2026-01-16T17:00:00-04:00', '2026-01-19T10:00:00-04:00', 'closing itself is outside'],
  [2,  'workHours',    OFFICE, TRINIDAD, '2026-01-16T08:00:00-04:00', '2026-01-16T10:00:00-04:00', 'opening itself is inside'],
  [2,  'workHours',    OFFICE, TRINIDAD, '2026-01-16T07:59:59-04:00', '2026-01-16T10:00:00-04:00', 'before opening counts from opening'],
  [2,  'workHours',    OFFICE, TRINIDAD, '2026-01-17T12:00:00-04:00', '2026-01-19T10:00:00-04:00', 'Saturday counts from Monday'],
  [2,  'workHours',    OFFICE, TRINIDAD, '2026-04-02T16:00:00-04:00', '2026-04-07T09:00:00-04:00', 'over two holidays and a weekend'],
  [20, 'workHours',    OFFICE, TRINIDAD, '2026-01-16T10:00:00-04:00', '2026-01-20T12:00:00-04:00', 'over more than a day'],
  [2,  'workHours',    OFFICE, TRINIDAD, '2026-01-17T02:00:00Z',      '2026-01-19T14:00:00Z',      'Friday night there is Saturday in UTC'],
  [3,  'workHours',    NIGHTS, NEW_YORK, '2026-03-08T00:00:00-05:00', '2026-03-08T04:00:00-04:00', 'three elapsed hours when the clocks go forward'],
  [3,  'workHours',    NIGHTS, NEW_YORK, '2026-11-01T00:00:00-04:00', '2026-11-01T02:00:00-05:00', 'three elapsed hours when the clocks go back'],
  [6,  'workHours',    NIGHTS, NEW_YORK, '2026-03-08T00:00:00-05:00', '2026-03-09T01:00:00-04:00', 'the night had only five hours'],
  [7,  'workHours',    NIGHTS, NEW_YORK, '2026-11-01T00:00:00-04:00', '2026-11-01T06:00:00-05:00', 'the night had seven hours'],

  [1,  'workDays',     OFFICE, TRINIDAD, '2026-01-15T10:00:00-04:00', '2026-01-16T10:00:00-04:00', 'the same time of the next working day'],
  [1,  'workDays',     OFFICE, TRINIDAD, '2026-01-16T10:00:00-04:00', '2026-01-19T10:00:00-04:00', 'over the weekend'],
  [1,  'workDays',     OFFICE, TRINIDAD, '2026-01-17T10:00:00-04:00', '2026-01-20T08:00:00-04:00', 'Saturday counts from Monday, eight'],
  [1,  'workDays',     OFFICE, TRINIDAD, '2026-01-16T17:00:00-04:00', '2026-01-20T08:00:00-04:00', 'so does Friday at closing'],
  [2,  'workDays',     OFFICE, TRINIDAD, '2026-04-02T10:00:00-04:00', '2026-04-08T10:00:00-04:00', 'holidays are no working days'],
  [1,  'workDays',     OFFICE, NEW_YORK, '2026-03-06T10:00:00-05:00', '2026-03-09T10:00:00-04:00', 'the same time after the clocks went forward'],
  [1,  'workDays',     OFFICE, NEW_YORK, '2026-10-30T10:00:00-04:00', '2026-11-02T10:00:00-05:00', 'the same time after the clocks went back'],
]
for (const [value, unit, calendar, timeZone, from, dueAt, reason] of WINDOWS) {
  test(`${value} ${unit} from ${from} end at ${dueAt}: ${reason}`, () => {
    const deadline = deadlineOf({ from: Temporal.Instant.from(from), window: { value, unit }, calendar, timeZone })
    equal(deadline.dueAt.toString(), Temporal.Instant.from(dueAt).toString())
  })
}

test('the rule of a deadline can be read', () => {
  const rule = (window: Window, calendar: Calendar) =>
    deadlineOf({ from: Temporal.Instant.from('2026-01-16T12:00:00Z'), window, calendar, timeZone: TRINIDAD }).rule
  deepEqual(
    [
      rule({ value: 2, unit: 'workHours' }, OFFICE),
      rule({ value: 1, unit: 'workDays' }, { ...OFFICE, workDays: [7, 1, 2, 4] }),
      rule({ value: 30, unit: 'minutes' }, OFFICE),
      rule({ value: 1_440, unit: 'minutes' }, OFFICE),
      rule({ value: 3, unit: 'calendarDays' }, OFFICE),
    ],
    [
      '2 working hours in America/Port_of_Spain, Mon-Fri 08:00-17:00, 3 holidays',
      '1 working day in America/Port_of_Spain, Mon-Tue, Thu, Sun 08:00-17:00, 3 holidays',
      '30 minutes',
      '24 hours',
      '3 calendar days in America/Port_of_Spain',
    ],
  )
})
