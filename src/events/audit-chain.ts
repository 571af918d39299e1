import { createHash } from 'node:crypto'
import type { Db, Reader } from '../db/db.ts'
import { Fault } from '../shared/fault.ts'
import {
  findChainHead,
  findSealed,
  findStart,
  findUnsealed,
  isCutRecorded,
  lockChain,
  type SealableRow,
  type SealedRow,
  saveSeals,
} from './audit-chain.store.ts'

/** How many rows one round seals, or one step of a verification reads. */
const PAGE = 500

/** Says in the audit that its oldest rows were removed; its detail has the position and the hash of the last of them. */
export const AUDIT_CUT = 'retention.audit_removed'

/** What the first row is chained to. */
const ORIGIN = Buffer.alloc(32)

export type Verification =
  | {
      readonly kind: 'whole'
      /** Those that were walked over. */
      readonly rows: number
      readonly head: string | undefined
      /** After which position to go on; undefined at the end of the chain. */
      readonly next: number | undefined
    }
  | {
      readonly kind: 'broken'
      readonly position: number
      readonly sequence: number | undefined
      readonly problem: string
    }

export type AuditChain = {
  /** Gives rows that were committed their place in the chain. @returns how many */
  seal(): Promise<number>
  /** Walks the chain, all of it or a part, and finds the first row that is not as it was sealed. Fault: field_invalid. */
  verify(part?: ChainPart): Promise<Verification>
}

/** So many rows after a position that the part before has come to. */
export type ChainPart = { readonly after: number; readonly most: number }

const ALL: ChainPart = { after: 0, most: Number.POSITIVE_INFINITY }

/**
 * The audit as a hash chain: each row's hash is SHA-256 over the hash before it and the row. Rows are sealed in the order of the
 * chain soon after their commit, by one process at a time; whoever changes, removes or inserts one later breaks every hash from
 * there on. The head, kept outside, also shows that nothing was cut off at the end or written anew. Where the oldest rows were
 * removed because their time was over, the chain goes on from the hash of the last of them, and a row of it says so.
 */
export function auditChain(db: Db): AuditChain {
  return { seal: () => sealSome(db), verify: (part = ALL) => db.snapshot((reader) => verifyPart(reader, part)) }
}

async function sealSome(db: Db): Promise<number> {
  // every second somebody looks, and a lock is a write
  if ((await findUnsealed(db, 1)).length === 0) return 0
  return db.tx(async (tx) => {
    const last = await lockChain(tx)
    const rows = await findUnsealed(tx, PAGE)
    let { position, hash } = last ?? { position: 0, hash: ORIGIN }
    const seals = rows.map((row) => {
      position += 1
      hash = hashOf(hash, position, row)
      return { sequence: row.sequence, position, hash }
    })
    await saveSeals(tx, seals)
    return seals.length
  })
}

/** @param db - of one moment: the oldest rows may be removed meanwhile */
async function verifyPart(db: Reader, { after, most }: ChainPart): Promise<Verification> {
  const head = await findChainHead(db)
  if (after > head) throw new Fault('field_invalid', 'after must be the `next` of the part before', 'after')
  const start = await findStart(db)
  const removed = start?.position ?? 0
  if (start && !(await isCutRecorded(db, AUDIT_CUT, start))) {
    const problem = `the rows up to ${removed} are gone, and no row of the audit says that their time was over`
    return { kind: 'broken', position: removed + 1, sequence: undefined, problem }
  }
  const before =
    after > removed ? (await findSealed(db, after - 1, 1)).find(({ position }) => position === after) : start
  if (after > removed && !before)
    return { kind: 'broken', position: after, sequence: undefined, problem: `row ${after} is missing` }
  const begin = before?.position ?? 0
  let previous: Buffer = before?.hash ?? ORIGIN
  let expected = begin + 1
  for (;;) {
    const rows = await findSealed(db, expected - 1, PAGE)
    for (const row of rows) {
      const problem = problemOf(row, expected, previous)
      if (problem) return { kind: 'broken', position: expected, sequence: row.sequence, problem }
      previous = row.hash
      expected += 1
    }
    if (rows.length < PAGE) break
    const done = expected - 1
    if (done - begin >= most) return { kind: 'whole', rows: done - begin, head: previous.toString('hex'), next: done }
  }
  const sealed = expected - 1
  if (sealed < head) {
    const problem = `the chain ends at ${sealed}, and ${head} rows were sealed: the end was cut off`
    return { kind: 'broken', position: expected, sequence: undefined, problem }
  }
  const lastHash = sealed > 0 ? previous.toString('hex') : undefined
  return { kind: 'whole', rows: sealed - begin, head: lastHash, next: undefined }
}

function problemOf(row: SealedRow, expected: number, previous: Buffer): string | undefined {
  if (row.position !== expected) return `row ${expected} is missing: ${row.position} comes next`
  const isTrue = hashOf(previous, row.position, row).equals(row.hash)
  return isTrue ? undefined : 'the row, or one before it, is not what was sealed'
}

/** The row as one text: every field in a fixed order, the detail with its names sorted, so that any reader can compute it. */
function sealedText(position: number, row: SealableRow): string {
  return JSON.stringify([
    position,
    row.sequence,
    row.at.toString({ smallestUnit: 'microsecond' }),
    row.actor,
    row.surface,
    row.action,
    row.subject,
    row.reason,
    sorted(row.detail),
  ])
}

function hashOf(previous: Buffer, position: number, row: SealableRow): Buffer {
  return createHash('sha256').update(previous).update(sealedText(position, row)).digest()
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]))
}
