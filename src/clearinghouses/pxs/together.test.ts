import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after } from 'node:test'
import { invariantsHold } from '../../../test/support/invariants.ts'
import { counting, importedIn, pxsRoom } from '../../../test/support/pxs-room.ts'
import { lockPort } from '../../porting/port.store.ts'
import { portInService } from '../../porting/port-in.ts'
import type { PxsBody } from './messages.codec.ts'
import { receiver } from './receive.ts'

const { porting, db, saying, inbound, close } = await pxsRoom(Temporal.Instant.from('2025-01-15T11:00:00Z'))
after(close)

const portIns = portInService(porting)
const ACCEPTED: PxsBody = { kind: 'instruction_response', result: 'accept', code: 0 }
const HEARD = 'Waiting_for_Ported_Response'
const stateOf = async (id: string) => (await portIns.get(id)).port.state

/** Port-ins of so many numbers from one on, each of which waits for the answer to its instruction. */
const instructed = (first: number, count: number) =>
  importedIn(porting, 'Waiting_for_Instruction_Response', { first, count })

test('deliveries that come at the same time share transactions, and each is acknowledged by its name', async () => {
  const ids = await instructed(5_551_300, 60)
  const counted = counting(porting)
  const receive = receiver(counted.porting)
  const answers = await Promise.all(ids.map((id, index) => receive(saying(`many-${index}`, id, ACCEPTED))))
  for (const [index, { body }] of answers.entries())
    match(body.toString(), new RegExp(`<msgid>many-${index}</msgid>[^]*<result>accept`))
  deepEqual(new Set(await Promise.all(ids.map(stateOf))), new Set([HEARD]))
  ok(counted.transactions() < 10, `${counted.transactions()} transactions`)
})

test('of copies that come at the same time one counts, and the others are acknowledged as repetitions (I11)', async () => {
  const ids = await instructed(5_551_400, 8)
  const receive = receiver(porting)
  const copies = [...Array(40).keys()].map((index) => index % ids.length)
  const answers = await Promise.all(copies.map((which) => receive(saying(`copy-${which}`, ids[which]!, ACCEPTED))))
  equal(answers.filter(({ body }) => !body.toString().includes('<duplicate>true')).length, ids.length)
  const rows = await db.sql<{ state: string; count: number }>(
    `select i.state, count(*) as count from inbound i join message m on m.id = i.message_id
     where coalesce(i.msgid, substring(i.note from 'copy-[0-9]')) like 'copy-%' group by i.state order by i.state`,
  )
  deepEqual(rows, [
    { state: 'applied', count: ids.length },
    { state: 'duplicate', count: copies.length - ids.length },
  ])
  await invariantsHold(db)
})

test('a message that cannot be settled fails alone: those that came with it are settled, and it is when it can be', async () => {
  const ids = await instructed(5_551_500, 20)
  const poisoned = 7
  await db.sql("alter table port add constraint broken check (first_number <> '+15551507' or state <> 10) not valid")
  const receive = receiver(porting)
  const answers = await Promise.allSettled(ids.map((id, index) => receive(saying(`with-${index}`, id, ACCEPTED))))
  deepEqual(
    answers.flatMap(({ status }, index) => (status === 'rejected' ? [index] : [])),
    [poisoned],
  )
  for (const [index, id] of ids.entries()) if (index !== poisoned) equal(await stateOf(id), HEARD, id)
  await db.sql('alter table port drop constraint broken')
  await receive(saying(`with-${poisoned}`, ids[poisoned]!, ACCEPTED))
  deepEqual([await stateOf(ids[poisoned]!), (await inbound(`with-${poisoned}`))?.state], [HEARD, 'applied'])
})

test('a port in other hands keeps no message about another port waiting', async () => {
  const ids = await instructed(5_551_600, 10)
  const [held, ...free] = ids as [string, ...string[]]
  const isHeld = Promise.withResolvers<void>()
  const mayGo = Promise.withResolvers<void>()
  const holding = db.tx(async (tx) => {
    await lockPort(tx, held)
    isHeld.resolve()
    await mayGo.promise
  })
  await isHeld.promise
  const receive = receiver(porting)
  const waiting = receive(saying('held', held, ACCEPTED))
  await Promise.all(free.map((id, index) => receive(saying(`free-${index}`, id, ACCEPTED))))
  deepEqual(new Set(await Promise.all(free.map(stateOf))), new Set([HEARD]))
  equal(await stateOf(held), 'Waiting_for_Instruction_Response')
  mayGo.resolve()
  await Promise.all([holding, waiting])
  equal(await stateOf(held), HEARD)
})

test('several messages about one port that come at the same time are all heard, the early ones after the others', async () => {
  const [id] = (await instructed(5_551_700, 1)) as [string]
  const receive = receiver(porting)
  const ported: PxsBody = {
    kind: 'ported',
    recipient: 'CARR',
    donor: 'DONOR',
    numberType: 'mobile',
    actualAt: porting.now(),
    series: [{ first: '5551700', last: '5551700' }],
  }
  await Promise.all([
    receive(saying('one-ported', id, ported)),
    receive(saying('one-accepted', id, ACCEPTED)),
    receive(saying('one-accepted', id, ACCEPTED)),
  ])
  deepEqual([await stateOf(id), (await inbound('one-ported'))?.state], ['Number_Ported', 'applied'])
  await invariantsHold(db)
})
