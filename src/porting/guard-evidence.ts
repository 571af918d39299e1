import type { Db, Reader } from '../db/db.ts'
import { Fault } from '../shared/fault.ts'
import { type Decided, findDecision, listChecks, type MadeCheck } from './guard.store.ts'
import { findPort } from './port.store.ts'
import type { Port } from './port.ts'

/** What the guard found on a port-out, and what was decided. */
export type Evidence = { readonly decision: Decided; readonly checks: readonly MadeCheck[] }

/** The evidence of exactly this port-out. Faults: port_not_found, resource_not_found (a port-in has none). */
export function evidenceOf(db: Db, msgidentifier: string): Promise<Evidence> {
  return db.snapshot(async (reader) => {
    const port = await findPort(reader, msgidentifier)
    if (!port) throw new Fault('port_not_found', `no port ${msgidentifier}`)
    const evidence = await findEvidence(reader, port)
    if (evidence) return evidence
    throw new Fault('resource_not_found', `${msgidentifier} is a port-in: only a port-out is guarded`)
  })
}

/**
 * @param reader of one moment, so that the checks are those of the decision
 * @returns undefined for a port-in
 */
export async function findEvidence(
  reader: Reader,
  { id, direction }: Pick<Port, 'id' | 'direction'>,
): Promise<Evidence | undefined> {
  if (direction === 'in') return undefined
  const decision = await findDecision(reader, id)
  if (!decision) throw new Error(`port ${id} is no port-out`)
  return { decision, checks: await listChecks(reader, id) }
}
