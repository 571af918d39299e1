import { deepEqual, equal, match } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import test from 'node:test'
import { followRoutes } from '../../src/dns/follow.ts'
import { routeTable } from '../../src/dns/table.ts'
import { routeFeed } from '../../src/routing/feed.ts'
import { createLog } from '../../src/shared/log.ts'
import { testDatabase } from '../support/database.ts'
import { ROOT, testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

/** Twenty batches: enough that each kill comes in the middle, also where we are slow to see how far it is. */
const COUNT = 200_000
const KILLS = 3
const numberOf = (n: number) => `23320${1_000_000 + n}`
/** Some lines are wrong. */
const WRONG = COUNT / 10_000
const operatorOf = (n: number) => (n % 10_000 === 9999 ? 'nobody' : n % 3 === 0 ? 'MTN' : 'AT')

test(`an import of ${COUNT} numbers, kill -9 ${KILLS} times: every line counts once, and the DNS has all`, async () => {
  const { db, url, close } = await testDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'portolan-import-'))
  const file = join(folder, 'routes.csv')
  const lines = Array.from({ length: COUNT }, (_, n) => `${numberOf(n)},${operatorOf(n)},+23320999999`)
  await writeFile(file, `number,operator,routing_number\n${lines.join('\n')}\n`)
  const start = (...more: string[]) =>
    portolan({ DATABASE_URL: url, PORTOLAN_MARKET: 'gh' }, [
      file,
      '--format',
      'csv',
      '--confirm',
      String(COUNT),
      ...more,
    ])
  const stand = async () => {
    const [row] = await db.sql<{ id: number; octets_done: number; state: string }>(
      'select id, octets_done, state from route_import order by id desc limit 1',
    )
    return row
  }
  const table = routeTable()
  const following = followRoutes({ feed: routeFeed(db), table, log: createLog('silent') })
  try {
    let done = 0
    for (let kill = 1; kill <= KILLS; kill++) {
      const running = start()
      const before = done
      await until('some more is committed', async () => ((await stand())?.octets_done ?? 0) > before, 60)
      running.child.kill('SIGKILL')
      await once(running.child, 'exit')
      done = (await stand())?.octets_done ?? 0
    }
    equal((await stand())?.state, 'running', 'the kills came in the middle')
    const last = await start('--json').ended
    equal(last.code, 0, last.stderr)
    const report = JSON.parse(last.stdout)
    deepEqual([report.isResumed, report.id], [true, 1])
    deepEqual([report.records, report.accepted, report.refused, report.repeated], [COUNT, COUNT - WRONG, WRONG, 0])
    const set = Object.values<{ set: number }>(report.counts).reduce((sum, counts) => sum + counts.set, 0)
    equal(set, COUNT - WRONG, 'nothing was counted twice')
    const rows = await db.sql<{ count: number }>('select count(*) as count from route_import_refusal')
    deepEqual(rows, [{ count: WRONG }])
    await until('the DNS has all', () => table.size === COUNT - WRONG)
    const wrong = lines.filter((_, n) => (table.lookup(numberOf(n))?.operator ?? 'nobody') !== operatorOf(n))
    deepEqual(wrong, [])
  } finally {
    await following.close()
    await close()
    await rm(folder, { recursive: true, force: true })
  }
})

test('portolan import routes: dry run, confirmation, refused lines, and the running DNS answers', async () => {
  const product = await testPortolan()
  const folder = await mkdtemp(join(tmpdir(), 'portolan-import-'))
  const file = join(folder, 'routes.csv')
  const refused = join(folder, 'refused.csv')
  const run = (...flags: string[]) =>
    portolan({ DATABASE_URL: product.databaseUrl }, [file, '--format', 'csv', ...flags]).ended
  try {
    await writeFile(file, 'number,operator\n+15550100,THIRD\n15550101,CARR\n15550102,nobody\n')
    const dry = await run('--dry-run', '--refused', refused)
    equal(dry.code, 0, dry.stderr)
    match(dry.stdout, /Dry run: nothing is changed[\s\S]*3 records: 2 accepted, 1 refused/)
    match(await readFile(refused, 'utf8'), /^line,content,reason\r\n4,"15550102,nobody"/)
    equal((await product.db.sql('select e164 from route')).length, 0)
    const wrong = await run('--confirm', '4')
    equal(wrong.code, 1)
    match(wrong.stderr, /the file has 3 records, and 4 was confirmed/)
    const expires = Temporal.Now.instant().add({ seconds: 600 })
    const right = await run('--confirm', '3', '--expires', expires.toString())
    equal(right.code, 0, right.stderr)
    match(right.stderr, /line 4: "nobody" is no operator/)
    await until('the DNS answers', async () => JSON.stringify(await product.enum('15550100')).includes('rn=D003'))
    await product.advance(601, 'ours')
    await until('it has expired', async () => !JSON.stringify(await product.enum('15550100')).includes('rn=D003'))
    const audited = await product.db.sql<{ action: string }>(
      'select action from audit where action like $1 order by sequence',
      ['route%'],
    )
    deepEqual(
      audited.map(({ action }) => action),
      ['route_import.begun', 'route_import.done', 'route.expired'],
    )
  } finally {
    await product.close()
    await rm(folder, { recursive: true, force: true })
  }
})

type Running = {
  readonly child: ChildProcess
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>
}

function portolan(env: Readonly<Record<string, string>>, args: readonly string[]): Running {
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'portolan.mjs'), 'import', 'routes', ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)])
  const ended = said.then(([[code], stdout, stderr]) => ({ code: code as number | null, stdout, stderr }))
  return { child, ended }
}
