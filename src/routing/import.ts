import assert from 'node:assert/strict'
import type { Db, Tx } from '../db/db.ts'
import { appendAudit } from '../events/audit.store.ts'
import type { Market } from '../numbers/market.ts'
import { Fault } from '../shared/fault.ts'
import type { Log } from '../shared/log.ts'
import { cancelExpiriesOf, saveBefores } from './expiry.store.ts'
import { assertStillToCome } from './expiry.ts'
import {
  findRefusalsAfter,
  findRunning,
  type ImportStand,
  insertImport,
  insertRefusals,
  saveStep,
} from './import.store.ts'
import { addCounts, type Counts, type Example, OUTCOMES, totalOf, type Verdict } from './import-batch.ts'
import { type ImportRow, lineChecker, type Refusal } from './import-check.ts'
import { lineReader } from './import-lines.codec.ts'
import { isStillTrue, type Look, type Looking, lookAt } from './import-look.ts'
import { type FormatName, IMPORT_FORMATS } from './import-record.codec.ts'
import { assertConfirmed, type ImportSource, type Survey, survey } from './import-survey.ts'
import { lockRoutes } from './route.store.ts'
import { type Source, writeReady } from './route-runs.store.ts'

export type ImportOptions = {
  readonly db: Db
  readonly market: Market
  readonly source: ImportSource
  readonly format: FormatName
  /** For people; what is gone on with is known by its content. */
  readonly fileName: string
  readonly by: string
  readonly now: () => Temporal.Instant
  readonly log: Log
  /** The count of records as the caller believes it; needed for more than 10,000. */
  readonly confirmed?: number | undefined
  /** After it all numbers have again what they had before. */
  readonly expiresAt?: Temporal.Instant | undefined
  /** Why routes of numbers that came to us by a port may be set aside; absent: such lines are refused (contract I7). */
  readonly forcedReason?: string | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Lines a transaction, which is one generation. */
  readonly linesAtOnce?: number
  /** Every refused line of a dry run, and of an import those of this run, in order. */
  readonly onRefused?: ((refusals: readonly Refusal[]) => void) | undefined
}

export type Progress = {
  readonly octets: number
  readonly octetsDone: number
  readonly records: number
  readonly accepted: number
  readonly refused: number
}

/** `records` is the sum of `accepted`, `repeated` and `refused`; `accepted` that of all counts. */
export type ImportReport = {
  /** undefined: a dry run. */
  readonly id: number | undefined
  readonly isResumed: boolean
  readonly records: number
  readonly accepted: number
  readonly refused: number
  /** Lines whose number stood on an earlier line. They are taken: of several lines the last holds. */
  readonly repeated: number
  /** By operator: numbers set, changed, unchanged, removed. */
  readonly counts: Counts
  /** The first few numbers of every kind, of this run. */
  readonly examples: readonly Example[]
}

/**
 * Of a transaction: a port that waits for its lock waits a tenth of a second. Half as many would make a large import a
 * twentieth longer.
 */
const LINES_AT_ONCE = 10_000
const EXAMPLES = 5
/** Refused lines that are kept of one import; a file of another country would fill the database. */
const REFUSALS_MAX = 100_000

/**
 * Imports routes in batches, each in a transaction of its own that also says how far we are. After whatever end the same call
 * goes on where it stopped. Memory does not grow with the file.
 *
 * Faults: import_unreadable, count_unconfirmed, import_conflict (another process goes on with it, or its time is over).
 */
export async function importRoutes(options: ImportOptions): Promise<ImportReport> {
  const { confirmed, expiresAt, now } = options
  assertStillToCome(expiresAt, now())
  const file = await survey(options.source, options.format, options.market)
  assertConfirmed(file.records, confirmed)
  const { id, isResumed, ...stand } = await begin(options, file)
  const settle = (batch: Batch) => writeBatch(options, id, batch)
  const written = await runThrough(options, file, { stand, looking: lookingFor(options, id), settle })
  await finish(options, id, written)
  return reportOf({ id, isResumed }, file, written)
}

/** What `importRoutes` would do now, without doing it. Faults: import_unreadable. */
export async function previewImport(options: ImportOptions): Promise<ImportReport> {
  const file = await survey(options.source, options.format, options.market)
  const stand = { octetsDone: 0, refused: 0, repeated: 0, counts: {} }
  const settle = async ({ look }: Batch) => ({ verdict: look.verdict, generation: undefined })
  return reportOf(
    { id: undefined, isResumed: false },
    file,
    await runThrough(options, file, { stand, looking: lookingFor(options), settle }),
  )
}

/** The refused lines of an import that are kept, in order. */
export async function* refusedLines(db: Db, id: number): AsyncGenerator<Refusal> {
  for (let line = 0; ; ) {
    const page = await findRefusalsAfter(db, id, { line, limit: LINES_AT_ONCE })
    yield* page
    const last = page.at(-1)
    if (!last) return
    line = last.line
  }
}

/** Finds the import of this file that has not ended, or makes one. */
async function begin(
  { db, format, fileName, by, now, expiresAt, forcedReason, log }: ImportOptions,
  { sha256, octets, records }: Survey,
): Promise<ImportStand & { readonly id: number; readonly isResumed: boolean }> {
  const wish = { format, sha256, expiresAt, forcedReason }
  const begun = await db.tx(async (tx) => {
    await lockRoutes(tx) // two beginnings at once must not both find nothing
    const running = await findRunning(tx, wish)
    if (running) return { ...running, isResumed: true }
    const at = now()
    const id = await insertImport(tx, { wish, fileName, octets, records, by, at })
    const detail = {
      format,
      sha256,
      records,
      expiresAt: expiresAt?.toString() ?? null,
      isForced: forcedReason !== undefined,
    }
    await audit(tx, { id, by, at, action: 'route_import.begun', reason: forcedReason, detail })
    return { id, isResumed: false, octetsDone: 0, refused: 0, repeated: 0, counts: {} }
  })
  log.info({ import: begun.id, records, isResumed: begun.isResumed, octetsDone: begun.octetsDone }, 'importing routes')
  return begun
}

/** Consecutive lines of the file. */
type Batch = {
  readonly rows: readonly ImportRow[]
  readonly refusals: readonly Refusal[]
  /** The stand before it; of the first batch of a run, where that run begins. */
  readonly before: ImportStand
  /** Octets of the file up to its end. */
  readonly octets: number
  readonly look: Look
  /** The generation that the batch before it was written under; undefined: it wrote nothing, or is of another run. */
  readonly previous: number | undefined
  /** To be called when the database is busy for long, and we are not. */
  readonly onBusy: () => void
}

type Settled = {
  readonly verdict: Verdict
  /** undefined: nothing was written. */
  readonly generation: number | undefined
}

type Run = {
  readonly stand: ImportStand
  readonly looking: Looking
  /** Writes a batch where that is wanted. */
  readonly settle: (batch: Batch) => Promise<Settled>
}

type Through = { readonly stand: ImportStand; readonly examples: readonly Example[] }

/** Reads the file batch by batch; while one is settled the next is read and looked at. */
async function runThrough(
  options: ImportOptions,
  file: Survey,
  { stand: start, looking, settle }: Run,
): Promise<Through> {
  let stand = start
  let previous: number | undefined
  const examples: Example[] = []
  const settleNext = async (lines: Lines, look: Look, onBusy: () => void): Promise<void> => {
    const { verdict, generation } = await settle({ ...lines, look, before: stand, previous, onBusy })
    previous = generation
    stand = standAfter(stand, lines, verdict)
    keepExamples(examples, verdict.examples)
    const refusals = refusalsOf(lines, verdict)
    if (refusals.length > 0) options.onRefused?.(refusals)
    const { refused, counts, octetsDone } = stand
    const { octets, records } = file
    options.onProgress?.({ octets, octetsDone, records, refused, accepted: totalOf(counts).accepted })
  }
  let settling = Promise.resolve()
  try {
    for await (const lines of batches(options, file, start.octetsDone)) {
      const look = await lookAt(options.db, lines.rows, looking)
      await settling
      const { promise: isBusy, resolve } = Promise.withResolvers<void>()
      settling = settleNext(lines, look, resolve).finally(resolve)
      settling.catch(() => {}) // awaited before the next batch, or below
      await isBusy // reading takes all our time: before, it would keep the lock for longer
    }
  } finally {
    await settling // nothing is under way any more when the caller hears of a failure
  }
  return { stand, examples }
}

type Lines = Pick<Batch, 'rows' | 'refusals' | 'octets'>

/** The checked lines after a place in the file. Those before it are read too: of which numbers they are must be known. */
async function* batches(options: ImportOptions, file: Survey, after: number): AsyncGenerator<Lines> {
  const { source, format, market, linesAtOnce = LINES_AT_ONCE } = options
  const { hasHeader } = IMPORT_FORMATS[format]
  const check = lineChecker(IMPORT_FORMATS[format], market, file.header)
  const ready: Lines[] = []
  let rows: ImportRow[] = []
  let refusals: Refusal[] = []
  let octets = after
  let isFirst = hasHeader
  const flush = () => {
    if (rows.length + refusals.length > 0) ready.push({ rows, refusals, octets })
    rows = []
    refusals = []
  }
  const reader = lineReader((line) => {
    if (isFirst) {
      isFirst = false
      return
    }
    const checked = check(line)
    if (line.octets <= after) return
    octets = line.octets
    if ('target' in checked) rows.push(checked)
    else refusals.push(checked)
    if (rows.length + refusals.length === linesAtOnce) flush()
  })
  let octetsRead = 0
  for await (const chunk of source()) {
    octetsRead += chunk.length
    reader.push(chunk)
    yield* ready.splice(0)
  }
  reader.end()
  flush()
  assert.equal(octetsRead, file.octets, 'the file has changed while it was imported')
  yield* ready
}

/** @param id - of the import; absent: a dry run */
function lookingFor({ market, forcedReason }: ImportOptions, id?: number): Looking {
  const source = id === undefined ? undefined : sourceOf(id)
  return { ours: market.operator, isForced: forcedReason !== undefined, source }
}

function sourceOf(id: number): Source {
  return { source: 'import', cause: `import-${id}` }
}

async function writeBatch(options: ImportOptions, id: number, batch: Batch): Promise<Settled> {
  const { db, now, by, expiresAt } = options
  const { rows, previous, onBusy } = batch
  return db.tx(async (tx) => {
    const newest = await lockRoutes(tx)
    const isTrue = isStillTrue(batch.look, rows, { newest, previous })
    const { records, verdict, ready } = isTrue ? batch.look : await lookAt(tx, rows, lookingFor(options, id))
    const at = now()
    const origin = { ...sourceOf(id), by, at }
    const taken = verdict.taken.map(({ number }) => number)
    const befores = () => taken.map((number) => ({ number, before: records.get(number) }))
    await (expiresAt ? saveBefores(tx, befores(), { ...origin, expiresAt }) : cancelExpiriesOf(tx, taken))
    const generation = ready && (await writeReady(tx, ready, { by, at, onBusy }))
    await auditForced(tx, options, { id, verdict, at })
    const room = Math.max(REFUSALS_MAX - batch.before.refused, 0)
    await insertRefusals(tx, id, refusalsOf(batch, verdict).slice(0, room))
    const stand = standAfter(batch.before, batch, verdict)
    if (!(await saveStep(tx, { id, from: batch.before.octetsDone, stand, state: 'running', at }))) throw conflict(id)
    return { verdict, generation }
  })
}

function conflict(id: number): Fault {
  return new Fault(
    'import_conflict',
    `import ${id} is gone on with by another process, or its routes have expired; what was written stands`,
  )
}

function standAfter(before: ImportStand, { refusals, octets }: Lines, verdict: Verdict): ImportStand {
  const counts: Counts = structuredClone(before.counts)
  addCounts(counts, verdict.counts)
  return {
    octetsDone: octets,
    refused: before.refused + refusals.length + verdict.refusals.length,
    repeated: before.repeated + verdict.repeated,
    counts,
  }
}

function refusalsOf({ refusals }: Lines, verdict: Verdict): Refusal[] {
  return [...refusals, ...verdict.refusals].sort((a, b) => a.line - b.line)
}

/** A promise of ours that is set aside is written down number by number. */
async function auditForced(
  tx: Tx,
  { by, forcedReason }: ImportOptions,
  { id, verdict, at }: { id: number; verdict: Verdict; at: Temporal.Instant },
): Promise<void> {
  await appendAudit(
    tx,
    verdict.forced.map(({ number, before, after }) => ({
      at,
      actor: by,
      surface: 'import',
      action: after ? 'route.imported' : 'route.removed',
      subject: number,
      reason: forcedReason,
      detail: { import: id, before, after: after ?? null },
    })),
  )
}

async function finish(
  { db, by, now, log, forcedReason }: ImportOptions,
  id: number,
  { stand }: Through,
): Promise<void> {
  const { refused, repeated, counts } = stand
  await db.tx(async (tx) => {
    const at = now()
    if (!(await saveStep(tx, { id, from: stand.octetsDone, stand, state: 'done', at }))) throw conflict(id)
    const detail = { refused, repeated, counts }
    await audit(tx, { id, by, at, action: 'route_import.done', reason: forcedReason, detail })
  })
  log.info({ import: id, refused, repeated, ...totalOf(counts) }, 'routes imported')
}

async function audit(
  tx: Tx,
  {
    id,
    by,
    ...row
  }: {
    id: number
    by: string
    at: Temporal.Instant
    action: string
    reason: string | undefined
    detail: Readonly<Record<string, unknown>>
  },
): Promise<void> {
  await appendAudit(tx, [{ ...row, actor: by, surface: 'import', subject: `import-${id}` }])
}

function keepExamples(examples: Example[], more: readonly Example[]): void {
  for (const outcome of OUTCOMES) {
    const room = EXAMPLES - examples.filter((example) => example.outcome === outcome).length
    if (room > 0) examples.push(...more.filter((example) => example.outcome === outcome).slice(0, room))
  }
}

function reportOf(
  which: Pick<ImportReport, 'id' | 'isResumed'>,
  { records }: Survey,
  { stand, examples }: Through,
): ImportReport {
  const { refused, repeated, counts } = stand
  const { accepted } = totalOf(counts)
  assert.equal(accepted + refused + repeated, records, 'every line has come to something')
  return { ...which, records, accepted, refused, repeated, counts, examples }
}
