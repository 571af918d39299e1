import { once } from 'node:events'
import { createReadStream, existsSync, globSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { startEmbedded } from '../src/db/embedded.ts'
import { migrate } from '../src/db/migrate.ts'
import { openDb } from '../src/db/pool.ts'
import { followRoutes } from '../src/dns/follow.ts'
import { routeTable } from '../src/dns/table.ts'
import type { Market } from '../src/numbers/market.ts'
import { parseMarket } from '../src/numbers/market-file.ts'
import { routeFeed } from '../src/routing/feed.ts'
import { type ImportOptions, importRoutes, previewImport } from '../src/routing/import.ts'
import { createLog } from '../src/shared/log.ts'
import { writeCsv } from './dns/numbers.ts'

/**
 * `node bench/import.ts [COUNT] [scattered|neighbours]`: a file of routes through the durable database, and the DNS table
 * that follows it. `scattered` is the worst case: no two neighbours have the same route, so every number is a row of
 * history. With `neighbours`, a hundred numbers in a row have one. Figures for 10 M are the measured ones in proportion.
 */
const count = Number(process.argv[2] ?? 1_000_000)
const kind = process.argv[3] ?? 'scattered'
const FULL = 10_000_000
/** The unit of /proc/PID/stat. */
const TICKS_PER_SECOND = 100
/** How many neighbours have one operator, where they do. */
const RUN = 100
const FIRST = 12_000_000_000

const folder = await mkdtemp(join(tmpdir(), 'portolan-bench-import-'))
await chmod(folder, 0o755) // so that the account of the database can enter it
const file = join(folder, 'routes.csv')
await (kind === 'neighbours' ? writeNeighbours() : writeCsv(file, count))
const log = createLog('warn')
const server = await startEmbedded({ dataDir: folder, log, durable: 'durable' })
const rows: object[] = []
try {
  await migrate({ url: server.url, folder: join(import.meta.dirname, '../db/migrations') })
  const db = openDb({ url: server.url, maxConnections: 4, log })
  const options: ImportOptions = {
    db,
    market: market(),
    source: () => createReadStream(file, { highWaterMark: 64 * 1024 }),
    format: 'csv',
    fileName: 'routes.csv',
    by: 'bench',
    now: () => Temporal.Now.instant(),
    log,
    confirmed: count,
  }
  const { size } = await stat(file)
  console.log(`${count} numbers, ${kind}, ${(size / 1e6).toFixed(0)} MB; the rest is measured`)
  await measured('dry run on nothing', () => previewImport(options))

  const follower = new Worker(join(import.meta.dirname, 'import-follower.ts'), {
    workerData: { url: server.url, count },
  })
  await once(follower, 'message')
  const [hasAll, hasEnded] = [once(follower, 'message'), once(follower, 'exit')]
  const begun = performance.now()
  await measured('import', () => importRoutes(options))
  await hasAll
  note('import until DNS has all', { seconds: (performance.now() - begun) / 1000 })
  await hasEnded

  await measured('import of the same again', () => importRoutes(options))
  const late = routeTable()
  await measured('DNS from the database (snapshot)', async () => {
    const follower = followRoutes({ feed: routeFeed(db), table: late, log })
    await follower.ready
    await follower.close()
  })
  await measured('DNS from the first generation (changes)', async () => {
    const feed = routeFeed(db)
    const caught = routeTable()
    for (let after = 0; ; ) {
      const changes = await feed.changesAfter(after, 5000)
      for (const { range, route } of changes) if (range) caught.set(range, route)
      const last = changes.at(-1)
      if (!last) break
      after = last.generation
    }
  })
  const [sizes] = await db.sql<{ route: string; change: string }>(
    `select pg_size_pretty(pg_total_relation_size('route')) as route, pg_size_pretty(pg_total_relation_size('route_change')) as change`,
  )
  console.table(rows)
  console.log(
    `route ${sizes?.route}, route_change ${sizes?.change}; peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
  )
  await db.close()
} finally {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}

/** Wall time counts on a quiet machine only; the CPU seconds of both sides hold on a busy one too. */
async function measured(what: string, work: () => Promise<unknown>): Promise<void> {
  const [cpu, databaseCpu] = [process.cpuUsage(), databaseCpuSeconds()]
  const since = performance.now()
  await work()
  const { user, system } = process.cpuUsage(cpu)
  note(what, {
    seconds: (performance.now() - since) / 1000,
    'our CPU': (user + system) / 1e6,
    'database CPU': databaseCpuSeconds() - databaseCpu,
  })
}

function note(what: string, figures: Readonly<Record<string, number>>): void {
  const shown = Object.entries(figures).flatMap(([name, value]) => [
    [name, value.toFixed(1)],
    [`${name} for ${FULL / 1e6} M`, ((value * FULL) / count).toFixed(0)],
  ])
  rows.push({ what, ...Object.fromEntries(shown) })
}

/** Of the database server with all its processes, those that have ended too (Linux; 0 elsewhere). */
function databaseCpuSeconds(): number {
  const [postmaster] = globSync(join(folder, '*/data/postmaster.pid')).map(
    (path) => readFileSync(path, 'utf8').split('\n')[0],
  )
  const processes = globSync('/proc/[0-9]*/stat').flatMap((path) => {
    // A process may end while it is looked at.
    const words = existsSync(path)
      ? readFileSync(path, 'utf8')
          .replace(/^.*\)\s*/s, '')
          .split(' ')
      : []
    const isServer = path === `/proc/${postmaster}/stat`
    if (!isServer && words[1] !== postmaster) return []
    return (isServer ? [11, 12, 13, 14] : [11, 12]).map((at) => Number(words[at]))
  })
  return processes.reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND
}

/** A plan of eleven digits with twenty operators, as bench/dns/numbers.ts numbers them. */
function market(): Market {
  const operators = Array.from({ length: 20 }, (_, index) => ({
    code: `OP${index}`,
    name: `Operator ${index}`,
    routingNumber: `+1555990${String(index).padStart(2, '0')}`,
    imsDomain: `ims.op${index}.example`,
  }))
  const anyNumber = { pattern: '[2-9]\\d{9}', example: '2000000000' }
  const hours = { value: 1, unit: 'workHours' }
  const byType = { mobile: hours, fixed: hours }
  return parseMarket(
    JSON.stringify({
      name: 'bench',
      title: 'Bench',
      source: 'invented',
      clearinghouse: 'pxs',
      identifierCountry: 'XX',
      countryCode: '1',
      trunkPrefix: '',
      timeZone: 'Etc/UTC',
      currency: 'USD',
      operator: 'OP0',
      numbers: { mobile: anyNumber, fixed: anyNumber },
      calendar: { workDays: [1], opens: '08:00', closes: '17:00', holidays: [] },
      timers: { authorisation: byType, instruction: hours, instruction_response: hours, porting: hours, change: hours },
      donorSilence: 'timeout',
      coolOff: { returnWindowDays: 0, lockDays: 0, isOverrideAllowed: true },
      limits: { numbersPerRange: 10_000 },
      rejectCodes: [0],
      operators,
      blocks: [{ prefix: '2', type: 'mobile', holder: 'OP0' }],
    }),
    'bench.json',
  )
}

async function writeNeighbours(): Promise<void> {
  const lines = ['number,operator,routing_number']
  for (let n = 0; n < count; n++) {
    const operator = 1 + (Math.floor(n / RUN) % 19)
    lines.push(`+${FIRST + n},OP${operator},+1555990${String(operator).padStart(2, '0')}`)
  }
  await writeFile(file, `${lines.join('\n')}\n`)
}
