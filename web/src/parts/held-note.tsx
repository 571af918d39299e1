import type { Port } from '../api/ports.ts'
import classes from './parts.module.css'
import { Said } from './said.tsx'

/** Who decides a port-out that waits for our answer: the guard, or a person, and why. */
export function HeldNote({ port }: { readonly port: Pick<Port, 'guard_state' | 'held_because'> }) {
  if (port.guard_state === 'due') return <span className={classes.held}>The guard is looking at it</span>
  if (port.held_because === null) return null
  return (
    <span className={classes.held}>
      <Said>{port.held_because}</Said>
    </span>
  )
}
