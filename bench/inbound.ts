import { type Receive, receive, receiver } from '../src/clearinghouses/pxs/receive.ts'
import { testDatabase } from '../test/support/database.ts'
import { bytesOf, type Dialogue } from '../test/support/dialogue.ts'
import { openTheatre, randomFrom } from '../test/support/replay.ts'
import { bareTransactions, rate } from './bare.ts'

/**
 * `node bench/inbound.ts`: answers of a clearinghouse, three copies of each in any order, taken in by the receiver as it stands (many
 * callers share transactions), by a receiver for each of them (every message in transactions of its own), and beside both, on the
 * same server and in the same run, transactions of single-row statements, as many of each as a message needs by itself at least. What
 * counts is the ratio.
 */
const PORTS = 1_000
const COPIES = 3
const ROUNDS = 3
const CALLERS = 256
/** As many as a pool has connections. */
const CONNECTIONS = 8
/** Stored, and settled with its port: an edge is a row in as many tables, and each row a statement. */
const BARE = { count: PORTS, connections: CONNECTIONS, statements: [2, 8] }

const bare = await testDatabase()
const theatre = await openTheatre()
try {
  const random = randomFrom(1)
  await bareTransactions(bare.db, BARE) // its connections are opened before they are timed
  const dialogues = await theatre.stage(PORTS * ROUNDS * 2)
  while ((await theatre.send()) > 0);
  const rows = []
  for (let round = 1; round <= ROUNDS; round++) {
    const together = await rateOf(receiver(theatre.porting), takeSome(dialogues), CALLERS)
    const alone = await rateOf((raw) => receive(theatre.porting, raw), takeSome(dialogues), CONNECTIONS)
    const single = await rate(PORTS, () => bareTransactions(bare.db, BARE))
    rows.push({
      round,
      together: Math.round(together),
      alone: Math.round(alone),
      'single rows': Math.round(single),
      'together/alone': (together / alone).toFixed(2),
      'together/single rows': (together / single).toFixed(2),
    })
  }
  console.table(rows)

  function takeSome(from: Dialogue[]): Dialogue[] {
    const some = from.splice(0, PORTS)
    const said = some.flatMap((one) => Array.from({ length: COPIES }, () => one))
    return said
      .map((one) => ({ one, place: random() }))
      .sort((a, b) => a.place - b.place)
      .map(({ one }) => one)
  }
} finally {
  await theatre.database.close()
  await bare.close()
}

/** The first message of each dialogue, by so many callers. */
async function rateOf(take: Receive, said: readonly Dialogue[], callers: number): Promise<number> {
  const next = said.values()
  const caller = async () => {
    for (const one of next) await take({ body: bytesOf(one, 0, 0), contentType: 'application/xml', peer: 'bench' })
  }
  return rate(said.length, () => Promise.all(Array.from({ length: callers }, caller)))
}
