import type { Db } from '../../src/db/db.ts'
import { type ChecklistStep, checklistOf } from '../../src/porting/checklist.ts'

/** The checklist of a port as it stands. */
export async function checklist(db: Db, msgidentifier: string): Promise<readonly ChecklistStep[]> {
  return (await checklistOf({ db }, msgidentifier)).steps
}
