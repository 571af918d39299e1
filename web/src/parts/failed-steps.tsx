import type { Port } from '../api/ports.ts'
import { STEP_TITLES } from '../api/tables.gen.ts'
import classes from './parts.module.css'

/** `Failed: BSS told, CRM`, where steps after the port have. */
export function FailedSteps({ port }: { readonly port: Pick<Port, 'failed_steps'> }) {
  if (port.failed_steps.length === 0) return null
  return <span className={classes.reason}>Failed: {port.failed_steps.map((step) => STEP_TITLES[step]).join(', ')}</span>
}
