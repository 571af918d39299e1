import { deepEqual, equal, match } from 'node:assert/strict'
import test, { after } from 'node:test'
import { requestFor } from '../../test/support/port-out.ts'
import { portInOf, pxsRoom } from '../../test/support/pxs-room.ts'
import { receive } from '../clearinghouses/pxs/receive.ts'
import { portInService } from './port-in.ts'

const { porting, db, saying, inbound, close } = await pxsRoom(Temporal.Instant.from('2025-01-15T11:00:00Z'))
after(close)
const submit = async (number: string) => (await portInService(porting).submit(portInOf(number))).msgidentifier
const portOuts = async () => (await db.sql("select 1 from port where direction = 'out'")).length

test('a request of another operator takes no identifier that is ours to give, and the creates go on (O-35)', async () => {
  equal(await submit('5551201'), 'XX202501-CARR-00001')
  const request = requestFor('5550201', '5550201', { recipient: 'THIRD' })
  await receive(porting, saying('ours', 'XX202501-CARR-00002', request))
  deepEqual(await inbound('ours'), { state: 'refused', note: "XX202501-CARR-00002 is ours to give, not THIRD's" })
  equal(await portOuts(), 0)
  equal(await submit('5551202'), 'XX202501-CARR-00002')
})

test('a request under the name of a third operator is answered with a refusal (O-35)', async () => {
  const request = requestFor('5550202', '5550202', { recipient: 'THIRD' })
  await receive(porting, saying('other', 'XX202501-DONOR-00001', request))
  match((await inbound('other'))?.note ?? '', /^refused: a request of THIRD is not called XX202501-DONOR-00001$/)
  equal(await portOuts(), 0)
  deepEqual(
    await db.sql("select msgtype from message where msgidentifier = 'XX202501-DONOR-00001' and direction = 0"),
    [{ msgtype: 'AuthorisationResponse' }],
  )
})
