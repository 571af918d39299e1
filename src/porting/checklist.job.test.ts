import { deepEqual, equal } from 'node:assert/strict'
import test, { after } from 'node:test'
import { importedIn, pxsRoom } from '../../test/support/pxs-room.ts'
import { until } from '../../test/support/until.ts'
import { confirmer } from './checklist.job.ts'
import { insertSteps } from './checklist.store.ts'
import { deliveriesTried, type StepName, type Verdict } from './checklist.ts'
import { findPort } from './port.store.ts'

const { porting, db, clock, close } = await pxsRoom(Temporal.Instant.from('2025-01-15T11:00:00Z'))
after(close)

/** More than are claimed of one kind at once. */
const STUCK = 40

/** Ports whose checklist has these steps, all of them waiting. */
async function waitingFor(steps: readonly StepName[], numbers: { readonly first: number; readonly count: number }) {
  const ids = await importedIn(porting, 'Number_Ported', numbers)
  const ports = await Promise.all(ids.map((id) => findPort(db, id)))
  const rows = ports.flatMap((port) =>
    steps.map((step, position) => {
      if (!port) throw new Error('it was imported')
      return { portId: port.id, step, position, state: 'waiting' as const, at: clock.at }
    }),
  )
  await db.tx((tx) => insertSteps(tx, rows))
  return ports
}

async function stepsIn(state: string): Promise<string[]> {
  const rows = await db.sql<{ told: string }>(
    "select step || ' ' || count(*) as told from port_step where state = $1 group by step order by step",
    [state],
  )
  return rows.map(({ told }) => told)
}

test('a peer that is silent holds up its own steps only, and the end waits for what it has been asked', async () => {
  await waitingFor(['crm'], { first: 5_551_100, count: STUCK })
  const held: ((verdict: Verdict) => void)[] = []
  const confirming = confirmer(porting, {
    crm: () => new Promise((resolve) => held.push(resolve)),
    route: async () => ({ kind: 'confirmed', by: 'the routing database' }),
  })
  await until('the CRM has as many questions as are asked at once', async () => {
    await confirming.run()
    return held.length === 32
  })
  await waitingFor(['route'], { first: 5_551_200, count: STUCK })
  await until('the routes are confirmed', async () => {
    await confirming.run()
    return (await stepsIn('confirmed')).includes(`route ${STUCK}`)
  })
  equal(held.length, 32, 'while the CRM is still asked about the first')
  deepEqual(await stepsIn('waiting'), [`crm ${STUCK}`])
  for (const answer of held) answer({ kind: 'confirmed', by: 'the CRM' })
  await confirming.stop()
  deepEqual(await stepsIn('confirmed'), ['crm 32', `route ${STUCK}`])
})

test('a step that is made due while it is tried is tried again at once', async () => {
  const [port] = await waitingFor(['bss'], { first: 5_551_300, count: 1 })
  const asked: ((verdict: Verdict) => void)[] = []
  const confirming = confirmer(porting, { bss: () => new Promise((resolve) => asked.push(resolve)) })
  await until('it is looked at', async () => {
    await confirming.run()
    return asked.length === 1
  })
  await deliveriesTried(porting, [{ type: 'port_in.ported', subject: port?.msgidentifier ?? '' }])
  asked[0]?.({ kind: 'waiting', reason: 'not answered when it was looked at' })
  await until('it is looked at anew, by the same clock', async () => {
    await confirming.run()
    return asked.length === 2
  })
  asked[1]?.({ kind: 'waiting', reason: 'still not' })
  await confirming.stop()
  const steps = () =>
    db.sql<{ next_attempt_at: Temporal.Instant }>('select next_attempt_at from port_step where port_id = $1', [
      port?.id,
    ])
  const [later] = await steps()
  equal(later && Temporal.Instant.compare(later.next_attempt_at, clock.at), 1, 'and then it pauses')
  await deliveriesTried(porting, [{ type: 'port_in.instructed', subject: port?.msgidentifier ?? '' }])
  deepEqual(await steps(), [later], 'what confirms no step hastens none')
  await deliveriesTried(porting, [{ type: 'port_in.ported', subject: port?.msgidentifier ?? '' }])
  deepEqual(await steps(), [{ next_attempt_at: clock.at }])
})
