import type { Db } from '../../src/db/db.ts'
import { findSteps, type StepRow } from '../../src/porting/checklist.store.ts'
import { findPort } from '../../src/porting/port.store.ts'

/** The checklist of a port as it stands. */
export async function checklist(db: Db, msgidentifier: string): Promise<StepRow[]> {
  const port = await findPort(db, msgidentifier)
  if (!port) throw new Error(`no port ${msgidentifier}`)
  return findSteps(db, port.id)
}
