import type { ReactNode } from 'react'
import type { Endangered } from '../api/ports.ts'
import { LimitNote } from './limit.tsx'
import classes from './parts.module.css'
import { Queue, QueueRows } from './queue.tsx'
import { StateBadge } from './state-badge.tsx'
import { Timestamp } from './timestamp.tsx'

type Props = {
  readonly ports: readonly Endangered[]
  /** How to see those that are not shown. */
  readonly children: ReactNode
}

/** Port-ins that have broken the longest time that the market allows, or will, the oldest first. */
export function NearLimit({ ports, children }: Props) {
  return (
    <Queue
      id="limit"
      title="Limit of the market"
      next="ported too late, unless somebody is quicker than he has to be: open the port and see who is waited for"
    >
      <QueueRows ports={ports} empty="No port-in is near its limit.">
        {({ state, timeline }) => (
          <>
            <div>
              <StateBadge name={state} />
            </div>
            <div>
              <LimitNote timeline={timeline} />
            </div>
            <span className={classes.meaning}>
              {timeline.forecast_at !== null && (
                <>
                  may take until <Timestamp at={timeline.forecast_at} />
                </>
              )}
            </span>
          </>
        )}
      </QueueRows>
      {children}
    </Queue>
  )
}
