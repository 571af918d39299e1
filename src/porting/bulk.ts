import type { NumberRange } from '../numbers/range.ts'
import { Fault } from '../shared/fault.ts'
import type { Port, PortInRequest } from './port.ts'
import type { Porting } from './porting.ts'
import { judge, type Submission, submitAll } from './submit.ts'

/** How many are decided in one transaction: the counter of identifiers is held no longer than that takes. */
const BATCH = 100

/**
 * Many port-ins, a verdict for each in the order they came: one that is refused never stops the others (design B15). A dry run
 * decides in the same way and saves nothing; its ports have no identifier yet.
 */
export async function submitMany(
  porting: Porting,
  requests: readonly (PortInRequest | Fault)[],
  mode: 'for real' | 'dry run',
): Promise<(Port | Fault)[]> {
  const verdicts: (Port | Fault)[] = []
  const taken: NumberRange[] = []
  for (let start = 0; start < requests.length; start += BATCH) {
    const batch = requests.slice(start, start + BATCH)
    const submissions = batch.flatMap((request): Submission[] =>
      request instanceof Fault ? [] : [{ request, state: 'NoPort', reason: undefined }],
    )
    const decided =
      mode === 'for real'
        ? await submitAll(porting, submissions)
        : await porting.db.tx((tx) => judge(porting, tx, submissions, taken))
    for (const verdict of decided) if (!(verdict instanceof Error)) taken.push(verdict.range)
    const next = decided.values()
    for (const request of batch) {
      const verdict = request instanceof Fault ? request : next.next().value
      if (verdict === undefined) throw new Error('a submission got no verdict')
      // a bug: those before it stand, and sent again they are told apart as overlapping ports
      if (verdict instanceof Error && !(verdict instanceof Fault)) throw verdict
      verdicts.push(verdict)
    }
  }
  return verdicts
}
