import { deepEqual, ok } from 'node:assert/strict'
import test from 'node:test'
import type { TestDatabase } from '../support/database.ts'
import { invariantsHold } from '../support/invariants.ts'
import { inAnyOrder, inOrder, openTheatre, randomFrom, type Theatre } from '../support/replay.ts'

/**
 * How many messages are replayed. A million take longer than a test file may, so by hand, with a server of its own:
 * `PORTOLAN_TEST_REPLAY_MESSAGES=1000000 node test/walks/replay.test.ts`.
 */
const MESSAGES = Number(process.env.PORTOLAN_TEST_REPLAY_MESSAGES ?? 1_500)
/** Another number is another order; the one that failed is in the name of the test. */
const SEED = Number(process.env.PORTOLAN_TEST_REPLAY_SEED ?? 20_250_115)
/** Of a dialogue, on average. */
const DIFFERENT_MESSAGES = 2.4
const AVERAGE_COPIES = 2
/** As many as a month has identifiers for, with their resubmissions; more messages are more copies of each. */
const MOST_PORTS = 80_000
const PORTS = Math.min(Math.ceil(MESSAGES / DIFFERENT_MESSAGES / AVERAGE_COPIES), MOST_PORTS)
const MOST_COPIES = Math.round((2 * MESSAGES) / DIFFERENT_MESSAGES / PORTS - 1)
const TIMEOUT_MS = 120_000 + MESSAGES * 40

test(`${MESSAGES} messages about ${PORTS} ports, in random order with duplicates (seed ${SEED}), end as in order (I2, I6, I7, I8, I11, I21)`, {
  timeout: TIMEOUT_MS,
}, async (context) => {
  const ordered = await openTheatre()
  const mixed = await openTheatre()
  try {
    await play(ordered, (dialogues) => inOrder(ordered, dialogues))
    const random = randomFrom(SEED)
    const copies = () => 1 + Math.floor(random() * MOST_COPIES)
    let messages = 0
    let seconds = 0
    await play(mixed, async (dialogues) => {
      const said = await inAnyOrder(mixed, dialogues, { copies, random, progress })
      messages += said.messages
      seconds += said.seconds
    })
    const rate = Math.round(messages / seconds)
    context.diagnostic(`${messages} messages in ${seconds.toFixed(1)} s: ${rate} messages a second`)
    ok(messages > MESSAGES * 0.8, `${messages} messages`)

    const states = new Set<number>()
    for (let page = 0; ; page++) {
      const [end, mixedEnd] = [await endOf(ordered.database, page), await endOf(mixed.database, page)]
      deepEqual(mixedEnd, end)
      for (const { state } of end.ports) states.add(state)
      if (end.ports.length + end.routes.length === 0) break
    }
    deepEqual(states, new Set([3, 20, 97, 98, 99]), 'every end was reached')
    for (const { database } of [ordered, mixed]) await holds(database)
  } finally {
    await ordered.database.close()
    await mixed.database.close()
  }
})

/** All dialogues, and then those that a resubmission began. */
async function play(theatre: Theatre, say: (dialogues: Awaited<ReturnType<Theatre['stage']>>) => Promise<void>) {
  await say(await theatre.stage(PORTS))
  await say(await theatre.seconds())
}

/** As many ports and routes are compared at once. */
const PAGE = 10_000

async function endOf({ db }: TestDatabase, page: number) {
  const ports = await db.sql<{ state: number }>(
    `select direction, first_number, account_type, state, failure_reason, superseded_by is null as is_newest
     from port order by direction, first_number, account_type limit $1 offset $2`,
    [PAGE, page * PAGE],
  )
  const routes = await db.sql(
    'select e164, operator, routing_number, source from route order by e164 limit $1 offset $2',
    [PAGE, page * PAGE],
  )
  return { ports, routes }
}

const began = performance.now()

/** A million take long enough to be asked about. */
function progress(said: number, of: number): void {
  const minutes = ((performance.now() - began) / 60_000).toFixed(1)
  process.stderr.write(`${said} of ${of} messages said, ${minutes} minutes after the begin\n`)
}

/** Each statement finds what must not be left at the end, and what there is to know of it. */
// biome-ignore format: a table
const NEVER: readonly [what: string, statement: string][] = [
  ['a message is unsettled or parked', `select i.state, i.note, m.msgtype, m.msgidentifier, p.direction, p.state as port_state,
      p.updated_at > i.received_at as has_moved_since from inbound i join message m on m.id = i.message_id
      left join port p on p.msgidentifier = m.msgidentifier where i.state in ('received', 'parked')`],
  ['a message is unsent',              "select message_id, state, attempts, last_error from outbound where state <> 'acknowledged'"],
]

async function holds({ db }: TestDatabase): Promise<void> {
  for (const [what, statement] of NEVER) deepEqual(await db.sql(`${statement} limit 5`), [], what)
  await invariantsHold(db)
}
