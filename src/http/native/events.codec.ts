import type { LoggedEvent } from '../../events/feed.ts'
import { timeText } from './time.codec.ts'

/** What a reader of the stream is told of an event. */
export function eventOf({ sequence, type, subject, at, payload }: LoggedEvent) {
  return {
    sequence,
    type,
    msgidentifier: subject,
    state: typeof payload.state === 'string' ? payload.state : null,
    at: timeText(at),
  }
}

/**
 * One server-sent event.
 *
 * @param settled - up to where nothing is still to come; the id never passes it, so that a reader that goes on from there misses nothing
 */
export function eventText(event: LoggedEvent, settled: number): string {
  const data = JSON.stringify(eventOf(event))
  return `id: ${Math.min(event.sequence, settled)}\nevent: ${event.type}\ndata: ${data}\n\n`
}
