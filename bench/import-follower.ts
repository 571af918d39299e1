import { parentPort, workerData } from 'node:worker_threads'
import { openDb } from '../src/db/pool.ts'
import { followRoutes } from '../src/dns/follow.ts'
import { routeTable } from '../src/dns/table.ts'
import { routeFeed } from '../src/routing/feed.ts'
import { createLog } from '../src/shared/log.ts'

const PATIENCE_MS = 1_800_000

/** A DNS node's part of bench/import.ts, on a thread of its own as a node is a process of its own. Says 'ready', then 'all'. */
const { url, count }: { url: string; count: number } = workerData
const log = createLog('warn')
const db = openDb({ url, maxConnections: 2, log })
const table = routeTable()
const following = followRoutes({ feed: routeFeed(db), table, log })
await following.ready
parentPort?.postMessage('ready')
for (const deadline = performance.now() + PATIENCE_MS; table.size < count; ) {
  if (performance.now() > deadline) throw new Error(`DNS has ${table.size} of ${count} numbers, and no more come`)
  await new Promise((resolve) => setTimeout(resolve, 5))
}
parentPort?.postMessage('all')
await following.close()
await db.close()
