import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useMarket } from '../api/market.ts'
import type { Endangered } from '../api/ports.ts'
import { LimitNote } from './limit.tsx'
import { rangeText } from './number.ts'
import classes from './parts.module.css'
import { PortLink } from './port-link.tsx'
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
    <section id="limit" aria-labelledby="limit-title" className={classes.queue}>
      <div className={classes.headingRow}>
        <h2 id="limit-title">Limit of the market</h2>
        <Text size="sm" c="dimmed">
          ported too late, unless somebody is quicker than he has to be: open the port and see who is waited for
        </Text>
      </div>
      {ports.length === 0 && (
        <Text size="sm" c="dimmed">
          No port-in is near its limit.
        </Text>
      )}
      <ul className={classes.waiting}>
        {ports.map((port) => (
          <Near key={port.msgidentifier} port={port} />
        ))}
      </ul>
      {children}
    </section>
  )
}

function Near({ port }: { readonly port: Endangered }) {
  const market = useMarket()
  return (
    <li>
      <div>
        <span className={classes.number}>
          <strong>{rangeText(port, market)}</strong>
        </span>
        <span className={classes.meaning}>
          from {port.counterparty}, <PortLink direction="in" msgidentifier={port.msgidentifier} />
        </span>
      </div>
      <div>
        <StateBadge name={port.state} />
      </div>
      <div>
        <LimitNote timeline={port.timeline} />
      </div>
      <span className={classes.meaning}>
        {port.timeline.forecast_at !== null && (
          <>
            may take until <Timestamp at={port.timeline.forecast_at} />
          </>
        )}
      </span>
    </li>
  )
}
