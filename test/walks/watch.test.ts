import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test from 'node:test'
import { loadMarket } from '../../src/numbers/load-market.ts'
import { nextExpected, overduePorts, type Watched } from '../../src/porting/watch.ts'
import { ROOT, type TestPortolan, testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

const market = await loadMarket(`${ROOT}/markets`, 'doc')

/** A deployment whose clock the test has in its hands, and what its watch says. */
async function watched() {
  const portolan = await testPortolan()
  let movedSeconds = 0
  const now = () => Temporal.Now.instant().add({ seconds: movedSeconds })
  const reading = { db: portolan.db, market, now }
  return {
    portolan,
    now,
    expected: (id: string) => nextExpected(reading, id),
    /** By the clock of the test, or at another time. */
    overdue: (at?: Temporal.Instant) => overduePorts({ ...reading, now: () => at ?? now() }, { limit: 100 }),
    async advanceTo(at: Temporal.Instant, whose: 'ours' | 'both' = 'ours') {
      const seconds = Math.ceil(now().until(at).total('seconds'))
      movedSeconds += seconds
      await portolan.advance(seconds, whose)
    },
    lose: (lose: string) =>
      fetch(`${portolan.simulatorUrl}/sim/faults`, { method: 'POST', body: JSON.stringify({ lose }) }),
  }
}

async function instruct(portolan: TestPortolan, id: string) {
  await portolan.reaches(id, 2)
  await portolan.api('POST', `/PortIn/${id}`)
}

// biome-ignore format: a table
const LOST: readonly (readonly [message: string, number: string, state: number, expected: string, who: Watched['who'], whoName: string, isRecovered: boolean])[] = [
  // lost message          number     state expected                          who              by name    comes again when asked for
  ['instruction',          '5550110', 3,    'instruction_response',           'clearinghouse', 'pxs',     false],
  ['instruction_response', '5550120', 3,    'instruction_response',           'clearinghouse', 'pxs',     true],
  ['ported',               '5550130', 10,   'ported',                         'clearinghouse', 'pxs',     true],
]
for (const [message, number, state, expected, who, whoName, isRecovered] of LOST) {
  test(`when ${message} is lost, the port is overdue at the minute that was stated, and not before`, async () => {
    const watch = await watched()
    const { portolan } = watch
    try {
      const id = await portolan.create(number)
      await portolan.reaches(id, 2)
      await watch.lose(message)
      await instruct(portolan, id)
      await portolan.reaches(id, state)
      const next = await until('what is expected', () => watch.expected(id))
      deepEqual([next.expected, next.who, next.whoName, next.isOverdue], [expected, who, whoName, false])
      match(next.rule, /^(instruction response|porting) 1 working hour in /)
      await watch.advanceTo(next.dueAt.subtract({ minutes: 1 }), 'both')
      deepEqual(await watch.overdue(next.dueAt.subtract({ seconds: 1 })), [], 'not before its time')
      // looked at before the watch, which asks for what is overdue at once
      const [late] = await watch.overdue(next.dueAt)
      await watch.advanceTo(next.dueAt, 'both')
      deepEqual([late?.msgidentifier, late?.expected, String(late?.dueAt)], [id, expected, String(next.dueAt)])
      if (isRecovered) {
        const record = await portolan.reaches(id, 30)
        ok(record.events.some(({ msgtype }) => msgtype === 'SyncRequest'))
        deepEqual(await watch.overdue(), [])
        return
      }
      const asked = await until('the clearinghouse was asked', async () => (await watch.expected(id))?.asked === 1)
      ok(asked)
      equal((await portolan.get(id)).PortingState, state, 'silence there is never taken for an answer')
      const window = next.since.until(next.dueAt).total('seconds')
      await watch.advanceTo(next.since.add({ seconds: Math.ceil(window * 1.6) }))
      await until('the next level', async () => ((await watch.expected(id))?.level?.level ?? 0) >= 3)
      const told = /instruction_response has not come .*; to be told: the /
      const { events } = await portolan.get(id)
      ok(events.some(({ eventlog }) => told.test(eventlog)))
    } finally {
      await portolan.close()
    }
  })
}

test('when the authorisation is lost, it is asked for before the window ends, so that silence is not taken for a no (O-50) [PXS sync_request]', async () => {
  const watch = await watched()
  const { portolan } = watch
  try {
    await watch.lose('authorisation_response')
    const id = await portolan.create('5550102')
    await portolan.reaches(id, 1)
    const next = await until('what is expected', () => watch.expected(id))
    deepEqual([next.expected, next.who, next.whoName], ['authorisation_response', 'counterparty', 'DONOR'])
    const window = next.since.until(next.dueAt).total('seconds')
    await watch.advanceTo(next.since.add({ seconds: Math.ceil(window * 0.85) }))
    await portolan.reaches(id, 2)
  } finally {
    await portolan.close()
  }
})

test('when nobody answers at all, the window ends the port at its minute by the rule of the market', async () => {
  const watch = await watched()
  const { portolan } = watch
  try {
    await watch.lose('authorisation_request')
    const id = await portolan.create('5550150')
    await portolan.reaches(id, 1)
    const { dueAt } = await until('what is expected', () => watch.expected(id))
    await watch.advanceTo(dueAt.subtract({ minutes: 1 }))
    equal((await portolan.get(id)).PortingState, 1)
    await watch.advanceTo(dueAt)
    await portolan.reaches(id, 97)
    equal(await watch.expected(id), undefined)
  } finally {
    await portolan.close()
  }
})

test('a request that the clearinghouse does not acknowledge, and an instruction that we do not give, are overdue too', async () => {
  const watch = await watched()
  const { portolan } = watch
  try {
    const waiting = await portolan.create('5550160')
    await portolan.reaches(waiting, 2)
    await fetch(`${portolan.simulatorUrl}/sim/faults`, { method: 'POST', body: JSON.stringify({ down: true }) })
    const unheard = await portolan.create('5550170')
    const next = await until('what is expected', () => watch.expected(unheard))
    deepEqual([next.expected, next.who], ['the acknowledgement of the request', 'clearinghouse'])
    equal(next.since.until(next.dueAt).total('minutes'), 15)
    await watch.advanceTo(next.dueAt)
    deepEqual(
      (await watch.overdue()).map(({ msgidentifier }) => msgidentifier),
      [unheard],
    )
    const ours = await until('what is expected', () => watch.expected(waiting))
    deepEqual([ours.expected, ours.who, ours.whoName], ['our instruction', 'us', 'CARR'])
    await watch.advanceTo(ours.dueAt)
    const late = await until('both', async () => {
      const all = await watch.overdue()
      return all.length === 2 && all
    })
    deepEqual(
      late.map(({ msgidentifier }) => msgidentifier),
      [unheard, waiting],
      'the longest overdue first',
    )
    equal((await watch.expected(waiting))?.asked, 0, 'what is ours to do is asked of nobody else')
  } finally {
    await portolan.close()
  }
})
