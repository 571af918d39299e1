import { deepEqual, equal, match } from 'node:assert/strict'
import test, { after } from 'node:test'
import { requestFor } from '../../../test/support/port-out.ts'
import { portInOf, pxsRoom } from '../../../test/support/pxs-room.ts'
import { portInService } from '../../porting/port-in.ts'
import { portOutService } from '../../porting/port-out.ts'
import type { PxsBody } from './messages.codec.ts'
import type { PxsClient } from './pxs.client.ts'
import { receive } from './receive.ts'
import { sendDue } from './send.job.ts'

const { porting, db, saying, inbound, close } = await pxsRoom(Temporal.Instant.from('2025-01-15T11:00:00Z'))
after(close)
const portIns = portInService(porting)
const portOuts = portOutService(porting, { noticeMinutes: 0 })
const TIMEOUT_SECONDS = 5
const agreeing: PxsClient = { send: async () => ({ kind: 'acknowledged', isDuplicate: false }) }

const refusing = (reason: string): PxsClient => ({ send: async () => ({ kind: 'refused', reason }) })

const sent = () => sendDue(porting, agreeing, TIMEOUT_SECONDS)
const stateOf = async (msgidentifier: string) => (await portIns.get(msgidentifier)).port.state

/** A port-in whose request the clearinghouse has taken. */
async function requested(number: string): Promise<string> {
  const { msgidentifier } = await portIns.submit(portInOf(number))
  await sent()
  return msgidentifier
}

function errorAbout(erroredMsgid: string): PxsBody {
  return { kind: 'error', erroredMsgid, errors: [{ errorCode: '99', description: 'not possible' }] }
}

test('an error about an earlier instruction does not undo the one that is under way [PXS error]', async () => {
  const id = await requested('5551700')
  const yes: PxsBody = { kind: 'authorisation_response', result: 'accept', code: 0, donor: 'DONOR' }
  await receive(porting, saying('yes', id, yes))
  await portIns.instruct(id, 'ann')
  await sent()
  const [first] = await db.sql<{ msgid: string }>(
    "select msgid from message where msgidentifier = $1 and msgtype = 'Instruction'",
    [id],
  )
  await receive(porting, saying('no', id, { kind: 'instruction_response', result: 'reject', code: 99 }))
  await portIns.instruct(id, 'ann')
  await sent()
  await receive(porting, saying('late', id, errorAbout(first?.msgid ?? '')))
  equal((await inbound('late'))?.state, 'noted')
  equal(await stateOf(id), 'Waiting_for_Instruction_Response')
  match((await portIns.get(id)).events.at(-1)?.log ?? '', /reports an error: 99: not possible/)
})

test('an error under one port about a message of another has no effect on either and is flagged [PXS error]', async () => {
  const [one, other] = [await requested('5551701'), await requested('5551702')]
  await receive(porting, saying('mixed', other, errorAbout(`${one}-001`)))
  deepEqual(await inbound('mixed'), {
    state: 'refused',
    note: `error about ${other} names ${one}-001, a message of ${one}: 99: not possible`,
  })
  deepEqual([await stateOf(one), await stateOf(other)], Array(2).fill('Waiting_for_Authorisation_Response'))
  await receive(porting, saying('right', one, errorAbout(`${one}-001`)))
  equal(await stateOf(one), 'Rejected')
})

test('an abort that the clearinghouse refuses is in the log of the port, with its words', async () => {
  const id = await requested('5551703')
  await portIns.abort(id, 'ann')
  await sendDue(porting, refusing('too late to abort'), TIMEOUT_SECONDS)
  const { port, events } = await portIns.get(id)
  equal(port.state, 'Aborted')
  const { msgtype, direction, log } = events.at(-1) ?? {}
  deepEqual([msgtype, direction], ['error', 'received'])
  match(log ?? '', /^The clearinghouse did not take our Abort: too late to abort; the port stays in Aborted \(98\)/)
})

const NOT_TAKEN =
  /^The clearinghouse did not take our AuthorisationResponse: .*not possible; the port stays in Rejected \(99\)/

for (const way of ['acknowledgement', 'error'] as const) {
  test(`a refusal of ours that the clearinghouse does not take, by ${way}, is held for a person, and told`, async () => {
    const [id, number] = way === 'error' ? ['XX202501-DONOR-00601', '5550261'] : ['XX202501-DONOR-00602', '5550262']
    await receive(porting, saying(`asked by ${way}`, id, requestFor(number)))
    await portOuts.reject(id, undefined, 'ann')
    if (way === 'acknowledgement') await sendDue(porting, refusing('code 99 is not possible'), TIMEOUT_SECONDS)
    else {
      await sent()
      const [answer] = await db.sql<{ msgid: string }>(
        "select msgid from message where msgidentifier = $1 and msgtype = 'AuthorisationResponse'",
        [id],
      )
      await receive(porting, saying(`not taken by ${way}`, id, errorAbout(answer?.msgid ?? '')))
      equal((await inbound(`not taken by ${way}`))?.state, 'refused')
    }
    const { port, events } = await portOuts.get(id)
    equal(port.state, 'Rejected')
    match(events.at(-1)?.log ?? '', NOT_TAKEN)
    deepEqual(await db.sql('select guard_state from port_out where port_id = $1', [port.id]), [{ guard_state: 'held' }])
    equal((await db.sql("select 1 from event where subject = $1 and type = 'port_out.held'", [id])).length, 1)
  })
}
