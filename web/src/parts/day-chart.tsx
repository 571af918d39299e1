import { Text } from '@mantine/core'
import type { Answer } from '../api/client.ts'
import classes from './parts.module.css'
import { Table, type TableColumn } from './table.tsx'
import { dayText } from './time.ts'

type Day = Answer<'getStats'>['days'][number]
type Props = { readonly days: readonly Day[]; readonly from: string; readonly to: string }

const HEIGHT = 160
const LEAST_DAY_WIDTH = 24
/** Of the drawing at 1280; narrower, it scrolls. */
const LEAST_WIDTH = 1150
const DAY_MS = 86_400_000

const FIGURES: readonly TableColumn<Day>[] = [
  { label: 'Day', cell: ({ day }) => dayText(day) },
  { label: 'Direction', cell: ({ direction }) => direction },
  { label: 'Requested', cell: ({ requested }) => requested },
  { label: 'Ported', cell: ({ ported }) => ported },
  { label: 'Rejected', cell: ({ rejected }) => rejected },
]

/** Ported in upwards, ported out downwards, a column for each day; the same figures stand in a table for whoever cannot see it. */
export function DayChart({ days, from, to }: Props) {
  if (days.length === 0) return <Text c="dimmed">Nothing happened in these days.</Text>
  const all = daysBetween(from, to)
  const of = (day: string, direction: 'in' | 'out') =>
    days.find((one) => one.day === day && one.direction === direction)?.ported ?? 0
  const most = Math.max(...days.map(({ ported }) => ported), 1)
  const scale = (count: number) => (count / most) * (HEIGHT / 2 - 12)
  const width = Math.max(all.length * LEAST_DAY_WIDTH, LEAST_WIDTH)
  const dayWidth = width / all.length
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section ref={newestFirst} className={classes.chartBox} tabIndex={0} aria-label="Drawing; the figures are below">
        <svg viewBox={`0 0 ${width} ${HEIGHT + 22}`} width={width} height={HEIGHT + 22} aria-hidden="true">
          <line x1="0" x2={width} y1={HEIGHT / 2} y2={HEIGHT / 2} className={classes.axis} />
          <line
            x1="0"
            x2={width}
            y1={HEIGHT / 2 - scale(most)}
            y2={HEIGHT / 2 - scale(most)}
            className={classes.grid}
          />
          <line
            x1="0"
            x2={width}
            y1={HEIGHT / 2 + scale(most)}
            y2={HEIGHT / 2 + scale(most)}
            className={classes.grid}
          />
          {all.map((day, index) => {
            const x = index * dayWidth + 3
            const [inwards, outwards] = [of(day, 'in'), of(day, 'out')]
            return (
              <g key={day}>
                <rect
                  x={x}
                  y={HEIGHT / 2 - scale(inwards)}
                  width={dayWidth - 6}
                  height={scale(inwards)}
                  rx="2"
                  className={classes.inwards}
                />
                <rect
                  x={x}
                  y={HEIGHT / 2}
                  width={dayWidth - 6}
                  height={scale(outwards)}
                  rx="2"
                  className={classes.outwards}
                />
                {(index % 7 === 0 || all.length < 8) && (
                  <text x={x} y={HEIGHT + 16} className={classes.tick}>
                    {dayText(day)}
                  </text>
                )}
              </g>
            )
          })}
        </svg>
      </section>
      <div className={classes.legend}>
        <span data-direction="in">ported in</span>
        <span data-direction="out">ported out</span>
        {/* not a legend of a colour: what the lines stand for */}
        <em>the lines stand for {most.toLocaleString('en')} a day</em>
      </div>
      <details className={classes.figures}>
        <summary>The figures</summary>
        <Table
          label="Ports by day"
          columns={FIGURES}
          rows={days}
          keyOf={({ day, direction }) => `${day} ${direction}`}
        />
      </details>
    </>
  )
}

/** A drawing that is wider than the screen begins at its newest day, also after the screen was turned. */
function newestFirst(box: HTMLElement): () => void {
  const turning = new ResizeObserver(() => {
    box.scrollLeft = box.scrollWidth
  })
  turning.observe(box)
  return () => turning.disconnect()
}

/** Every day from one to another, both included, as `2025-01-15`. */
function daysBetween(from: string, to: string): string[] {
  const [start, end] = [Date.parse(from), Date.parse(to)]
  const count = Math.min(Math.max((end - start) / DAY_MS + 1, 0), 400)
  return Array.from({ length: count }, (_, index) => new Date(start + index * DAY_MS).toISOString().slice(0, 10))
}
