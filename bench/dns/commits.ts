import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { encode } from 'dns-packet'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openDb } from '../../src/db/pool.ts'
import { parseE164 } from '../../src/numbers/e164.ts'
import { writeRoutes } from '../../src/routing/route.store.ts'
import { createLog } from '../../src/shared/log.ts'
import { kill, startDnsProcess } from '../../test/support/dns-process.ts'
import { ownerOf } from './numbers.ts'

/**
 * From the commit of one change to the new answer of every DNS node: two nodes as processes of their own beside the durable
 * database, a change at a time at random moments. The peer of the same run is PostgreSQL's own notification: from a commit
 * to the moment that a bare listener hears of it, below which nobody that follows the database can come.
 *
 *     node bench/dns/commits.ts [CHANGES]
 */
const changes = Number(process.argv[2] ?? 1000)
const NODES = 2
const PAUSE_MS = 20
const FIRST = 15_550_000
const NUMBERS = 10_000
const PATIENCE_MS = 5000

const folder = await mkdtemp(join(tmpdir(), 'portolan-bench-commits-'))
await chmod(folder, 0o755) // so that the account of the database can enter it
const log = createLog('silent')
const server = await startEmbedded({ dataDir: folder, log, durable: 'durable' })
const nodes: Awaited<ReturnType<typeof startNode>>[] = []
try {
  await migrate({ url: server.url, folder: join(import.meta.dirname, '../../db/migrations') })
  const db = openDb({ url: server.url, maxConnections: 4, log })
  for (let index = 0; index < NODES; index++) nodes.push(await startNode(index))
  const visibleMs: number[] = []
  const heardMs: number[] = []
  for (let count = 0; count < changes; count++) {
    await pause(Math.random() * PAUSE_MS)
    const heard = Promise.withResolvers<number>()
    const stop = db.listen('route', () => heard.resolve(performance.now()))
    await pause(1)
    const number = FIRST + ((count * 7919) % NUMBERS)
    const routingNumber = `+1${String(count).padStart(9, '0')}`
    await write(number, routingNumber)
    const committedAt = performance.now()
    const seenAt = await Promise.all(nodes.map(({ sees }) => sees(number, `rn=${routingNumber}@`)))
    visibleMs.push(Math.max(...seenAt) - committedAt)
    heardMs.push((await heard.promise) - committedAt)
    stop()
  }
  await db.close()
  say(`visible on all of ${NODES} nodes`, visibleMs)
  say('heard by a bare listener', heardMs)

  async function write(number: number, routingNumber: string): Promise<void> {
    const e164 = parseE164(`+${number}`)
    if (e164 === undefined) throw new Error(`${number}`)
    const route = { operator: 'CARR', routingNumber, numberType: 'mobile' as const }
    const change = { range: { first: e164, last: e164 }, route, source: 'port' as const, cause: 'bench', by: 'bench' }
    await db.tx((tx) => writeRoutes(tx, [{ ...change, at: Temporal.Now.instant() }]))
  }
} finally {
  for (const node of nodes) await node.stop()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}

async function startNode(index: number) {
  const dataDir = join(folder, `node-${index}`)
  const node = await startDnsProcess({ DATABASE_URL: server.url, PORTOLAN_DATA_DIR: dataDir })
  const socket = createSocket('udp4')
  return {
    /** Asks, one question after the other, until `wanted` is in the reply. @returns when it was */
    async sees(number: number, wanted: string): Promise<number> {
      const name = `${ownerOf(number)}.e164.arpa`
      const query = encode({ type: 'query', id: 1, questions: [{ type: 'NAPTR', name }] })
      for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; ) {
        socket.send(query, node.port, '127.0.0.1')
        const [reply] = await once(socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) })
        if (reply.includes(wanted)) return performance.now()
      }
      throw new Error(`node ${index} does not answer ${wanted} within ${PATIENCE_MS} ms`)
    },
    async stop() {
      socket.close()
      await kill(node)
    },
  }
}

function say(what: string, milliseconds: number[]): void {
  milliseconds.sort((a, b) => a - b)
  const at = (part: number): string => (milliseconds[Math.floor(milliseconds.length * part)] ?? Number.NaN).toFixed(2)
  console.log(`${what} after ${at(0.5)} ms median, ${at(0.99)} ms p99, ${at(1 - 1e-9)} ms at most; ${changes} changes`)
}
