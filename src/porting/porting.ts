import type { Db } from '../db/db.ts'
import type { Market } from '../numbers/market.ts'
import type { Log } from '../shared/log.ts'
import type { StepName } from './checklist.ts'
import type { Encode } from './port.ts'

/** What every rule of this room works with; handed over by `main.ts`. */
export type Porting = {
  readonly db: Db
  readonly market: Market
  /** The clearinghouse's format. */
  readonly encode: Encode
  /** The only clock; tests move it. */
  readonly now: () => Temporal.Instant
  /** What this deployment wants confirmed after a port; the BSS only where somebody has subscribed. */
  readonly requiredSteps: readonly StepName[]
  /** Of these, the ones that are done here and not by telling somebody of their event. */
  readonly ownSteps?: readonly StepName[]
  readonly log: Log
}
