import { Fragment, type ReactNode } from 'react'
import { useMarket } from '../api/market.ts'
import { numberText } from './number.ts'
import classes from './parts.module.css'
import { partsOf } from './said.ts'
import { Timestamp } from './timestamp.tsx'

/** A sentence of the server, word for word, but its instants in the market's zone and its numbers as people write them. */
export function Said({ children }: { readonly children: string }): ReactNode {
  const market = useMarket()
  return partsOf(children, market).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence have no other name, and do not move
    <Fragment key={index}>
      {part.kind === 'instant' && <Timestamp at={part.text} />}
      {part.kind === 'number' && <span className={classes.number}>{numberText(part.text, market)}</span>}
      {part.kind === 'words' && part.text}
    </Fragment>
  ))
}
