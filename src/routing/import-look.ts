import type { Reader } from '../db/db.ts'
import type { E164 } from '../numbers/e164.ts'
import { judge, type Rules, type Verdict } from './import-batch.ts'
import type { ImportRow } from './import-check.ts'
import { findGeneration, findRecordsOf, type RouteRecord } from './route.store.ts'
import { type ReadyNumbers, readyNumbers, type Source } from './route-runs.store.ts'

/** What a batch comes to, as the routes were when they were looked at. */
export type Look = {
  /** The routes are those of this generation, or of a later one. */
  readonly generation: number
  readonly records: ReadonlyMap<E164, RouteRecord>
  readonly verdict: Verdict
  /** The changes, ready to be written; undefined: there are none, or it is a dry run. */
  readonly ready: ReadyNumbers | undefined
}

export type Looking = Rules & {
  /** Where the routes come from; undefined: a dry run. */
  readonly source: Source | undefined
}

/** Compares a batch with the routes that there are: the whole of a dry run, and for an import done before it takes the lock. */
export async function lookAt(reader: Reader, rows: readonly ImportRow[], looking: Looking): Promise<Look> {
  const generation = await findGeneration(reader) // first, so that whatever is written in between is noticed
  const records = await findRecordsOf(
    reader,
    rows.map(({ number }) => number),
  )
  const verdict = judge(rows, records, looking)
  const ready = looking.source && verdict.changes.length > 0 ? readyNumbers(verdict.changes, looking.source) : undefined
  return { generation, records, verdict, ready }
}

/**
 * Whether a look is as good as one under the lock: nothing was written since, or only the batch before, which is of other
 * numbers.
 *
 * @param newest - the generation under the lock
 * @param previous - the one that the batch before was written under; undefined: it wrote nothing
 */
export function isStillTrue(
  { generation }: Pick<Look, 'generation'>,
  rows: readonly Pick<ImportRow, 'isRepeated'>[],
  { newest, previous }: { readonly newest: number; readonly previous: number | undefined },
): boolean {
  if (newest === generation) return true
  return newest === previous && newest === generation + 1 && !rows.some(({ isRepeated }) => isRepeated)
}
