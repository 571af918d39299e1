/**
 * A time of np_api as an instant: records say UTC without a zone, events with `Z` (contract O-25). Date and not Temporal,
 * in this file alone: not every browser of the last two years has Temporal.
 */
export function instantOf(text: string): Date {
  return new Date(/Z$|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`)
}

/** `21 Nov 2026` and `14:03:11`, in a zone. */
export function dayAndTimeIn(zone: string, at: Date): readonly [day: string, time: string] {
  const [day = '', time = ''] = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
    .format(at)
    .split(', ')
  return [day, time]
}

/** A day of a zone that is known already: `2026-11-21` is `21 Nov 2026`. */
export function dayText(day: string): string {
  return dayAndTimeIn('UTC', new Date(`${day}T00:00:00Z`))[0]
}

/**
 * What somebody entered as a day and a time of a zone, as an instant: `2026-11-22T08:30`.
 *
 * @returns undefined for what is no time. Of an hour that a clock has twice it is the first; one that it skips is later.
 */
export function instantIn(zone: string, local: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(local)) return undefined
  const asUtc = new Date(`${local}Z`).getTime()
  if (Number.isNaN(asUtc)) return undefined
  // the offset a day before and a day after: at most one of them is wrong for the time between
  const candidates = [-86_400_000, 86_400_000].map((shift) => asUtc - offsetAt(zone, asUtc + shift))
  const exact = candidates.filter((at) => at + offsetAt(zone, at) === asUtc)
  return new Date(exact.length > 0 ? Math.min(...exact) : Math.max(...candidates))
}

/** Milliseconds that a zone is ahead of UTC at an instant. */
function offsetAt(zone: string, at: number): number {
  const name = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(name ?? '') ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000
}

/** `America/Jamaica (GMT-5)`; plain `UTC` where that is all there is to say. */
export function zoneLabel(zone: string): string {
  const short = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'shortOffset' })
    .formatToParts(new Date())
    .find(({ type }) => type === 'timeZoneName')?.value
  const name = zone.replace(/^Etc\//, '').replaceAll('_', ' ')
  return short === undefined || short === name || name === 'UTC' ? name : `${name} (${short})`
}

export function now(): Date {
  return new Date()
}

const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** Below two days it is told in hours: 47 hours are not always tomorrow. */
const LEAST_IN_DAYS = 2 * 86_400

/** `3 minutes ago`, `in 2 hours`, `in 47 hours`. */
export function distanceOf(at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000)
  const distance = Math.abs(seconds)
  const [unit, size] = STEPS.find(([unit, size]) => distance >= (unit === 'day' ? LEAST_IN_DAYS : size)) ?? [
    'second',
    1,
  ]
  return relative.format(Math.trunc(seconds / size), unit)
}

/** `3 minutes`, `2 hours`: how long between two instants, in the largest unit. */
export function lengthOf(from: Date, to: Date): string {
  return durationText((to.getTime() - from.getTime()) / 1000)
}

export function durationText(seconds: number): string {
  const [unit, size] = STEPS.find(([, size]) => seconds >= size) ?? ['second', 1]
  const count = Math.round((seconds / size) * 10) / 10
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
