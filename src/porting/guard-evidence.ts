import type { Reader } from '../db/db.ts'
import { Fault } from '../shared/fault.ts'
import { type Decided, findDecision, listChecks, type MadeCheck } from './guard.store.ts'
import { findPort } from './port.store.ts'
import type { Port } from './port.ts'

/** What the guard found on a port-out, and what was decided. */
export type Evidence = { readonly decision: Decided; readonly checks: readonly MadeCheck[] }

/** The evidence of exactly this port-out. Faults: port_not_found, resource_not_found (a port-in has none). */
export async function evidenceOf(reader: Reader, msgidentifier: string): Promise<Evidence> {
  const port = await findPort(reader, msgidentifier)
  if (!port) throw new Fault('port_not_found', `no port ${msgidentifier}`)
  const evidence = await findEvidence(reader, port)
  if (evidence) return evidence
  throw new Fault('resource_not_found', `${msgidentifier} is a port-in: only a port-out is guarded`)
}

/** @returns undefined for a port-in */
export async function findEvidence(
  reader: Reader,
  { id, direction }: Pick<Port, 'id' | 'direction'>,
): Promise<Evidence | undefined> {
  if (direction === 'in') return undefined
  const [decision, checks] = await Promise.all([findDecision(reader, id), listChecks(reader, id)])
  if (!decision) throw new Error(`port ${id} is no port-out`)
  return { decision, checks }
}
