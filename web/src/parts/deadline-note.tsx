import { useMarket } from '../api/market.ts'
import type { Port } from '../api/ports.ts'
import { Clock } from './icon.tsx'
import classes from './parts.module.css'
import { dayAndTimeIn, distanceOf, instantOf, now } from './time.ts'
import { Timestamp } from './timestamp.tsx'
import { useTicking } from './use-ticking.ts'

/** Who is waited for in each response window of a port. */
export const WINDOW_LABELS: Readonly<Record<string, string>> = {
  acknowledgement: 'Acknowledgement',
  authorisation: 'Authorisation',
  instruction: 'Instruction',
  instruction_response: 'Instruction response',
  porting: 'Ported',
  change: 'Change response',
  checks: 'Proof of port',
}

type Props = { readonly port: Pick<Port, 'deadline'>; readonly look?: 'short' | 'with time' }

/** `Authorisation due in 2 hours`; red once it is overdue. */
export function DeadlineNote({ port, look = 'short' }: Props) {
  useTicking()
  const { time_zone } = useMarket()
  if (!port.deadline) return null
  const { kind, due_at, rule, is_overdue } = port.deadline
  const due = instantOf(due_at)
  return (
    <span
      className={classes.deadline}
      data-overdue={is_overdue || undefined}
      title={`${dayAndTimeIn(time_zone, due).join(', ')}: ${rule}`}
    >
      <Clock size={13} />
      <span>
        {WINDOW_LABELS[kind] ?? kind} {is_overdue ? 'was due' : 'due'} {distanceOf(due, now())}
        {look === 'with time' && (
          <>
            , <Timestamp at={due_at} />
          </>
        )}
      </span>
    </span>
  )
}
