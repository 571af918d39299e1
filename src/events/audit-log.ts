import type { Db } from '../db/db.ts'
import { auditChain, type ChainPart, type Verification } from './audit-chain.ts'
import { type AuditEntry, type AuditSearch, searchAudit } from './audit-log.store.ts'

/** The audit for reading, and its proof. */
export type AuditLog = {
  search(search: AuditSearch): Promise<AuditEntry[]>
  verify(part: ChainPart): Promise<Verification>
}

export function auditLog(db: Db): AuditLog {
  return { search: (search) => searchAudit(db, search), verify: (part) => auditChain(db).verify(part) }
}
