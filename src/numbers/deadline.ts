import { counted } from '../shared/count.ts'
import type { Calendar, Window } from './market.schema.ts'

export type Deadline = {
  readonly dueAt: Temporal.Instant /** How it came about, to be kept beside it. */
  readonly rule: string
}

type Asked = {
  readonly from: Temporal.Instant
  readonly window: Window
  readonly calendar: Calendar
  /** IANA name: the market's. */
  readonly timeZone: string
}

/**
 * When a response window that opens at `from` ends. Computed once, at the event; nothing counts hours afterwards.
 *
 * Minutes run always. Calendar days end at the same time of the day. Work hours run only while the calendar is open, and
 * a window that is used up exactly at closing ends there. Work days end at the same time of the n-th working day after;
 * what is asked outside working time (closing itself is outside) counts from the next opening.
 */
export function deadlineOf({ from, window, calendar, timeZone }: Asked): Deadline {
  const start = from.toZonedDateTimeISO(timeZone)
  const due = ENDS[window.unit](start, window.value, calendar)
  return { dueAt: due.toInstant(), rule: ruleOf(window, calendar, timeZone) }
}

type End = (start: Temporal.ZonedDateTime, value: number, calendar: Calendar) => Temporal.ZonedDateTime

const ENDS: Record<Window['unit'], End> = {
  minutes: (start, value) => start.add({ minutes: value }),
  calendarDays: (start, value) => start.add({ days: value }),
  workHours: afterWorkHours,
  workDays: afterWorkDays,
}

function afterWorkHours(start: Temporal.ZonedDateTime, hours: number, calendar: Calendar): Temporal.ZonedDateTime {
  let at = nextWorkingMoment(start, calendar)
  let left = hours * 3_600_000
  for (;;) {
    // elapsed milliseconds, so that a day on which the clocks change is as long as it is
    const untilClosing = closingOf(at, calendar).epochMilliseconds - at.epochMilliseconds
    if (left <= untilClosing) return at.add({ milliseconds: left })
    left -= untilClosing
    at = nextWorkingMoment(closingOf(at, calendar), calendar)
  }
}

function afterWorkDays(start: Temporal.ZonedDateTime, days: number, calendar: Calendar): Temporal.ZonedDateTime {
  const counted = nextWorkingMoment(start, calendar)
  let day = counted.toPlainDate()
  for (let left = days; left > 0; left -= 1) day = nextWorkingDay(day.add({ days: 1 }), calendar)
  return day.toZonedDateTime({ timeZone: start.timeZoneId, plainTime: counted.toPlainTime() })
}

/** `at` itself during working time, else the next opening. */
function nextWorkingMoment(at: Temporal.ZonedDateTime, calendar: Calendar): Temporal.ZonedDateTime {
  const isAfterClosing = Temporal.ZonedDateTime.compare(at, closingOf(at, calendar)) >= 0
  const today = at.toPlainDate()
  const day = nextWorkingDay(isAfterClosing ? today.add({ days: 1 }) : today, calendar)
  const opening = day.toZonedDateTime({ timeZone: at.timeZoneId, plainTime: calendar.opens })
  return Temporal.ZonedDateTime.compare(at, opening) > 0 ? at : opening
}

function closingOf(at: Temporal.ZonedDateTime, calendar: Calendar): Temporal.ZonedDateTime {
  return at.withPlainTime(calendar.closes)
}

/** `day` itself when it is a working day. The calendar has at least one, and holidays end, so the search does too. */
function nextWorkingDay(day: Temporal.PlainDate, { workDays, holidays }: Calendar): Temporal.PlainDate {
  let candidate = day
  while (!workDays.includes(candidate.dayOfWeek) || holidays.includes(candidate.toString())) {
    candidate = candidate.add({ days: 1 })
  }
  return candidate
}

const UNIT_WORDS = {
  workHours: 'working hour',
  workDays: 'working day',
  calendarDays: 'calendar day',
} as const satisfies Record<Exclude<Window['unit'], 'minutes'>, string>

function ruleOf({ value, unit }: Window, calendar: Calendar, timeZone: string): string {
  if (unit === 'minutes') return value % 60 === 0 ? counted(value / 60, 'hour') : counted(value, 'minute')
  const length = counted(value, UNIT_WORDS[unit])
  if (unit === 'calendarDays') return `${length} in ${timeZone}`
  const { opens, closes, holidays } = calendar
  const open = `${daysText(calendar.workDays)} ${opens}-${closes}`
  return `${length} in ${timeZone}, ${open}, ${counted(holidays.length, 'holiday')}`
}

const DAY_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** `Mon-Fri`, or `Mon, Wed-Fri` where a day is left out. */
function daysText(workDays: readonly number[]): string {
  const runs: { first: number; last: number }[] = []
  for (const day of workDays.toSorted((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run !== undefined && run.last === day - 1) run.last = day
    else runs.push({ first: day, last: day })
  }
  const name = (day: number) => DAY_NAMES[day - 1]
  return runs.map(({ first, last }) => (first === last ? name(first) : `${name(first)}-${name(last)}`)).join(', ')
}
