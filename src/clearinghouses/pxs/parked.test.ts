import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import test, { after } from 'node:test'
import { requestFor } from '../../../test/support/port-out.ts'
import { portInOf, pxsRoom } from '../../../test/support/pxs-room.ts'
import { findPort } from '../../porting/port.store.ts'
import { portInService } from '../../porting/port-in.ts'
import type { PxsBody } from './messages.codec.ts'
import { hearParked } from './parked.ts'
import { receive } from './receive.ts'

const { porting, db, clock, saying, inbound, close } = await pxsRoom(Temporal.Instant.from('2025-01-15T11:00:00Z'))
after(close)
const portIns = portInService(porting)
const ACCEPTED: PxsBody = { kind: 'instruction_response', result: 'accept', code: 0 }
const stateOf = async (msgidentifier: string) => (await portIns.get(msgidentifier)).port.state
const later = () => {
  clock.at = clock.at.add({ seconds: 1 })
}

test('a parked message that cannot be settled does not keep back the one that moves its port', async () => {
  const { msgidentifier: id } = await portIns.importPort(
    portInOf('5551800'),
    'Waiting_for_Instruction_Response',
    'test',
  )
  const series = [{ first: '5551800', last: '5551800' }]
  const ported = {
    kind: 'ported',
    recipient: 'CARR',
    donor: 'DONOR',
    numberType: 'mobile',
    actualAt: clock.at,
  } as const
  await receive(porting, saying('early', id, { ...ported, series }))
  equal((await inbound('early'))?.state, 'parked')
  await db.sql("alter table route_change add constraint broken check (first_number <> '+15551800') not valid")
  later()
  await receive(porting, saying('good', id, ACCEPTED))
  deepEqual([(await inbound('good'))?.state, await stateOf(id)], ['applied', 'Waiting_for_Ported_Response'])
  equal((await inbound('early'))?.state, 'parked')
  await db.sql('alter table route_change drop constraint broken')
  equal(await hearParked(porting), 1)
  equal(await stateOf(id), 'Number_Ported')
})

/** A port-in that was instructed after the answer had come. */
async function answeredEarly(number: string): Promise<string> {
  const { msgidentifier: id } = await portIns.importPort(portInOf(number), 'Waiting_for_Instruction', 'test')
  await receive(porting, saying(`early-${number}`, id, ACCEPTED))
  later()
  await portIns.instruct(id, 'ann')
  return id
}

test('parked messages of many ports are heard a few at once, and one that fails keeps none of the others back', async () => {
  const ids: string[] = []
  for (let index = 0; index < 12; index++) ids.push(await answeredEarly(`55518${10 + index}`))
  await db.sql("alter table port add constraint broken check (first_number <> '+15551811' or state <> 10) not valid")
  let now = 0
  let most = 0
  const counted: typeof db = {
    ...db,
    tx: async (work) => {
      now += 1
      most = Math.max(most, now)
      try {
        return await db.tx(work)
      } finally {
        now -= 1
      }
    },
  }
  await rejects(hearParked({ ...porting, db: counted }), /^Error: 1 of 12 failed$/)
  ok(most > 1 && most <= 4, `${most} at once`)
  const states = await Promise.all(ids.map(stateOf))
  deepEqual(
    ids.filter((_, index) => states[index] !== 'Waiting_for_Ported_Response'),
    [ids[1]],
  )
  await db.sql('alter table port drop constraint broken')
  equal(await hearParked(porting), 1)
})

test('an abort that is parked while its request is under way has its turn, whichever clock was read first', async () => {
  const id = 'XX202501-DONOR-00801'
  await receive(porting, saying('abort', id, { kind: 'abort', reasonCode: 0, reasonText: 'changed my mind' }))
  equal((await inbound('abort'))?.state, 'parked')
  clock.at = clock.at.subtract({ seconds: 2 })
  // the request does not see the parked message: neither had committed when the other looked
  await db.sql("update message set msgidentifier = null where msgid = 'abort'")
  await receive(porting, saying('request', id, requestFor('5550280')))
  await db.sql("update message set msgidentifier = $1 where msgid = 'abort'", [id])
  equal((await inbound('abort'))?.state, 'parked')
  equal(await hearParked(porting), 1)
  equal((await db.tx((tx) => findPort(tx, id)))?.state, 'Aborted')
})
