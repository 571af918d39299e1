import type { PortDetail } from '../api/ports.ts'
import { isStateName, STATE_WORDS } from '../words.ts'
import type { LoggedEvent } from './event-history.tsx'

/** The log of the native API as the list of events shows it, with the edge that each line took. */
export function loggedOf({ events }: Pick<PortDetail, 'events'>): LoggedEvent[] {
  return events.map(({ number, msgtype, direction, log, at, from_state, to_state, said_by }) => ({
    id: number,
    msgtype,
    direction: direction === 'sent' ? 0 : 1,
    eventlog: log,
    submission_timestamp: at,
    edge: to_state !== null && to_state !== from_state ? `${labelOf(from_state)} → ${labelOf(to_state)}` : undefined,
    by: said_by,
  }))
}

function labelOf(state: string | null): string {
  if (state === null) return 'New'
  return isStateName(state) ? STATE_WORDS[state].label : state
}
