import { useTold } from '../api/told.ts'
import classes from './shell.module.css'

/** What was done last, in the server's words: said to a screen reader, and shown for a while. */
export function Told() {
  const told = useTold()
  return (
    <div role="status" aria-label="Done" className={classes.told}>
      {told}
    </div>
  )
}
