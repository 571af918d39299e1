import { parentPort, workerData } from 'node:worker_threads'
import { openDb } from '../src/db/pool.ts'
import { followRoutes } from '../src/dns/follow.ts'
import { routeTable } from '../src/dns/table.ts'
import { routeFeed } from '../src/routing/feed.ts'
import { createLog } from '../src/shared/log.ts'

/** A DNS node's part of bench/import.ts, on a thread of its own as a node is a process of its own. Says 'ready', then 'all'. */
const { url, count }: { url: string; count: number } = workerData
const log = createLog('warn')
const db = openDb({ url, maxConnections: 2, log })
const table = routeTable()
const following = followRoutes({ feed: routeFeed(db), table, log })
await following.ready
parentPort?.postMessage('ready')
while (table.size < count) await new Promise((resolve) => setTimeout(resolve, 5))
parentPort?.postMessage('all')
await following.close()
await db.close()
