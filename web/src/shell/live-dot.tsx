import { type LiveState, useLiveState } from '../api/live.ts'
import classes from './shell.module.css'

// biome-ignore format: a table
const WORDS: Readonly<Record<LiveState, { readonly label: string; readonly title: string }>> = {
  told:   { label: 'Live',     title: 'The server tells of every change as it happens' },
  asking: { label: 'Every 2 s', title: 'The server is asked every two seconds while this page is visible' },
  lost:   { label: 'No answer', title: 'The server does not answer: what is shown may be old. It is asked again every few seconds' },
  off:    { label: 'Offline',  title: 'Nothing is followed without a key' },
}

/** Whether what is on screen changes by itself, and how. */
export function LiveDot() {
  const { label, title } = WORDS[useLiveState()]
  const state = useLiveState()
  return (
    <span className={classes.live} data-live={state} title={title}>
      <span aria-hidden className={classes.dot} />
      {label}
    </span>
  )
}
