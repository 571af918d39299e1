import { Text } from '@mantine/core'
import classes from './parts.module.css'

type Row = { readonly key: string; readonly label: string; readonly value: number; readonly text: string }
type Props = { readonly rows: readonly Row[]; readonly empty: string; readonly tone?: 'ocean' | 'stop' }

/** A bar for each row, and its figure in words beside it, so that nothing is in the drawing alone. */
export function Bars({ rows, empty, tone = 'ocean' }: Props) {
  if (rows.length === 0) return <Text c="dimmed">{empty}</Text>
  const most = Math.max(...rows.map(({ value }) => value), 1)
  return (
    <ul className={classes.bars}>
      {rows.map(({ key, label, value, text }) => (
        <li key={key}>
          <span className={classes.eventHead}>
            <strong>{label}</strong>
            <span className={classes.quiet}>{text}</span>
          </span>
          <span className={classes.bar} aria-hidden>
            <span data-late={tone === 'stop' || undefined} style={{ width: `${(value / most) * 100}%` }} />
          </span>
        </li>
      ))}
    </ul>
  )
}
