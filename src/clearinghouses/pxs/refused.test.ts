import { deepEqual, equal, match } from 'node:assert/strict'
import test, { after } from 'node:test'
import { requestFor } from '../../../test/support/port-out.ts'
import { portInOf, pxsRoom } from '../../../test/support/pxs-room.ts'
import type { E164 } from '../../numbers/e164.ts'
import { lookForAlerts } from '../../porting/alerts.job.ts'
import { createAlerts } from '../../porting/alerts.ts'
import { monitorLooks } from '../../porting/monitor-looks.ts'
import { endOverdueTimers } from '../../porting/overdue.job.ts'
import { portInService } from '../../porting/port-in.ts'
import { portOutService } from '../../porting/port-out.ts'
import { terminate } from '../../porting/terminate.ts'
import { nextExpected, overduePorts } from '../../porting/watch.ts'
import type { PxsBody } from './messages.codec.ts'
import type { PxsClient } from './pxs.client.ts'
import { receive } from './receive.ts'
import { sender } from './send.job.ts'

const { porting, db, clock, saying, inbound, close } = await pxsRoom(Temporal.Instant.from('2025-01-15T11:00:00Z'))
after(close)
const portIns = portInService(porting)
const portOuts = portOutService(porting, { noticeMinutes: 0 })
const TIMEOUT_SECONDS = 5
const agreeing: PxsClient = { send: async () => ({ kind: 'acknowledged', isDuplicate: false }) }

const refusing = (reason: string): PxsClient => ({ send: async () => ({ kind: 'refused', reason }) })

/** Until all that is due has been tried, however slow the machine. */
const sendBy = (client: PxsClient) => sender(porting, client, TIMEOUT_SECONDS, 60_000).run()
const sent = () => sendBy(agreeing)
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

const YES: PxsBody = { kind: 'authorisation_response', result: 'accept', code: 0, donor: 'DONOR' }
const NOT_NOW: PxsBody = { kind: 'instruction_response', result: 'reject', code: 99, text: 'not today' }

/** A port-in whose instruction the clearinghouse has taken, and not answered. */
async function instructed(number: string): Promise<string> {
  const id = await requested(number)
  await receive(porting, saying(`yes ${number}`, id, YES))
  await portIns.instruct(id, 'ann')
  await sent()
  return id
}

const msgidOf = async (msgidentifier: string, msgtype: string) => {
  const [row] = await db.sql<{ msgid: string }>('select msgid from message where msgidentifier = $1 and msgtype = $2', [
    msgidentifier,
    msgtype,
  ])
  return row?.msgid ?? ''
}

test('an error about an earlier instruction does not undo the one that is under way [PXS error]', async () => {
  const id = await instructed('5551700')
  const first = await msgidOf(id, 'Instruction')
  await receive(porting, saying('no', id, NOT_NOW))
  await portIns.instruct(id, 'ann')
  await sent()
  await receive(porting, saying('late', id, errorAbout(first)))
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

const alerts = createAlerts({ db, now: porting.now })
/** Open alerts about a port, or about none, after a look. */
async function alertsAbout(msgidentifier: string | null) {
  clock.at = clock.at.add({ minutes: 1 })
  await lookForAlerts(
    porting,
    monitorLooks(porting, async () => []),
  )
  const found = await alerts.search({ state: 'open', monitor: 'messages', limit: 50 })
  return found.filter((alert) => alert.msgidentifier === msgidentifier)
}

const NO_ABORT = /^The clearinghouse did not take our Abort: .*too late.*; the port stays in Aborted \(98\)/

// biome-ignore format: a table
const ABORT_REFUSED: readonly [way: string, number: string, refuse: (id: string, abort: string) => Promise<unknown>][] = [
  ['its acknowledgement', '5551703', () => sendBy(refusing('too late'))],
  ['an error',            '5551704', async (id, abort) => {
    await sent()
    await receive(porting, saying('abort error', id, { kind: 'error', erroredMsgid: abort, errors: [{ errorCode: '99', description: 'too late' }] }))
  }],
  ['its answer',          '5551705', async (id) => {
    await sent()
    await receive(porting, saying('abort no', id, { kind: 'abort_response', result: 'reject', code: 99, text: 'too late' }))
  }],
]
for (const [way, number, refuse] of ABORT_REFUSED) {
  test(`an abort that the clearinghouse refuses by ${way} is in the log and an alert, until a person has settled it`, async () => {
    const id = await requested(number)
    await portIns.abort(id, 'ann')
    deepEqual(await alertsAbout(id), [])
    await refuse(id, await msgidOf(id, 'Abort'))
    equal(await nextExpected(porting, id), undefined, 'that was the answer')
    const { port, events } = await portIns.get(id)
    equal(port.state, 'Aborted')
    const { direction, log } = events.at(-1) ?? {}
    equal(direction, 'received')
    match(log ?? '', NO_ABORT)
    const [alert, ...others] = await alertsAbout(id)
    deepEqual([alert?.severity, others.length], ['critical', 0])
    match(`${alert?.what} ${alert?.said}`, /did not take our Abort.*too late/)
    await alerts.acknowledge(alert?.id ?? '', 'bob', 'called their desk')
    equal((await alerts.message(alert?.messageId ?? '')).lookedBy, 'bob')
    deepEqual(await alertsAbout(id), [])
  })
}

test('a termination that the clearinghouse refuses is an alert: our route is gone and its registry stands', async () => {
  const number = '+15550281' as E164
  await terminate(porting, { number, numberType: 'mobile', by: 'ann' })
  await sendBy(refusing('not yours'))
  const [alert] = await alertsAbout(null)
  deepEqual([alert?.severity, alert?.said], ['critical', 'not yours'])
  match(alert?.what ?? '', /did not take our Termination/)
})

const NOT_TAKEN =
  /^The clearinghouse did not take our AuthorisationResponse: .*not possible; the port stays in Rejected \(99\)/

for (const way of ['acknowledgement', 'error'] as const) {
  test(`a refusal of ours that the clearinghouse does not take, by ${way}, is held for a person, and told`, async () => {
    const [id, number] = way === 'error' ? ['XX202501-DONOR-00601', '5550261'] : ['XX202501-DONOR-00602', '5550262']
    await receive(porting, saying(`asked by ${way}`, id, requestFor(number)))
    await portOuts.reject(id, undefined, 'ann')
    if (way === 'acknowledgement') await sendBy(refusing('code 99 is not possible'))
    else {
      await sent()
      const answer = await msgidOf(id, 'AuthorisationResponse')
      await receive(porting, saying(`not taken by ${way}`, id, errorAbout(answer)))
      equal((await inbound(`not taken by ${way}`))?.state, 'refused')
    }
    const { port, events } = await portOuts.get(id)
    equal(port.state, 'Rejected')
    match(events.at(-1)?.log ?? '', NOT_TAKEN)
    deepEqual(await db.sql('select guard_state from port_out where port_id = $1', [port.id]), [{ guard_state: 'held' }])
    equal((await db.sql("select 1 from event where subject = $1 and type = 'port_out.held'", [id])).length, 1)
    const [alert, ...others] = await alertsAbout(id)
    deepEqual([alert?.severity, others.length], ['critical', 0])
    match(`${alert?.what} ${alert?.said}`, /did not take our AuthorisationResponse.*not possible/)
  })
}

test('an instruction that is refused is told with its reason, and a repetition of the refusal does not answer the next one', async () => {
  const id = await instructed('5551706')
  await receive(porting, saying('no 1', id, NOT_NOW))
  await receive(porting, saying('no 2', id, NOT_NOW))
  equal((await inbound('no 2'))?.state, 'noted')
  const events = await db.sql<{ payload: object }>(
    "select payload from event where subject = $1 and type = 'port_in.instruction_refused'",
    [id],
  )
  const told = { state: 'Waiting_for_Instruction', failure_reason: 99, failure_text: 'not today' }
  deepEqual(
    events.map(({ payload }) => ({ ...payload, ...told })),
    events.map(({ payload }) => payload),
  )
  equal(events.length, 1)
  const { failureReason } = (await portIns.get(id)).port
  equal(failureReason, null, 'the port itself has not failed')
  await portIns.instruct(id, 'ann')
  equal(await stateOf(id), 'Waiting_for_Instruction_Response')
})

/** What the clearinghouse says against a port of ours, where no edge undoes anything. */
// biome-ignore format: a table
const AGAINST: readonly [what: string, number: string, error: (id: string) => Promise<PxsBody>, state: string][] = [
  ['an instruction that it had accepted', '5551707', async (id) => {
    await receive(porting, saying('go', id, { kind: 'instruction_response', result: 'accept', code: 0 }))
    return errorAbout(await msgidOf(id, 'Instruction'))
  }, 'Waiting_for_Ported_Response'],
  ['the request, after its donor had agreed', '5551708', async (id) => errorAbout(`${id}-001`), 'Waiting_for_Instruction_Response'],
  ['a message that we never sent',        '5551709', async () => errorAbout('no-such-message'), 'Waiting_for_Instruction_Response'],
]
for (const [what, number, error, state] of AGAINST) {
  test(`an error about ${what} changes nothing, and is an alert until a person has settled it [PXS error]`, async () => {
    const id = await instructed(number)
    await receive(porting, saying(`against ${number}`, id, await error(id)))
    equal((await inbound(`against ${number}`))?.state, 'refused')
    equal(await stateOf(id), state)
    const [alert, ...others] = await alertsAbout(id)
    deepEqual([alert?.severity, others.length], ['critical', 0])
    match(
      alert?.what ?? '',
      /reports an error that nothing undoes here: 99: not possible. Settle it with the clearinghouse/,
    )
  })
}

test('an error about our consent to an instruction is an alert: the number may be about to leave, or not', async () => {
  const id = 'XX202501-DONOR-00603'
  await receive(porting, saying('asked', id, requestFor('5550263')))
  await portOuts.authorise(id, 'ann')
  await receive(porting, saying('their go', id, { kind: 'instruction' }))
  await sent()
  await receive(porting, saying('not theirs', id, errorAbout(await msgidOf(id, 'InstructionResponse'))))
  equal((await portOuts.get(id)).port.state, 'Waiting_for_Ported_Response')
  const [alert] = await alertsAbout(id)
  equal(alert?.severity, 'critical')
})

test('an abort that nobody answers is overdue and asked for again; its answer ends that, however late', async () => {
  const id = await requested('5551710')
  await portIns.abort(id, 'ann')
  await sent()
  const next = await nextExpected(porting, id)
  deepEqual([next?.expected, next?.who, next?.isOverdue], ['abort_response', 'clearinghouse', false])
  const overdue = async () => (await overduePorts(porting, { limit: 200 })).map(({ msgidentifier }) => msgidentifier)
  clock.at = clock.at.add({ minutes: 15 })
  await endOverdueTimers(porting)
  deepEqual((await overdue()).includes(id), true)
  const { port, events } = await portIns.get(id)
  equal(port.state, 'Aborted')
  match(events.at(-1)?.log ?? '', /^abort_response has not come within its window/)
  equal((await db.sql("select 1 from event where subject = $1 and type = 'port_in.overdue'", [id])).length, 1)
  await receive(porting, saying('withdrawn', id, { kind: 'abort_response', result: 'accept', code: 0 }))
  equal((await inbound('withdrawn'))?.state, 'noted')
  equal(await nextExpected(porting, id), undefined)
  deepEqual((await overdue()).includes(id), false)
})

test('a port-out that is overdue is told as one', async () => {
  const id = 'XX202501-DONOR-00604'
  await receive(porting, saying('asked again', id, requestFor('5550264')))
  await portOuts.authorise(id, 'ann')
  clock.at = clock.at.add({ hours: 24 * 14 })
  await endOverdueTimers(porting)
  const told = await db.sql("select 1 from event where subject = $1 and type = 'port_out.overdue'", [id])
  equal(told.length, 1)
})
