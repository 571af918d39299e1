import { deepEqual, equal } from 'node:assert/strict'
import test, { after } from 'node:test'
import { portInOf, pxsRoom } from '../../../test/support/pxs-room.ts'
import { until } from '../../../test/support/until.ts'
import { portInService } from '../../porting/port-in.ts'
import type { PxsAnswer, PxsClient } from './pxs.client.ts'
import { decodePxs } from './pxs.codec.ts'
import { sender } from './send.job.ts'

const { porting, db, close } = await pxsRoom(Temporal.Instant.from('2025-01-15T11:00:00Z'))
after(close)
const portIns = portInService(porting)
const requested = async (number: string) => (await portIns.submit(portInOf(number))).msgidentifier
const stateOf = async (msgidentifier: string) => (await portIns.get(msgidentifier)).port.state
const AGREED: PxsAnswer = { kind: 'acknowledged', isDuplicate: false }

/** A clearinghouse that says nothing to the first so many messages until it may. */
function hanging(count: number) {
  const mayAnswer = Promise.withResolvers<void>()
  const came: (string | undefined)[] = []
  const client: PxsClient = {
    async send(bytes) {
      const decoded = decodePxs(bytes)
      came.push(decoded.kind === 'message' ? decoded.message.msgidentifier : undefined)
      if (came.length <= count) await mayAnswer.promise
      return AGREED
    },
  }
  return { client, came, answer: mayAnswer.resolve }
}

test('a message that hangs holds up no other: not of its round, nor what is written after it', async () => {
  const { client, came, answer } = hanging(1)
  const sending = sender(porting, client, 60)
  const held = await requested('5551900')
  await until('the first is under way', async () => (await sending.run()) > 0 && came.length === 1)
  for (const number of ['5551901', '5551902']) {
    const id = await requested(number)
    await until(`${number} is acknowledged`, async () => {
      await sending.run()
      return (await stateOf(id)) === 'Waiting_for_Authorisation_Response'
    })
  }
  equal(await stateOf(held), 'NoPort')
  const stopped = sending.stop()
  answer()
  await stopped
  equal(await stateOf(held), 'Waiting_for_Authorisation_Response')
  deepEqual(came.filter((id) => id === held).length, 1, 'sent once')
})

test('no more than sixteen are under way, however many wait, and the rest follows', async () => {
  const { client, came, answer } = hanging(16)
  const sending = sender(porting, client, 60)
  for (let index = 0; index < 20; index++) await requested(`55519${20 + index}`)
  await until('sixteen are under way', async () => (await sending.run()) === 16 && came.length === 16)
  equal(await sending.run(), 16)
  equal(came.length, 16)
  answer()
  await until('nothing is left', async () => (await sending.run()) === 0)
  equal(new Set(came).size, 20)
  deepEqual(await db.sql("select message_id from outbound where state = 'queued'"), [])
})
