import { randomUUIDv7 } from 'node:crypto'
import type { Port } from './port.ts'

/** What every port has at its birth, in either direction. */
export function newPort(
  by: string,
  at: Temporal.Instant,
): Pick<Port, 'id' | 'chainId' | 'createdAt' | 'createdBy' | 'updatedAt'> & Unfailed {
  const id = randomUUIDv7()
  return { id, chainId: id, ...UNFAILED, createdAt: at, createdBy: by, updatedAt: at }
}

const UNFAILED = { failureReason: null, failureText: null, originalMsgidentifier: null, supersededBy: null } as const
type Unfailed = typeof UNFAILED
