import { startTestCluster } from '../test/support/cluster.ts'
import { bareTransactions, rate } from './bare.ts'

/**
 * `node bench/creates.ts`: 1,000 port-ins are asked for at once over HTTP, and beside it, on the same durable server and in the same run, the
 * least that a create could cost without batching: one transaction of three single-row inserts each, over the same number of
 * connections. What counts is the ratio.
 */
const CREATES = 1_000
const ROUNDS = 3
/** A begin, three inserts and a commit, as a create without batching would do at least. */
const BARE = { count: CREATES, connections: 16, statements: [3] }

// what a create costs is its commit too, and the tests have a server that does not wait for its disk
const cluster = await startTestCluster('durable')
process.env.PORTOLAN_TEST_DATABASE = cluster.url
const { testDatabase } = await import('../test/support/database.ts')
const { testPortolan } = await import('../test/support/portolan.ts')
// what is measured is what a create costs, not how many a key may ask for
const portolan = await testPortolan({ PORTOLAN_REQUESTS_PER_SECOND: '0' })
const bare = await testDatabase()
try {
  let number = 5_570_000
  await bareTransactions(bare.db, BARE) // its connections are opened before they are timed
  const rows: { round: number; createsPerSecond: number; bareTransactionsPerSecond: number; ratio: number }[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    const numbers = Array.from({ length: CREATES }, () => String(number++))
    const createsPerSecond = await rate(CREATES, () => Promise.all(numbers.map((local) => portolan.create(local))))
    const bareTransactionsPerSecond = await rate(CREATES, () => bareTransactions(bare.db, BARE))
    rows.push({
      round,
      createsPerSecond,
      bareTransactionsPerSecond,
      ratio: createsPerSecond / bareTransactionsPerSecond,
    })
  }
  const ids = await portolan.db.sql<{ count: number; ids: number; last: string }>(
    'select count(*) as count, count(distinct msgidentifier) as ids, max(msgidentifier) as last from port',
  )
  console.table(
    rows.map((row) => ({
      ...row,
      createsPerSecond: Math.round(row.createsPerSecond),
      bareTransactionsPerSecond: Math.round(row.bareTransactionsPerSecond),
      ratio: row.ratio.toFixed(2),
    })),
  )
  console.log(
    `${ids[0]?.count} ports, ${ids[0]?.ids} identifiers, the last ${ids[0]?.last} (resubmissions after code 35 among them; a gap would make the last higher than the count)`,
  )
} finally {
  await portolan.close()
  await bare.close()
  await cluster.stop()
}
