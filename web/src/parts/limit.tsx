import { Text } from '@mantine/core'
import type { PortDetail } from '../api/ports.ts'
import type { Tone } from '../words.ts'
import classes from './parts.module.css'
import { ToneBadge } from './state-badge.tsx'
import { distanceOf, instantOf, lengthOf, now } from './time.ts'
import { Timestamp } from './timestamp.tsx'
import { useTicking } from './use-ticking.ts'

/** How a port-in stands against the longest time that the market allows. */
export type Timeline = NonNullable<PortDetail['timeline']>

// biome-ignore format: a table
const STANDINGS: Readonly<Record<Timeline['standing'], readonly [label: string, tone: Tone]>> = {
  in_time: ['In time',        'waiting'],
  at_risk: ['Near its limit', 'act'],
  broken:  ['Past its limit', 'failed'],
  kept:    ['Kept',           'done'],
}

/** From the first request to the latest time for the numbers to move, drawn as the response windows are. */
export function LimitOfMarket({ timeline }: { readonly timeline: Timeline }) {
  useTicking()
  const { begun_at, due_at, ported_at, standing, rule } = timeline
  const [begun, due] = [instantOf(begun_at), instantOf(due_at)]
  const until = ported_at === null ? now() : instantOf(ported_at)
  const passed = (until.getTime() - begun.getTime()) / Math.max(due.getTime() - begun.getTime(), 1)
  return (
    <section aria-label="Limit of the market" className={classes.limit}>
      <div className={classes.eventHead}>
        <strong>Limit of the market</strong>
        <span className={standing === 'broken' ? classes.late : classes.quiet}>
          {ported_at === null ? dueText(due) : `ported after ${lengthOf(begun, until)}`}
        </span>
      </div>
      <div className={classes.bar} aria-hidden>
        <span
          data-open={ported_at === null || undefined}
          data-late={standing === 'broken' || undefined}
          style={{ width: `${Math.min(Math.max(passed, 0.01), 1) * 100}%` }}
        />
      </div>
      <div className={classes.eventHead}>
        <span className={classes.quiet}>
          <Timestamp at={begun_at} />
        </span>
        <span className={classes.quiet}>
          until <Timestamp at={due_at} />
        </span>
      </div>
      <span className={classes.meaning}>{rule}, from the first request to the numbers having moved</span>
      <Standing standing={standing} />
      <Forecast timeline={timeline} />
    </section>
  )
}

/** The same in short, in a list of ports. */
export function LimitNote({ timeline }: { readonly timeline: Timeline }) {
  useTicking()
  const { due_at, standing } = timeline
  return (
    <>
      <Standing standing={standing} />
      <span className={classes.meaning}>
        {dueText(instantOf(due_at))}, <Timestamp at={due_at} />
      </span>
    </>
  )
}

function Standing({ standing }: Pick<Timeline, 'standing'>) {
  const [label, tone] = STANDINGS[standing]
  return <ToneBadge tone={tone} label={label} />
}

function Forecast({ timeline: { forecast_at } }: { readonly timeline: Timeline }) {
  if (forecast_at === null) return null
  return (
    <Text size="sm">
      The numbers move by <Timestamp at={forecast_at} /> if all others take all of their time and we act at once.
    </Text>
  )
}

function dueText(due: Date): string {
  return `${due < now() ? 'was due' : 'due'} ${distanceOf(due, now())}`
}
