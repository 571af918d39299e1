import { deepEqual, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { startDns } from '../../src/dns/server.ts'
import { createLog } from '../../src/shared/log.ts'
import { DOC, queryBytes, readReply, world } from '../conformance/world.ts'
import { testDatabase } from '../support/database.ts'
import { type DnsProcess, kill, naptr, route, startDnsProcess } from '../support/dns-process.ts'
import { freePort } from '../support/free-port.ts'
import { ROOT } from '../support/portolan.ts'
import { startRelay } from '../support/relay.ts'
import { SURROUNDINGS } from '../support/surroundings.ts'
import { until } from '../support/until.ts'
import { waitedMs } from '../support/waited.ts'

const HAS_THREADS = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)
const QUERY = queryBytes('0.0.1.0.5.5.5.1.e164.arpa', 'NAPTR')
/**
 * Issue: back and answering within 2 s. The machine may do other things: what was waited for a core does not count, and the best
 * of a few does, each a while after the one before.
 */
const BACK_WITHIN_MS = 2000
const ATTEMPTS = 8
const BETWEEN_MS = 3000

/**
 * How long it takes from now until a question is answered, asked again and again as resolvers do.
 *
 * @param child - the process that is to answer, begun since; absent: this one
 */
async function answeredAfterMs(port: number, child?: () => ChildProcess | undefined): Promise<number> {
  const since = performance.now()
  const waitedBefore = waitedMs(process.pid)
  const socket = createSocket('udp4')
  let regexps: readonly string[] = []
  socket.on('message', (reply) => {
    regexps = readReply(reply).regexps
  })
  try {
    await until('an answer', () => {
      socket.send(QUERY, port, '127.0.0.1', () => {})
      return regexps.length > 0
    })
  } finally {
    socket.close()
  }
  ok(regexps.join().includes('rn=+15559901'), regexps.join())
  const waited = Math.max(0, waitedMs(process.pid) - waitedBefore) + waitedMs(child?.()?.pid ?? 0)
  return performance.now() - since - waited
}

/** Breaks something, and waits until there are answers again; not more often than needed. */
async function bestOf(attempt: () => Promise<number>): Promise<number> {
  const took: number[] = []
  while (took.length < ATTEMPTS && !took.some((ms) => ms < BACK_WITHIN_MS)) {
    if (took.length > 0) await pause(BETWEEN_MS)
    took.push(await attempt())
  }
  return Math.min(...took)
}

test('a DNS thread that dies is replaced, and answers again within 2 seconds', {
  skip: HAS_THREADS ? false : 'no DNS threads on this platform',
}, async () => {
  const workers: Worker[] = []
  const keep = (worker: Worker) => workers.push(worker)
  process.on('worker', keep)
  const dns = await startDns({
    host: '127.0.0.1',
    port: 0,
    config: DOC,
    table: world().table,
    log: createLog('silent'),
  })
  try {
    await answeredAfterMs(dns.port)
    const tookMs = await bestOf(async () => {
      const count = workers.length
      await workers.at(-1)?.terminate()
      const ms = await answeredAfterMs(dns.port)
      deepEqual(workers.length, count + 1, 'by a new thread')
      return ms
    })
    ok(tookMs < BACK_WITHIN_MS, `${tookMs} ms`)
  } finally {
    process.off('worker', keep)
    await dns.close()
  }
})

test('a DNS process that is killed with -9 answers again within 2 seconds of it, when it is started again at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-crash-'))
  await writeFile(join(folder, 'zones.json'), JSON.stringify(DOC))
  await writeFile(join(folder, 'routes.csv'), 'number,operator\n15550100,DIGI\n')
  const port = await freePort()
  let child: ChildProcess | undefined
  let isOver = false
  /** As a supervisor does, such as systemd with `Restart=always`. */
  const start = () => {
    const words = ['dns', '--from', join(folder, 'routes.csv'), '--zones', join(folder, 'zones.json')]
    child = spawn(process.execPath, [join(ROOT, 'bin', 'portolan.mjs'), ...words, '--listen', `127.0.0.1:${port}`], {
      env: SURROUNDINGS,
      stdio: 'ignore',
    })
    child.once('exit', () => {
      if (!isOver) start()
    })
  }
  start()
  try {
    await answeredAfterMs(port)
    const tookMs = await bestOf(async () => {
      const killed = child
      killed?.kill('SIGKILL')
      const ms = await answeredAfterMs(port, () => child)
      ok(child !== killed && killed?.signalCode === 'SIGKILL', 'by a new process')
      return ms
    })
    ok(tookMs < BACK_WITHIN_MS, `${tookMs} ms`)
  } finally {
    isOver = true
    const last = child
    if (last && last.exitCode === null) {
      const exited = once(last, 'exit')
      last.kill('SIGKILL')
      await exited
    }
    await rm(folder, { recursive: true, force: true })
  }
})

/** `DNS_OUTAGE_SECONDS=600` makes the ten minutes of the issue. */
const OUTAGE_SECONDS = Number(process.env.DNS_OUTAGE_SECONDS ?? 3)

test('the database is away: no query fails, and on its return nothing that was missed is missing', {
  timeout: (OUTAGE_SECONDS + 240) * 1000,
}, async () => {
  const { db, url, close } = await testDatabase()
  const relay = await startRelay(url)
  const dataDir = await mkdtemp(join(tmpdir(), 'portolan-outage-'))
  let node: DnsProcess | undefined
  const asked = { count: 0, isOver: false }
  try {
    await route(db, '5550100', '5550199')
    node = await startDnsProcess({ DATABASE_URL: relay.url, PORTOLAN_DATA_DIR: dataDir })
    const { port } = node
    const isRouted = async (digits: string) => (await naptr(port, digits)).regexps.join().includes('rn=+15559901')
    await until('the first routes', () => isRouted('15550100'))
    // throws where an answer does not come, or is not what it was
    const asking = (async () => {
      for (; !asked.isOver; asked.count++) {
        const digits = String(15_550_100 + (asked.count % 100))
        ok(await isRouted(digits), `question ${asked.count}: ${digits}`)
      }
    })()
    asking.catch(() => {}) // awaited below
    await relay.away()
    const since = performance.now()
    const before = asked.count
    for (let at = 0; at < 50; at++) await route(db, String(5_550_300 + at * 3), String(5_550_301 + at * 3))
    await until(
      'the end of the outage, and a hundred questions meanwhile',
      async () => {
        ok(!(await isRouted('15550300')), 'the change is not heard of yet')
        return performance.now() - since > OUTAGE_SECONDS * 1000 && asked.count - before > 100
      },
      OUTAGE_SECONDS + 60,
    )
    await relay.back()
    await until('the last change is followed', () => isRouted('15550448'), 60)
    asked.isOver = true
    await asking
    for (let number = 300; number < 450; number++)
      deepEqual([number, await isRouted(`15550${number}`)], [number, number % 3 !== 2])
  } finally {
    asked.isOver = true
    if (node) await kill(node)
    await relay.away()
    await close()
    await rm(dataDir, { recursive: true, force: true })
  }
})
