import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after } from 'node:test'
import { invariantsHold } from '../../test/support/invariants.ts'
import { counting, importedIn, pxsRoom } from '../../test/support/pxs-room.ts'
import { portInService } from './port-in.ts'

const { porting, db, close } = await pxsRoom(Temporal.Instant.from('2025-01-15T11:00:00Z'))
after(close)

const imported = (first: number, count: number) => importedIn(porting, 'Waiting_for_Instruction', { first, count })
const wordOf = (result: PromiseSettledResult<{ readonly state: string }>) =>
  result.status === 'fulfilled' ? result.value.state : String(result.reason.code ?? result.reason)

test('deeds that come at the same time share transactions, and each has its own verdict', async () => {
  const ids = await imported(5_551_300, 30)
  await portInService(porting).abort(ids[3]!, 'ann')
  const counted = counting(porting)
  const portIns = portInService(counted.porting)
  const results = await Promise.allSettled([...ids, 'XX202501-CARR-99999'].map((id) => portIns.instruct(id, 'ann')))
  const wanted = [...ids.map(() => 'Waiting_for_Instruction_Response'), 'port_not_found']
  wanted[3] = 'illegal_transition'
  deepEqual(results.map(wordOf), wanted)
  ok(counted.transactions() < 6, `${counted.transactions()} transactions`)
  await invariantsHold(db)
})

test('of two deeds for one port at the same time the first is done, and the second is told so (I6)', async () => {
  const [id] = (await imported(5_551_400, 1)) as [string]
  const portIns = portInService(porting)
  const results = await Promise.allSettled([portIns.abort(id, 'ann'), portIns.instruct(id, 'bea')])
  deepEqual(results.map(wordOf), ['Aborted', 'illegal_transition'])
  await invariantsHold(db)
})

test('a deed that cannot be saved fails alone: those that came with it are done', async () => {
  const ids = await imported(5_551_500, 12)
  await db.sql("alter table port add constraint broken check (first_number <> '+15551505' or state <> 3) not valid")
  const portIns = portInService(porting)
  const results = await Promise.allSettled(ids.map((id) => portIns.instruct(id, 'ann')))
  await db.sql('alter table port drop constraint broken')
  const failed = results.flatMap((result, index) => (result.status === 'rejected' ? [{ index, result }] : []))
  deepEqual(
    failed.map(({ index }) => index),
    [5],
  )
  match(String(failed[0]?.result.reason), /broken/)
  equal((await portIns.instruct(ids[5]!, 'ann')).state, 'Waiting_for_Instruction_Response')
})
