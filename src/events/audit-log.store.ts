import type { Reader } from '../db/db.ts'
import type { AuditRow } from './audit.store.ts'

/** An audit row as it is read: with its place in the log and, once it is sealed, in the chain. */
export type AuditEntry = Required<Omit<AuditRow, 'reason' | 'detail'>> & {
  readonly sequence: number
  readonly reason: string | null
  readonly detail: Readonly<Record<string, unknown>>
  readonly position: number | null
  readonly hash: Buffer | null
}

export type AuditSearch = {
  readonly subject?: string | undefined
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly from?: Temporal.Instant | undefined
  readonly to?: Temporal.Instant | undefined
  /** Sequence of the last row of the page before. */
  readonly before?: number | undefined
  readonly limit: number
}

export const AUDIT_COLUMNS = 'sequence, at, actor, surface, action, subject, reason, detail, position, hash'

/** A page of the audit, newest first. */
export async function searchAudit(reader: Reader, search: AuditSearch): Promise<AuditEntry[]> {
  return reader.sql<AuditEntry>(
    `select ${AUDIT_COLUMNS} from audit
     where ($1::bigint is null or sequence < $1) and ($2::text is null or subject = $2) and ($3::text is null or actor = $3)
       and ($4::text is null or action = $4) and ($5::timestamptz is null or at >= $5) and ($6::timestamptz is null or at < $6)
     order by sequence desc limit $7`,
    [
      search.before ?? null,
      search.subject ?? null,
      search.actor ?? null,
      search.action ?? null,
      search.from ?? null,
      search.to ?? null,
      search.limit,
    ],
  )
}

/** All rows about one thing, oldest first. */
export async function findAuditOf(reader: Reader, subject: string): Promise<AuditEntry[]> {
  return reader.sql<AuditEntry>(`select ${AUDIT_COLUMNS} from audit where subject = $1 order by sequence`, [subject])
}
