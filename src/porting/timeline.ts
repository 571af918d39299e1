import type { Reader } from '../db/db.ts'
import { deadlineOf } from '../numbers/deadline.ts'
import type { Window } from '../numbers/market.schema.ts'
import type { Market } from '../numbers/market.ts'
import type { Port } from './port.ts'
import type { PortingState } from './port-in.machine.ts'
import { findBeginning, findOldestLive } from './timeline.store.ts'

/** How a port-in stands against the longest time that its market allows, from the customer's wish to the numbers having moved. */
export type Timeline = {
  /** When it was asked for first: a port that was asked for again is no younger than the first of its chain. */
  readonly begunAt: Temporal.Instant
  readonly dueAt: Temporal.Instant
  /** How the latest time came about. */
  readonly rule: string
  /** When the numbers moved; null while they have not. */
  readonly portedAt: Temporal.Instant | null
  /** When they will have at the latest, if everybody else takes all of his time and we act at once; null once they have. */
  readonly forecastAt: Temporal.Instant | null
  readonly standing: Standing
}

/** `at_risk`: it is not broken yet, and will be unless somebody is quicker than he has to be. */
export const STANDINGS = ['in_time', 'at_risk', 'broken', 'kept'] as const
export type Standing = (typeof STANDINGS)[number]

/** The windows of others that are still to come after the one that a port is in; our own instruction takes no time. */
// biome-ignore format: a table
const AHEAD: Readonly<Partial<Record<PortingState, readonly ('authorisation' | 'instruction_response' | 'porting')[]>>> = {
  NoPort:                             ['authorisation', 'instruction_response', 'porting'],
  Waiting_for_Authorisation_Response: ['instruction_response', 'porting'],
  Waiting_for_Instruction:            ['instruction_response', 'porting'],
  Waiting_for_Instruction_Response:   ['porting'],
  Waiting_for_Ported_Response:        [],
  Waiting_for_Change_Response:        ['porting'],
}
/** Whose window is ours to end: what follows can begin now. */
const OURS: ReadonlySet<PortingState> = new Set<PortingState>(['NoPort', 'Waiting_for_Instruction'])

export type TimelineReading = { readonly db: Reader; readonly market: Market; readonly now: () => Temporal.Instant }

/** undefined for a port-out, for one that ended without being ported, and where the market has no limit. */
export async function timelineOf(reading: TimelineReading, port: Port): Promise<Timeline | undefined> {
  if (port.direction === 'out' || limitOf(reading.market, port) === undefined) return undefined
  return standingOf(reading, { port, ...(await findBeginning(reading.db, port)) })
}

/** So many live ports are looked at, the oldest first: they are the first to break their limit. */
const LOOKED_AT = 1000

/** Live ports whose limit is broken, or will be, the oldest first. */
export async function endangered(reading: TimelineReading): Promise<{ port: Port; timeline: Timeline }[]> {
  const { portingTime } = reading.market.limits
  if (portingTime === undefined) return []
  const found = await findOldestLive(reading.db, LOOKED_AT)
  return found.flatMap((begun) => {
    const timeline = standingOf(reading, begun)
    const isEndangered = timeline?.standing === 'at_risk' || timeline?.standing === 'broken'
    return isEndangered ? [{ port: begun.port, timeline }] : []
  })
}

function limitOf({ limits }: Market, { numberType }: Pick<Port, 'numberType'>): Window | undefined {
  return limits.portingTime?.[numberType]
}

export type Begun = {
  readonly port: Port
  readonly begunAt: Temporal.Instant
  readonly portedAt: Temporal.Instant | null
  /** The end of the window that it is in. */
  readonly windowDueAt: Temporal.Instant | null
}

function standingOf({ market, now }: TimelineReading, begun: Begun): Timeline | undefined {
  const { port, begunAt, portedAt } = begun
  const limit = limitOf(market, port)
  if (!limit) return undefined
  const { calendar, timeZone } = market
  const { dueAt, rule } = deadlineOf({ from: begunAt, window: limit, calendar, timeZone })
  const known = { begunAt, dueAt, rule, portedAt }
  if (portedAt) return { ...known, forecastAt: null, standing: isAfter(portedAt, dueAt) ? 'broken' : 'kept' }
  const forecastAt = forecastOf(market, begun, now())
  if (!forecastAt) return undefined
  if (isAfter(now(), dueAt)) return { ...known, forecastAt, standing: 'broken' }
  return { ...known, forecastAt, standing: isAfter(forecastAt, dueAt) ? 'at_risk' : 'in_time' }
}

function forecastOf(
  market: Market,
  { port: { state, numberType }, windowDueAt }: Begun,
  now: Temporal.Instant,
): Temporal.Instant | undefined {
  const { timers, calendar, timeZone } = market
  const windows = AHEAD[state]?.map((name) => (name === 'authorisation' ? timers[name][numberType] : timers[name]))
  const isTheirs = windowDueAt !== null && !OURS.has(state) && isAfter(windowDueAt, now)
  return windows?.reduce(
    (from, window) => deadlineOf({ from, window, calendar, timeZone }).dueAt,
    isTheirs ? windowDueAt : now,
  )
}

const isAfter = (one: Temporal.Instant, other: Temporal.Instant) => Temporal.Instant.compare(one, other) > 0
