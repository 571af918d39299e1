import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useMarket } from '../api/market.ts'
import { type Range, rangeText } from './number.ts'
import classes from './parts.module.css'
import { PortLink } from './port-link.tsx'

type Props = {
  /** By which the page leads to it. */
  readonly id: string
  readonly title: string
  /** What it is, or what is to be done about it. */
  readonly next: string
  readonly children: ReactNode
}

/** One kind of work on Today. */
export function Queue({ id, title, next, children }: Props) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className={classes.queue}>
      <div className={classes.headingRow}>
        <h2 id={`${id}-title`}>{title}</h2>
        <Text size="sm" c="dimmed">
          {next}
        </Text>
      </div>
      {children}
    </section>
  )
}

/** A port that waits; a port-in where nothing is said. */
type Waiting = Range & {
  readonly msgidentifier: string
  readonly counterparty: string
  readonly direction?: 'in' | 'out'
}

type RowsProps<Port extends Waiting> = {
  readonly ports: readonly Port[]
  /** What is said in place of them where there is none. */
  readonly empty: string
  /** The cells of a row after the first, which says whose numbers they are. */
  readonly children: (port: Port) => ReactNode
}

/** The ports of a queue, one below the other. */
export function QueueRows<Port extends Waiting>({ ports, empty, children }: RowsProps<Port>) {
  const market = useMarket()
  return (
    <>
      {ports.length === 0 && (
        <Text size="sm" c="dimmed">
          {empty}
        </Text>
      )}
      <ul className={classes.waiting}>
        {ports.map((port) => (
          <li key={port.msgidentifier}>
            <div>
              <span className={classes.number}>
                <strong>{rangeText(port, market)}</strong>
              </span>
              <span className={classes.meaning}>
                {port.direction === 'out' ? 'to' : 'from'} {port.counterparty},{' '}
                <PortLink direction={port.direction ?? 'in'} msgidentifier={port.msgidentifier} />
              </span>
            </div>
            {children(port)}
          </li>
        ))}
      </ul>
    </>
  )
}
