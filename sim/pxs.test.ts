import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { PxsBody } from '../src/clearinghouses/pxs/messages.codec.ts'
import { about, ask, ID, market, openPlay, type Play, request } from '../test/support/play.ts'
import { until } from '../test/support/until.ts'
import { STORIES } from './stories.ts'

test('the document’s example is authorised, waits for the instruction, and is ported with the recipient’s routing number [PXS instruction]', async (context) => {
  const { carrier, url } = await openPlay(context)
  const { result, isDuplicate } = await carrier.send(url, request('5550100', '5550199'), about(ID))
  assert.deepEqual([result, isDuplicate], ['accept', false])
  await carrier.hears(ID, ['authorisation_response accept'])
  await carrier.send(url, { kind: 'instruction' }, about(ID))
  const heard = await carrier.hears(ID, ['authorisation_response accept', 'instruction_response accept', 'ported'])
  const last = heard.at(-1)?.decoded
  assert(last?.kind === 'message' && last.message.body.kind === 'ported')
  const { recipient, donor, routingNumber, numberType, series, actualAt } = last.message.body
  assert.deepEqual([recipient, donor, routingNumber, numberType], ['CARR', 'DONOR', '+15559901', 'mobile'])
  assert.deepEqual(series, [{ first: '5550100', last: '5550199' }])
  assert(Math.abs(actualAt.since(Temporal.Now.instant()).total('seconds')) < 30)
})

/** A question that is answered at once; when the answer is there, all that was due before it has been said. */
async function hearsNothing({ carrier, url }: Play): Promise<void> {
  await carrier.send(url, { kind: 'numberinfo_request', number: '5550100' })
  await until('the answer', () => carrier.deliveries.some(({ word }) => word === 'numberinfo_response'))
  assert.deepEqual(await carrier.hears(ID, []), [])
}

const OK = 'authorisation_response accept'
const STEPPED = ['instruction_response accept', 'ported']

/** What is heard after the request, and after each instruction. */
// biome-ignore format: a table
const TRANSCRIPTS: readonly [digits: string, request: readonly string[], ...instructions: (readonly string[])[]][] = [
  ['00', [OK], STEPPED],
  ['31', ['authorisation_response reject 31']],
  ['32', ['authorisation_response reject 32']],
  ['33', ['authorisation_response reject 33']],
  ['34', ['authorisation_response reject 34']],
  ['35', ['authorisation_response reject 35']],
  ['36', ['authorisation_response reject 36']],
  ['37', ['authorisation_response reject 37']],
  ['38', ['authorisation_response reject 38']],
  ['39', ['authorisation_response reject 39']],
  ['40', ['authorisation_response reject 0']],
  ['41', ['authorisation_response reject 77']],
  ['45', ['authorisation_response reject 35']],
  ['80', [OK], STEPPED],
  ['81', [OK, 'timedout instruction']],
  ['82', ['error refused']],
  ['84', [OK, OK], STEPPED],
  ['85', [OK], [...STEPPED, 'ported']],
  ['86', [OK], ['timedout instruction']],
  ['87', [OK], ['instruction_response accept', 'timedout porting']],
  ['88', ['malformed', OK], ['instruction_response accept', 'malformed', 'ported']],
  ['89', ['unknown range_update', OK], STEPPED],
  ['90', [OK], ['instruction_response reject 99'], STEPPED],
  ['91', [OK, 'ported'], ['instruction_response accept']],
  ['92', [OK], STEPPED],
  ['93', [OK], ['ported', 'instruction_response accept']],
  ['94', [OK, OK], ['instruction_response accept', 'instruction_response accept', 'ported', 'ported']],
  ['95', [OK], STEPPED],
  ['96', ['timedout authorisation']],
  ['97', []],
  ['99', ['authorisation_response reject 99']],
]
for (const [digits, afterRequest, ...afterInstructions] of TRANSCRIPTS) {
  test(`a range that ends in ${digits}: ${STORIES.get(digits)?.title ?? 'accepted'}`, async (context) => {
    const { carrier, url } = await openPlay(context)
    const { result } = await carrier.send(url, request(`55501${digits}`), about(ID))
    assert.equal(result, 'accept')
    const transcript = [...afterRequest]
    await carrier.hears(ID, transcript)
    for (const scene of afterInstructions) {
      await carrier.send(url, { kind: 'instruction' }, about(ID))
      transcript.push(...scene)
      await carrier.hears(ID, transcript)
    }
  })
}

test('every story of the table has a transcript', () => {
  const told = TRANSCRIPTS.map(([digits]) => digits)
  assert.deepEqual(
    [...STORIES.keys()].filter((digits) => !told.includes(digits)),
    ['83'],
  ) // it answers in the acknowledgement, below
})

test('83: refused in the acknowledgement, and nothing follows', async (context) => {
  const { carrier, url } = await openPlay(context)
  const { result, errors } = await carrier.send(url, request('5550183'), about(ID))
  assert.deepEqual([result, errors[0]?.errorCode], ['reject', 'refused'])
  await carrier.send(url, { kind: 'instruction' }, about(ID))
  await carrier.hears(ID, ['error port_not_found'])
})

test('84 and 85 repeat under another msgid, 94 under the same', async (context) => {
  const { carrier, url } = await openPlay(context)
  await carrier.send(url, request('5550184'), about(ID))
  const twice = await carrier.hears(ID, [OK, OK])
  assert.notEqual(twice[0]?.msgid, twice[1]?.msgid)
  const other = 'XX202501-CARR-00002'
  await carrier.send(url, request('5550194'), about(other))
  const same = await carrier.hears(other, [OK, OK])
  assert.equal(same[0]?.msgid, same[1]?.msgid)
  assert.equal(same[1]?.isDuplicate, true)
})

test('35: the other account type is accepted, the same one is not; 45: neither is', async (context) => {
  const { carrier, url } = await openPlay(context)
  const ports = ['35 Prepaid', '35 Prepaid', '35 Postpaid', '45 Prepaid', '45 Postpaid']
  const expected = ['reject 35', 'reject 35', 'accept', 'reject 35', 'reject 35']
  for (const [index, port] of ports.entries()) {
    const [digits = '', accountType = ''] = port.split(' ')
    const id = `XX202501-CARR-0000${index + 1}`
    await carrier.send(url, request(`55501${digits}`, `55501${digits}`, { accountType }), about(id))
    await carrier.hears(id, [`authorisation_response ${expected[index]}`])
  }
})

test('92: the message counts though its acknowledgement is lost; the second attempt is a duplicate', async (context) => {
  const { carrier, url } = await openPlay(context)
  const at = Temporal.Now.instant()
  const message = {
    msgid: 'CARR-once',
    at,
    sender: { operator: 'CARR' },
    receiver: { operator: 'CRDB' },
    body: request('5550192'),
    msgidentifier: ID,
  }
  assert.equal(await carrier.attempt(url, message), undefined)
  await carrier.hears(ID, [OK])
  const second = await carrier.attempt(url, message)
  assert.deepEqual([second?.result, second?.isDuplicate], ['accept', true])
  const third = await carrier.attempt(url, message)
  assert.equal(third?.isDuplicate, true)
  await carrier.hears(ID, [OK])
})

test('95: nothing is said before ten steps have passed on the clock, and the clock can be moved', async (context) => {
  const { carrier, url } = await openPlay(context, { stepMilliseconds: 60_000 })
  await carrier.send(url, request('5550195'), about(ID))
  await ask(url, '/sim/clock', { advanceSeconds: 590 })
  await hearsNothing({ carrier, url })
  await ask(url, '/sim/clock', { advanceSeconds: 15 })
  await carrier.hears(ID, [OK])
})

test('97: silence ends when the clock passes the authorisation deadline, as the market says', async (context) => {
  const { carrier, url } = await openPlay(context)
  await carrier.send(url, request('5550197'), about(ID))
  await hearsNothing({ carrier, url })
  const { body } = await ask(url, '/sim/clock', { advanceSeconds: 7 * 86_400 })
  assert.equal(body.advancedSeconds, 7 * 86_400)
  await carrier.hears(ID, ['timedout authorisation'])
})

test('97 in a market where the port goes on without the donor: the clearinghouse authorises', async (context) => {
  const { carrier, url } = await openPlay(context, { market: { ...market, donorSilence: 'progress' } })
  await carrier.send(url, request('5550197'), about(ID))
  await ask(url, '/sim/clock', { advanceSeconds: 7 * 86_400 })
  const [delivery] = await carrier.hears(ID, [OK])
  assert(delivery?.decoded.kind === 'message')
  assert.equal(delivery.decoded.message.sender.operator, 'CRDB')
})

test('abort is confirmed before the instruction and refused after it [PXS abort_response]', async (context) => {
  const { carrier, url } = await openPlay(context)
  const abort: PxsBody = { kind: 'abort', reasonCode: 0, reasonText: 'Aborted by ops' }
  await carrier.send(url, request('5550197'), about(ID))
  await carrier.send(url, abort, about(ID))
  await carrier.hears(ID, ['abort_response accept'])
  const late = 'XX202501-CARR-00002'
  await carrier.send(url, request('5550200', '5550200', { donor: 'THIRD' }), about(late))
  await carrier.hears(late, [OK])
  await carrier.send(url, { kind: 'instruction' }, about(late))
  await carrier.send(url, abort, about(late))
  await carrier.hears(late, [OK, 'instruction_response accept', '...'])
  await until('the refusal', () => carrier.deliveries.some(({ word }) => word === 'abort_response reject 99'))
  await until('the port', () => carrier.deliveries.some(({ word }) => word === 'ported'))
})

test('a change is confirmed, or refused where the story says so [PXS change, PXS change_response]', async (context) => {
  const { carrier, url } = await openPlay(context)
  for (const [id, first, word] of [
    [ID, '5550100', 'change_response accept'],
    ['XX202501-CARR-00002', '5550180', 'change_response reject 99'],
  ] as const) {
    await carrier.send(url, request(first), about(id))
    await carrier.hears(id, [OK])
    await carrier.send(url, { kind: 'change', note: 'tomorrow' }, about(id))
    await carrier.hears(id, [OK, word])
  }
})

test('a donor left out is found from the blocks, and from where the numbers have gone', async (context) => {
  const { carrier, url } = await openPlay(context)
  await carrier.send(url, request('5553000', '5553000', { donor: undefined }), about(ID))
  const [delivery] = await carrier.hears(ID, [OK])
  assert(delivery?.decoded.kind === 'message' && delivery.decoded.message.body.kind === 'authorisation_response')
  assert.equal(delivery.decoded.message.body.donor, 'THIRD')
  await carrier.send(url, { kind: 'instruction' }, about(ID))
  await carrier.hears(ID, [OK, ...STEPPED])
  const again = 'XX202501-CARR-00002'
  await carrier.send(url, request('5553000', '5553000', { donor: undefined }), about(again))
  await carrier.hears(again, ['error number_already_served'])
})

/** What is wrong with a message in a way that no schema sees: acknowledged, then answered by an error message. */
// biome-ignore format: a table
const MISTAKES: readonly [why: string, body: PxsBody, code: string][] = [
  ['a number outside the plan',              request('9990100'),                                                       'number_outside_plan'],
  ['a range over two donors, none named',    request('5552990', '5553010', { donor: undefined }),                      'range_spans_donors'],
  ['a donor that nobody knows',              request('5550100', '5550100', { donor: 'NOBODY' }),                       'donor_unknown'],
  ['ourselves as the donor',                 request('5550100', '5550100', { donor: 'CARR' }),                         'number_already_served'],
  ['an instruction for no port',             { kind: 'instruction' },                                                  'port_not_found'],
  ['a message that is not ours to say',      { kind: 'timedout', phase: 'porting', deadline: Temporal.Now.instant() }, 'illegal_transition'],
]
for (const [why, body, code] of MISTAKES) {
  test(`answered by an error message: ${why}`, async (context) => {
    const { carrier, url } = await openPlay(context)
    const ack = await carrier.send(url, body, about(ID))
    assert.equal(ack.result, 'accept')
    const [delivery] = await carrier.hears(ID, [`error ${code}`])
    assert(delivery?.decoded.kind === 'message' && delivery.decoded.message.body.kind === 'error')
    assert.equal(delivery.decoded.message.body.erroredMsgid, ack.msgid)
  })
}

test('a range that meets an open port is refused with the identifier of that port', async (context) => {
  const { carrier, url } = await openPlay(context)
  await carrier.send(url, request('5550197', '5550199'), about(ID))
  await carrier.send(url, request('5550199', '5550205'), about('XX202501-CARR-00002'))
  const [delivery] = await carrier.hears('XX202501-CARR-00002', ['error range_overlaps_live_port'])
  assert(delivery?.decoded.kind === 'message' && delivery.decoded.message.body.kind === 'error')
  assert.match(delivery.decoded.message.body.errors[0]?.description ?? '', new RegExp(ID))
})
