import { Text } from '@mantine/core'
import { useMarket } from '../api/market.ts'
import type { PortDetail } from '../api/ports.ts'
import { WINDOW_LABELS } from './deadline-note.tsx'
import classes from './parts.module.css'
import { dayAndTimeIn, distanceOf, instantOf, lengthOf, now } from './time.ts'
import { useTicking } from './use-ticking.ts'

type Timer = PortDetail['timers'][number]

// biome-ignore format: a table
const OUTCOMES: Readonly<Record<string, string>> = {
  answered: 'answered',
  fired:    'ended without an answer',
  moot:     'no longer waited for',
}

/** The response windows of a port, each drawn from its opening to its deadline, with what came of it. */
export function Windows({ timers }: { readonly timers: readonly Timer[] }) {
  useTicking()
  if (timers.length === 0) return <Text c="dimmed">Nothing has been waited for yet.</Text>
  return (
    <ol className={classes.windows}>
      {timers.map((timer) => (
        <Window key={`${timer.kind} ${timer.started_at}`} timer={timer} />
      ))}
    </ol>
  )
}

function Window({ timer }: { readonly timer: Timer }) {
  const { time_zone } = useMarket()
  const [start, due] = [instantOf(timer.started_at), instantOf(timer.due_at)]
  const until = timer.ended_at === null ? now() : instantOf(timer.ended_at)
  const passed = (until.getTime() - start.getTime()) / Math.max(due.getTime() - start.getTime(), 1)
  const isLate = passed > 1 || timer.outcome === 'fired'
  const told =
    timer.ended_at === null
      ? `${isLate ? 'overdue, was due' : 'due'} ${distanceOf(due, now())}`
      : `${OUTCOMES[timer.outcome ?? ''] ?? timer.outcome} after ${lengthOf(start, until)}`
  return (
    <li>
      <div className={classes.eventHead}>
        <strong>{WINDOW_LABELS[timer.kind] ?? timer.kind}</strong>
        <span className={isLate ? classes.late : classes.quiet}>{told}</span>
      </div>
      <div className={classes.bar} aria-hidden>
        <span
          data-open={timer.ended_at === null || undefined}
          data-late={isLate || undefined}
          style={{ width: `${Math.min(Math.max(passed, 0.01), 1) * 100}%` }}
        />
      </div>
      <div className={classes.eventHead}>
        <span className={classes.quiet}>{dayAndTimeIn(time_zone, start).join(', ')}</span>
        <span className={classes.quiet}>until {dayAndTimeIn(time_zone, due).join(', ')}</span>
      </div>
      <span className={classes.meaning}>{timer.rule}</span>
    </li>
  )
}
