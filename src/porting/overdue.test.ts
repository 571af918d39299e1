import { ok, rejects } from 'node:assert/strict'
import test, { after } from 'node:test'
import { portInOf, pxsRoom } from '../../test/support/pxs-room.ts'
import { endOverdueTimers } from './overdue.job.ts'
import { portInService } from './port-in.ts'

const { porting, db, clock, close } = await pxsRoom(Temporal.Instant.from('2025-01-15T11:00:00Z'))
after(close)

const MOST_ROUNDS = 50

test('windows that cannot be ended do not keep a later one back for ever', async () => {
  const submitted: string[] = []
  for (let index = 10; index < 22; index++) {
    const port = await portInService(porting).importPort(
      portInOf(`55516${index}`),
      'Waiting_for_Authorisation_Response',
      'test',
    )
    submitted.push(port.id)
    clock.at = clock.at.add({ seconds: 1 })
  }
  const last = submitted.at(-1)
  await db.sql(`alter table timer add constraint broken check (ended_at is null or port_id = '${last}') not valid`)
  clock.at = clock.at.add({ hours: 24 * 30 })
  const isEnded = async () =>
    (await db.sql('select 1 from timer where port_id = $1 and ended_at is not null', [last])).length === 1
  let rounds = 0
  for (; rounds < MOST_ROUNDS && !(await isEnded()); rounds++)
    await rejects(endOverdueTimers(porting), /1[01] of 12 failed/)
  ok(await isEnded(), `ended after ${rounds} rounds`)
})
