import { proofOf } from '../clearinghouses/pxs/hear-donor.ts'
import type { Config } from '../config.ts'
import { bssClient } from '../integrations/bss/bss.client.ts'
import type { Job } from '../jobs/jobs.ts'
import { guardDue } from '../porting/guard.job.ts'
import type { Porting } from '../porting/porting.ts'

/** Hands the guard of port-outs what it must not know of: the BSS's address, and how a message is read. */
export function composeGuard(config: Config, porting: Porting): { readonly job: Job; close(): Promise<void> } {
  const bss = config.bss && bssClient({ ...config.bss, now: porting.now })
  const guard = { porting, rules: config.portOut, eligibility: bss?.ask, readProof: proofOf }
  return {
    job: { name: 'guard port-outs', everySeconds: 1, wokenBy: 'guard', run: () => guardDue(guard) },
    close: async () => bss?.close(),
  }
}
