// Own queue tables against pg-boss 12, on the same embedded PostgreSQL in one run: `npm ci && ../../node_modules/.bin/node run.mjs`.
// (1) commits a second at 16 connections: a transaction that writes a message and its outbound row, which is the queue
//     itself, against the same transaction that also sends a pg-boss job naming it.
// (2) how long a job stays away when its worker is killed with -9: both with the same lease of 5 s.
import { spawn } from 'node:child_process'
import { randomUUIDv7 } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { createLog } from '../../src/shared/log.ts'
import { claimOwn, LEASE_SECONDS, QUEUE } from './queue.mjs'

const CONNECTIONS = 16
const SECONDS = Number(process.env.ROUND_SECONDS ?? 6)
const ROUNDS = Number(process.env.ROUNDS ?? 5)
const KILLS = Number(process.env.KILLS ?? 5)
const BODY = Buffer.alloc(1200, 'x')

const dataDir = await mkdtemp(join(tmpdir(), 'portolan-bench-'))
await chmod(dataDir, 0o755)
const server = await startEmbedded({ dataDir, log: createLog('silent'), durable: 'durable' })
await migrate({ url: server.url, folder: join(import.meta.dirname, '../../db/migrations') })
const pool = new pg.Pool({ connectionString: server.url, max: CONNECTIONS })
pool.on('error', () => {})
const boss = new PgBoss({
  connectionString: server.url,
  supervise: true,
  superviseIntervalSeconds: 1,
  monitorIntervalSeconds: 1,
  maintenanceIntervalSeconds: 60,
})
boss.on('error', (error) => console.error(error))
await boss.start()
await boss.createQueue(QUEUE, { expireInSeconds: LEASE_SECONDS, retryLimit: 10, retryDelay: 0 })

try {
  console.log(
    `${availableParallelism()} cores, PostgreSQL embedded and durable, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s, interleaved`,
  )
  const own = []
  const both = []
  await commitsPerSecond('own', 2)
  await commitsPerSecond('pg-boss', 2)
  for (let round = 0; round < ROUNDS; round++) {
    own.push(await commitsPerSecond('own', SECONDS))
    both.push(await commitsPerSecond('pg-boss', SECONDS))
  }
  console.log(`own rows alone         ${own.map(Math.round).join(' ')}  median ${Math.round(median(own))} commits/s`)
  console.log(`the same and pg-boss   ${both.map(Math.round).join(' ')}  median ${Math.round(median(both))} commits/s`)
  console.log(`ratio                  ${(median(own) / median(both)).toFixed(2)}`)
  await pool.query('delete from outbound')
  await boss.deleteAllJobs(QUEUE)
  const ownKills = []
  const bossKills = []
  for (let kill = 0; kill < KILLS; kill++) {
    ownKills.push(await backAfterKill('own'))
    bossKills.push(await backAfterKill('pg-boss'))
  }
  console.log(`own, back after kill -9       ${seconds(ownKills)}  (lease ${LEASE_SECONDS} s, looked for every 1 s)`)
  console.log(
    `pg-boss, back after kill -9   ${seconds(bossKills)}  (expiry ${LEASE_SECONDS} s, supervised every 1 s, polled every 0.5 s)`,
  )
} finally {
  await boss.stop({ graceful: false })
  await pool.end()
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
}

async function commitsPerSecond(kind, forSeconds) {
  const end = performance.now() + forSeconds * 1000
  let commits = 0
  const worker = async () => {
    const client = await pool.connect()
    const db = { executeSql: (text, values) => client.query(text, values) }
    while (performance.now() < end) {
      await client.query('begin')
      const id = await writeWork(client)
      if (kind === 'pg-boss') await boss.send(QUEUE, { id }, { db })
      await client.query('commit')
      commits++
    }
    client.release()
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  return commits / ((performance.now() - start) / 1000)
}

async function writeWork(client) {
  const id = randomUUIDv7()
  await client.query({
    name: 'message',
    text: "insert into message (id, clearinghouse, direction, peer, content_type, body, at) values ($1, 'pxs', 0, 'x', 'application/xml', $2, now())",
    values: [id, BODY],
  })
  await client.query({
    name: 'outbound',
    text: "insert into outbound (message_id, state, attempts, next_attempt_at) values ($1, 'queued', 0, now())",
    values: [id],
  })
  return id
}

/** Lets another process take the only job and die with it; how long until somebody has it again, in seconds. */
async function backAfterKill(kind) {
  const id = await writeWork(pool)
  if (kind === 'pg-boss') await boss.send(QUEUE, { id })
  const victim = spawn(process.execPath, [join(import.meta.dirname, 'victim.mjs'), kind, server.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(victim.stdout, 'data')
  victim.kill('SIGKILL')
  const killed = performance.now()
  await once(victim, 'exit')
  if (kind === 'own') while ((await claimOwn(pool)).length === 0) await pause(1000)
  else await bossHasIt()
  const waited = (performance.now() - killed) / 1000
  await pool.query('delete from outbound')
  return waited
}

async function bossHasIt() {
  let got = () => {}
  const done = new Promise((resolve) => {
    got = resolve
  })
  await boss.work(QUEUE, { pollingIntervalSeconds: 0.5 }, async () => got())
  await done
  await boss.offWork(QUEUE)
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

function seconds(values) {
  return `median ${median(values).toFixed(1)} s, from ${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)} s`
}
