import type { Reader } from '../db/db.ts'
import { Fault } from '../shared/fault.ts'
import { findSteps } from './checklist.store.ts'
import { STEP_TABLE } from './checklist.ts'
import { findNewestPort } from './port.store.ts'
import type { Port } from './port.ts'
import type { PortingState } from './port-in.machine.ts'
import type { Porting } from './porting.ts'
import { findDue, findWindow, type WindowRow } from './watch.store.ts'

/** Who must act for a port to go on. */
export type Actor = 'us' | 'counterparty' | 'clearinghouse'

type Expected = {
  readonly event: string
  readonly who: Actor
  /**
   * Level from which the clearinghouse is asked for it again: before the window's end where that end decides the port. undefined:
   * it is ours to do, and nobody else can say it.
   */
  readonly askedFrom?: 1 | 2
}

/** The next expected event of each state in which something is still owed of a port (users.md B10). */
// biome-ignore format: a table
export const EXPECTED: Readonly<Record<Port['direction'], Readonly<Partial<Record<PortingState, Expected>>>>> = {
  in: {
    NoPort:                             { event: 'the acknowledgement of the request', who: 'clearinghouse' },
    Waiting_for_Authorisation_Response: { event: 'authorisation_response',             who: 'counterparty',  askedFrom: 1 },
    Waiting_for_Instruction:            { event: 'our instruction',                    who: 'us' },
    Waiting_for_Instruction_Response:   { event: 'instruction_response',               who: 'clearinghouse', askedFrom: 2 },
    Waiting_for_Ported_Response:        { event: 'ported',                             who: 'clearinghouse', askedFrom: 2 },
    Waiting_for_Change_Response:        { event: 'change_response',                    who: 'clearinghouse', askedFrom: 2 },
    Number_Ported:                      { event: 'the last step of the checklist',     who: 'us' },
    Aborted:                            { event: 'abort_response',                     who: 'clearinghouse', askedFrom: 2 },
  },
  out: {
    Waiting_for_Authorisation_Response: { event: 'our answer',                         who: 'us' },
    Waiting_for_Instruction:            { event: 'instruction',                        who: 'counterparty',  askedFrom: 2 },
    Waiting_for_Ported_Response:        { event: 'ported',                             who: 'clearinghouse', askedFrom: 2 },
    Number_Ported:                      { event: 'the last step of the checklist',     who: 'us' },
  },
}

/** When somebody further is told of a window, as a share of its length that has passed (users.md U19). */
// biome-ignore format: a table
export const ESCALATION = [
  // level  share of the window  name                tell
  { level: 1, share: 0.8,        name: 'due soon',   tell: 'the porting desk' },
  { level: 2, share: 1,          name: 'overdue',    tell: 'the porting desk' },
  { level: 3, share: 1.5,        name: 'late',       tell: 'the shift lead' },
  { level: 4, share: 3,          name: 'very late',  tell: 'the head of porting, with the log of the port' },
] as const

/** What is expected next of a port, of whom, and until when. */
export type Watched = {
  /** Of the window. */
  readonly id: string
  readonly msgidentifier: string
  readonly direction: Port['direction']
  readonly state: PortingState
  readonly counterparty: string
  readonly range: Port['range']
  readonly expected: string
  readonly who: Actor
  /** The operator code, or the clearinghouse's name, of whoever must act. */
  readonly whoName: string
  readonly since: Temporal.Instant
  readonly dueAt: Temporal.Instant
  /** How the latest time came about. */
  readonly rule: string
  readonly isOverdue: boolean
  /** Row of ESCALATION that has been reached; undefined before the first. */
  readonly level: (typeof ESCALATION)[number] | undefined
  /** How often, and when last, the clearinghouse was asked to repeat what it has said. */
  readonly asked: number
  readonly askedAt: Temporal.Instant | null
}

export type Reading = { readonly db: Reader } & Pick<Porting, 'market' | 'now'>

/** Ports whose next event has not come in time, the longest overdue first. */
export async function overduePorts(porting: Reading, { limit }: { readonly limit: number }): Promise<Watched[]> {
  return duePorts(porting, { withinMinutes: 0, limit })
}

/** Overdue ports, and those whose next event is due within so many minutes, the longest overdue first. */
export async function duePorts(
  porting: Reading,
  {
    withinMinutes,
    after,
    limit,
  }: {
    readonly withinMinutes: number
    readonly after?: { readonly dueAt: Temporal.Instant; readonly id: string } | undefined
    readonly limit: number
  },
): Promise<Watched[]> {
  const until = porting.now().add({ minutes: withinMinutes })
  const rows = await findDue(porting.db, { until, after, limit })
  return rows.map((row) => watchedOf(porting, row))
}

/**
 * What is expected next of the newest port of a chain; undefined where nothing is: the port is at its end.
 *
 * Fault: port_not_found.
 */
export async function nextExpected(porting: Reading, msgidentifier: string): Promise<Watched | undefined> {
  const port = await findNewestPort(porting.db, msgidentifier)
  if (!port) throw new Fault('port_not_found', `no port ${msgidentifier}`)
  return nextExpectedOf(porting, port)
}

/** The same of exactly this port. */
export async function nextExpectedOf(
  porting: Reading,
  { id, state }: Pick<Port, 'id' | 'state'>,
): Promise<Watched | undefined> {
  const row = await findWindow(porting.db, id)
  if (!row) return undefined
  const watched = watchedOf(porting, row)
  if (state !== 'Number_Ported') return watched
  const steps = await findSteps(porting.db, id)
  const open = steps.filter((step) => step.state === 'waiting' || step.state === 'failed')
  return { ...watched, expected: open.map(({ step }) => STEP_TABLE[step].title).join(', ') || watched.expected }
}

function watchedOf(
  { market, now }: Reading,
  { timerId, port, startedAt, dueAt, rule, level, asked, askedAt }: WindowRow,
): Watched {
  const expected = EXPECTED[port.direction][port.state]
  if (!expected)
    throw new Error(`nothing is expected of a port-${port.direction} in ${port.state}, but it has a window`)
  const names = { us: market.operator, counterparty: port.counterparty, clearinghouse: port.clearinghouse }
  return {
    id: timerId,
    msgidentifier: port.msgidentifier,
    direction: port.direction,
    state: port.state,
    counterparty: port.counterparty,
    range: port.range,
    expected: expected.event,
    who: expected.who,
    whoName: names[expected.who],
    since: startedAt,
    dueAt,
    rule,
    isOverdue: Temporal.Instant.compare(dueAt, now()) <= 0,
    level: ESCALATION.find((row) => row.level === level),
    asked,
    askedAt,
  }
}
