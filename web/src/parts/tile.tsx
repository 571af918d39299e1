import { nounOf } from './count.ts'
import classes from './parts.module.css'

type Props = {
  /** The part of the page that has them. */
  readonly of: string
  readonly count: number
  readonly isMore: boolean
  readonly isAlarming: boolean
  /** What is counted, where one of them has another word. */
  readonly one?: string
  readonly many: string
}

/** How many of something wait on the page, and the way there: `1 Alert`, `8+ Alerts`. */
export function Tile({ of, count, isMore, isAlarming, many, one = many }: Props) {
  return (
    <li data-alarming={isAlarming || undefined}>
      <a href={`#${of}`}>
        <span className={classes.count}>
          {count.toLocaleString('en')}
          {isMore && '+'}
        </span>
        {isMore ? many : nounOf(count, one, many)}
      </a>
    </li>
  )
}
