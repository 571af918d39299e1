import { deepEqual, equal, match } from 'node:assert/strict'
import test, { after } from 'node:test'
import { market, portInOf, pxsRoom } from '../../test/support/pxs-room.ts'
import { lookForAlerts } from './alerts.job.ts'
import { createAlerts } from './alerts.ts'
import { takeEdge } from './edge.ts'
import { monitorLooks } from './monitor-looks.ts'
import { lockPort } from './port.store.ts'
import type { PortInTrigger } from './port-in.machine.ts'
import { portInService } from './port-in.ts'
import { endangered, timelineOf } from './timeline.ts'

// a Wednesday morning; the market works from Monday to Friday, 08:00 to 17:00 UTC, and allows three working days
const WEDNESDAY = Temporal.Instant.from('2025-01-15T11:00:00Z')
const { porting, clock, close } = await pxsRoom(WEDNESDAY)
after(close)
const portIns = portInService(porting)

async function move(msgidentifier: string, ...triggers: PortInTrigger[]): Promise<void> {
  for (const on of triggers) {
    await porting.db.tx(async (tx) => {
      const port = await lockPort(tx, msgidentifier)
      if (port) await takeEdge(porting, tx, port, on, { by: 'test', surface: 'pxs' })
    })
  }
}
const timeline = async (msgidentifier: string, reading = porting) => {
  const found = await timelineOf(reading, (await portIns.get(msgidentifier)).port)
  return found && [found.standing, String(found.dueAt), found.forecastAt && String(found.forecastAt)]
}
const endangeredNow = async () => (await endangered(porting)).map(({ port }) => port.msgidentifier)

test('the forecast takes every window of others that is still to come, and none of ours', async () => {
  clock.at = WEDNESDAY
  const { msgidentifier: id } = await portIns.submit(portInOf('5551800'))
  const dueAt = '2025-01-20T11:00:00Z'
  // two working hours for the donor, one for the instruction, one for the port
  deepEqual(await timeline(id), ['in_time', dueAt, '2025-01-15T15:00:00Z'])
  await move(id, 'pxs:acknowledged', 'pxs:authorised')
  clock.at = Temporal.Instant.from('2025-01-17T16:00:00Z')
  deepEqual(await timeline(id), ['in_time', dueAt, '2025-01-20T09:00:00Z'], 'over the weekend')
  deepEqual(await endangeredNow(), [])
  clock.at = Temporal.Instant.from('2025-01-20T09:30:00Z')
  deepEqual(await timeline(id), ['at_risk', dueAt, '2025-01-20T11:30:00Z'], 'only if somebody is quick')
  deepEqual(await endangeredNow(), [id])
  await move(id, 'operator:instruct', 'pxs:instructed')
  deepEqual(await timeline(id), ['in_time', dueAt, '2025-01-20T10:30:00Z'], 'somebody was')
  clock.at = Temporal.Instant.from('2025-01-20T11:00:01Z')
  deepEqual((await timeline(id))?.[0], 'broken')
  await move(id, 'pxs:ported')
  deepEqual(await timeline(id), ['broken', dueAt, null])
  deepEqual(await endangeredNow(), [], 'nothing can be done about it any more')
})

test('a port in time has kept the limit; one that was asked for again is as old as the first of its chain', async () => {
  clock.at = WEDNESDAY
  const { msgidentifier: first } = await portIns.submit(portInOf('5551801'))
  await move(first, 'pxs:acknowledged')
  clock.at = WEDNESDAY.add({ hours: 24 })
  await porting.db.tx(async (tx) => {
    const port = await lockPort(tx, first)
    if (port) await takeEdge(porting, tx, port, 'pxs:rejected', { by: 'test', surface: 'pxs', code: 35 })
  })
  const { port: again } = await portIns.get(first)
  equal(again.originalMsgidentifier, first)
  equal((await timeline(again.msgidentifier))?.[1], '2025-01-20T11:00:00Z')
  await move(
    again.msgidentifier,
    'pxs:acknowledged',
    'pxs:authorised',
    'operator:instruct',
    'pxs:instructed',
    'pxs:ported',
  )
  deepEqual(await timeline(again.msgidentifier), ['kept', '2025-01-20T11:00:00Z', null])
})

test('numbers that moved in time have kept the limit, however late we hear of it', async () => {
  clock.at = WEDNESDAY
  const { msgidentifier: id } = await portIns.submit(portInOf('5551804'))
  await move(id, 'pxs:acknowledged', 'pxs:authorised', 'operator:instruct', 'pxs:instructed')
  clock.at = Temporal.Instant.from('2025-01-22T11:00:00Z')
  const portedAt = Temporal.Instant.from('2025-01-20T11:00:00Z')
  await porting.db.tx(async (tx) => {
    const port = await lockPort(tx, id)
    if (port) await takeEdge(porting, tx, port, 'pxs:ported', { by: 'test', surface: 'pxs', portedAt })
  })
  const found = await timelineOf(porting, (await portIns.get(id)).port)
  deepEqual([found?.standing, String(found?.portedAt)], ['kept', String(portedAt)], 'the very end of the limit')
})

test('without a limit of the market, and for a port that came to nothing, there is no timeline', async () => {
  clock.at = WEDNESDAY
  const { msgidentifier: id } = await portIns.submit(portInOf('5551802'))
  const { portingTime: _, ...limits } = market.limits
  const free = { ...porting, market: { ...market, limits } }
  equal(await timeline(id, free), undefined)
  deepEqual(await endangered(free), [])
  await portIns.abort(id, 'ann')
  equal(await timeline(id), undefined)
})

test('a limit that will be broken is a warning before it is, and critical then', async () => {
  clock.at = WEDNESDAY
  const { msgidentifier: id } = await portIns.submit(portInOf('5551803'))
  await move(id, 'pxs:acknowledged', 'pxs:authorised')
  const alerts = createAlerts({ db: porting.db, now: porting.now })
  const look = async (at: string) => {
    clock.at = Temporal.Instant.from(at)
    await lookForAlerts(
      porting,
      monitorLooks(porting, async () => []),
    )
    const found = await alerts.search({ state: 'open', monitor: 'timelines', msgidentifier: id, limit: 5 })
    return found.map(({ severity, what }) => `${severity}: ${what}`)
  }
  deepEqual(await look('2025-01-20T08:30:00Z'), [])
  match(
    (await look('2025-01-20T09:30:00Z'))[0] ?? '',
    /^warning: .* is to be ported by 2025-01-20T11:00:00Z .*, and may take until 2025-01-20T11:30:00Z/,
  )
  match((await look('2025-01-20T11:30:00Z'))[0] ?? '', /^critical: .* was to be ported by 2025-01-20T11:00:00Z/)
})
