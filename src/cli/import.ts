import { createReadStream } from 'node:fs'
import { access, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { basename, join } from 'node:path'
import { Command, Option } from 'commander'
import { type Config, configOfProcess } from '../config.ts'
import type { Db } from '../db/db.ts'
import { findEmbedded, startEmbedded } from '../db/embedded.ts'
import { migrate } from '../db/migrate.ts'
import { openDb } from '../db/pool.ts'
import { loadMarket } from '../numbers/load-market.ts'
import { type ImportReport, importRoutes, type Progress, previewImport, refusedLines } from '../routing/import.ts'
import type { Refusal } from '../routing/import-check.ts'
import type { FormatName } from '../routing/import-record.codec.ts'
import { reportText } from '../routing/import-report.ts'
import { csvText } from '../shared/csv.ts'
import { createLog, type Log } from '../shared/log.ts'
import { instant, wholeNumber } from './arguments.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** Small: while lines are read nothing else is done, and the database is to be answered soon. */
const CHUNK_OCTETS = 64 * 1024
/** How often the progress line is written: on a terminal over itself, elsewhere one below the other. */
const PROGRESS_MS = { terminal: 250, file: 10_000 }

type Flags = {
  readonly format: FormatName
  readonly dryRun?: true
  readonly confirm?: number
  readonly expires?: Temporal.Instant
  readonly force?: string
  readonly refused?: string
  readonly by: string
  readonly json?: true
}

/** `portolan import routes`: a file of routes into the database of the configuration. */
export function importRoutesCommand(): Command {
  return new Command('routes')
    .description('import routes from a file; the same command again goes on where it stopped')
    .argument('<file>', 'CSV: number,operator[,routing_number], or NPAC bulk data download')
    .addOption(new Option('--format <name>', 'how the file is written').choices(['csv', 'npac']).makeOptionMandatory())
    .option('--dry-run', 'say what would be changed, and change nothing')
    .option('--confirm <count>', 'records of the file, needed for more than 10,000', wholeNumber)
    .option('--expires <instant>', 'when the numbers get back what they had, such as 2026-12-24T18:00:00Z', instant)
    .option('--force <reason>', 'set aside routes of numbers that came to us by a port; the reason is kept')
    .option('--refused <file>', 'write the refused lines to this CSV file')
    .option('--by <name>', 'who imports, for history and audit', userInfo().username)
    .option('--json', 'print the report as JSON')
    .action(run)
}

async function run(file: string, flags: Flags): Promise<void> {
  await access(file)
  const config = configOfProcess(ROOT)
  const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel).child({ room: 'cli' })
  const market = await loadMarket(join(ROOT, 'markets'), config.market)
  const { db, close } = await openDatabase(config, log)
  const refusals: Refusal[] = []
  const progress = progressLine()
  try {
    const options = {
      db,
      market,
      source: () => createReadStream(file, { highWaterMark: CHUNK_OCTETS }),
      format: flags.format,
      fileName: basename(file),
      by: flags.by,
      now: () => Temporal.Now.instant(),
      log,
      confirmed: flags.confirm,
      expiresAt: flags.expires,
      forcedReason: flags.force,
      onProgress: progress.show,
      onRefused: (more: readonly Refusal[]) => keep(refusals, more),
    }
    const report = await (flags.dryRun ? previewImport(options) : importRoutes(options))
    progress.end()
    process.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report))
    if (flags.refused !== undefined) await writeRefused(flags.refused, report, { db, refusals })
    if (report.refused > 0 && flags.refused === undefined) showRefused(refusals, report.refused)
  } finally {
    progress.end()
    await close()
  }
}

/** So many refused lines of a run are kept in memory; the database keeps more. */
const KEPT_MAX = 100_000
const SHOWN_MAX = 20

function keep(refusals: Refusal[], more: readonly Refusal[]): void {
  refusals.push(...more.slice(0, Math.max(KEPT_MAX - refusals.length, 0)))
}

function showRefused(refusals: readonly Refusal[], count: number): void {
  for (const { line, content, reason } of refusals.slice(0, SHOWN_MAX))
    process.stderr.write(`line ${line}: ${reason}: ${content}\n`)
  if (count > SHOWN_MAX) process.stderr.write(`and more: --refused FILE writes all of them\n`)
}

async function writeRefused(
  file: string,
  { id }: ImportReport,
  { db, refusals }: { db: Db; refusals: readonly Refusal[] },
): Promise<void> {
  const rows = id === undefined ? refusals : await Array.fromAsync(refusedLines(db, id))
  const cells = rows.map(({ line, content, reason }) => [line, content, reason])
  await writeFile(file, csvText(['line', 'content', 'reason'], cells))
}

/** The database that DATABASE_URL names; else our own, which the running product may hold already. */
async function openDatabase(config: Config, log: Log): Promise<{ db: Db; close(): Promise<void> }> {
  const running = config.databaseUrl ?? (await findEmbedded(config.dataDir))
  const own =
    running === undefined ? await startEmbedded({ dataDir: config.dataDir, log, durable: 'durable' }) : undefined
  const url = running ?? own?.url ?? ''
  await migrate({ url, folder: join(ROOT, 'db', 'migrations') })
  const db = openDb({ url, maxConnections: 4, log })
  return {
    db,
    async close() {
      await db.close()
      await own?.stop()
    },
  }
}

function progressLine(): { show(progress: Progress): void; end(): void } {
  const isTerminal = process.stderr.isTTY
  const since = performance.now()
  let shownAt = since
  let isOpen = false
  return {
    show({ octets, octetsDone, accepted, refused }) {
      const now = performance.now()
      if (now - shownAt < PROGRESS_MS[isTerminal ? 'terminal' : 'file']) return
      shownAt = now
      const percent = Math.floor((octetsDone * 100) / octets)
      const rate = Math.round(accepted / ((now - since) / 1000))
      const line = `${percent} %, ${accepted} accepted, ${refused} refused, ${rate} a second`
      process.stderr.write(isTerminal ? `\r${line}   ` : `${line}\n`)
      isOpen = isTerminal
    },
    end() {
      if (isOpen) process.stderr.write('\n')
      isOpen = false
    },
  }
}
