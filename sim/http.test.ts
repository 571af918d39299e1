import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { decodePxs, encodePxs } from '../src/clearinghouses/pxs/pxs.codec.ts'
import { PXS_SAMPLES, pxsSample } from '../test/fixtures/pxs/samples.ts'
import { basic, CLIENT } from '../test/support/carrier.ts'
import { about, ask, ID, openPlay, request } from '../test/support/play.ts'
import { until } from '../test/support/until.ts'
import { STORIES } from './stories.ts'

const OK = 'authorisation_response accept'
const TEXT = encodePxs(pxsSample(PXS_SAMPLES.find(({ kind }) => kind === 'authorisation_request')!)).toString()

async function post(url: string, body: string, authorization = basic(CLIENT.username, CLIENT.password)) {
  const response = await fetch(`${url}/messages`, { method: 'POST', headers: { authorization }, body })
  return { status: response.status, decoded: decodePxs(await response.bytes()) }
}

// biome-ignore format: a table
const REFUSED: readonly [why: string, body: string, status: number, msgid: string, errorCode: string][] = [
  ['no XML',                           'hello',                                                       400, 'unknown',                    'schema'],
  ['an external entity',               `<!DOCTYPE a>${TEXT}`,                                         400, 'unknown',                    'schema'],
  ['XML against the schema',           TEXT.replace('Prepaid', 'Barter'),                             200, 'CARR-20250115103000-000017', 'schema'],
  ['a message type of tomorrow',       TEXT.replaceAll('authorisation_request', 'range_update'),      200, 'CARR-20250115103000-000017', 'msgtype'],
  ['somebody else’s name',             TEXT.replaceAll('>CARR<', '>DONOR<'),                          200, 'CARR-20250115103000-000017', 'sender'],
]
for (const [why, body, status, msgid, errorCode] of REFUSED) {
  test(`refused in the acknowledgement: ${why}`, async (context) => {
    const { url } = await openPlay(context)
    const answer = await post(url, body)
    assert(answer.decoded.kind === 'ack')
    const { ack } = answer.decoded
    assert.deepEqual(
      [answer.status, ack.result, ack.msgid, ack.errors[0]?.errorCode],
      [status, 'reject', msgid, errorCode],
    )
    const { messages } = (await ask(url, '/sim/log')).body
    assert.deepEqual(
      messages.map(({ direction, xml }) => [direction, xml]),
      [['received', body]],
    )
    assert.match(messages[0]?.note ?? '', /^refused/)
  })
}

test('a refusal is not remembered: the same msgid may come again, mended', async (context) => {
  const { carrier, url } = await openPlay(context)
  await ask(url, '/sim/faults', { refuse: 1 })
  const refused = await carrier.send(url, request('5550100'), { msgid: 'CARR-again', msgidentifier: ID })
  const taken = await carrier.send(url, request('5550100'), { msgid: 'CARR-again', msgidentifier: ID })
  assert.deepEqual([refused.result, taken.result, taken.isDuplicate], ['reject', 'accept', false])
  await carrier.hears(ID, [OK])
})

test('who cannot say who he is stays outside, and so does what is longer than any message', async (context) => {
  const { url } = await openPlay(context)
  assert.equal((await post(url, TEXT, basic('carr', 'wrong'))).status, 401)
  assert.equal((await post(url, TEXT, '')).status, 401)
  assert.equal((await post(url, 'x'.repeat(300_000))).status, 413)
  assert.deepEqual((await ask(url, '/sim/log')).body.messages, [])
  assert.equal((await ask(url, '/elsewhere')).status, 404)
})

test('a page that somebody reads at this machine turns nothing', async (context) => {
  const { url } = await openPlay(context)
  const turn = (headers: Record<string, string>) =>
    fetch(`${url}/sim/port-out`, { method: 'POST', headers, body: '{"first":"5550200"}' })
  const page = await turn({ origin: 'https://example.org', 'content-type': 'text/plain' })
  assert.equal(page.status, 403)
  assert.deepEqual((await ask(url, '/sim/log')).body.messages, [])
  assert.equal((await turn({})).status, 200)
})

test('a deaf client is told again until it hears, each port in order', async (context) => {
  const { carrier, url } = await openPlay(context)
  carrier.deaf = 3
  await carrier.send(url, request('5550191'), about(ID))
  await carrier.hears(ID, [OK, 'ported'])
  const { messages } = (await ask(url, `/sim/log?msgidentifier=${ID}`)).body
  const notes = messages.map(({ msgtype, note }) => `${msgtype}: ${note}`)
  assert.deepEqual(notes, [
    'authorisation_request: taken',
    'authorisation_response: HTTP 500 without an acknowledgement of it',
    'authorisation_response: accepted',
    'ported: accepted',
  ])
})

test('while it is down it answers 503 and delivers nothing; then it goes on where it was', async (context) => {
  const { carrier, url } = await openPlay(context)
  await carrier.send(url, request('5550191'), about(ID))
  const { body } = await ask(url, '/sim/faults', { down: true })
  assert.deepEqual(body, { down: true, refuse: 0, dropAcks: 0 })
  assert.equal((await post(url, TEXT)).status, 503)
  const heard = carrier.deliveries.length
  await ask(url, '/sim/clock', { advanceSeconds: 60 })
  assert(carrier.deliveries.length <= heard + 1) // one may have been under way
  await ask(url, '/sim/faults', { down: false })
  await carrier.hears(ID, [OK, 'ported'])
})

test('acknowledgements are dropped as often as asked', async (context) => {
  const { carrier, url } = await openPlay(context)
  await ask(url, '/sim/faults', { dropAcks: 2 })
  const at = Temporal.Now.instant()
  const message = {
    msgid: 'CARR-x',
    at,
    sender: { operator: 'CARR' },
    receiver: { operator: 'CRDB' },
    ...about(ID),
    body: request('5550100'),
  }
  assert.equal(await carrier.attempt(url, message), undefined)
  assert.equal((await carrier.attempt(url, message))?.isDuplicate, true)
  const { body } = await ask(url, '/sim/faults')
  assert.deepEqual(body, { down: false, refuse: 0, dropAcks: 1 })
})

// biome-ignore format: a table
const CROOKED: readonly [path: string, body: object, field: string | undefined][] = [
  ['/sim/clock',    { advanceSeconds: -1 },                             'advanceSeconds'],
  ['/sim/clock',    { advanceSeconds: '60' },                           'advanceSeconds'],
  ['/sim/port-out', { first: 5550200 },                                 'first'],
  ['/sim/port-out', { first: '9990000' },                               'first'],
  ['/sim/port-out', { first: '5550209', last: '5550200' },              'telephonenumberserieend'],
  ['/sim/port-out', { first: '5550200', recipient: 'CARR' },            'recipient'],
  ['/sim/port-out', { first: '5550200', recipient: 'NOBODY' },          'recipient'],
  ['/sim/port-out', { first: '5550200', accountType: 'Barter' },        'accountType'],
]
for (const [path, body, field] of CROOKED) {
  test(`400 on ${path} ${JSON.stringify(body)}`, async (context) => {
    const { url } = await openPlay(context)
    const answer = await ask(url, path, body)
    assert.deepEqual([answer.status, answer.body.field], [400, field])
  })
}

test('GET / and GET /sim/stories tell what there is', async (context) => {
  const { url } = await openPlay(context)
  const help = await (await fetch(url)).text()
  for (const [digits, { title }] of STORIES) assert(help.includes(`| ${digits} | ${title} |`))
  const { body } = await ask(url, '/sim/stories')
  assert.deepEqual(Object.keys(body).sort(), [...STORIES.keys()].sort())
})

test('sync_request replays what was said, with the msgids that it had', async (context) => {
  const { carrier, url } = await openPlay(context)
  await carrier.send(url, request('5550191'), about(ID))
  const before = await carrier.hears(ID, [OK, 'ported'])
  await carrier.send(url, { kind: 'sync_request', from: Temporal.Instant.from('2025-01-01T00:00:00Z') })
  const all = await carrier.hears(ID, [OK, 'ported', OK, 'ported'])
  assert.deepEqual(
    all.slice(2).map(({ msgid }) => msgid),
    before.map(({ msgid }) => msgid),
  )
  await carrier.send(url, { kind: 'sync_request', afterMsgid: before[0]?.msgid ?? '' })
  await carrier.hears(ID, [OK, 'ported', OK, 'ported', 'ported'])
})

test('numberinfo knows the holder of the block, the open port, and after a port the new operator; terminated undoes it', async (context) => {
  const { carrier, url } = await openPlay(context)
  const inquire = async (msgid: string) => {
    await carrier.send(
      url,
      { kind: 'numberinfo_request', number: '5550191' },
      { msgid, ...about(`XX202501-CARR-1000${msgid}`) },
    )
    const [delivery] = await carrier.hears(`XX202501-CARR-1000${msgid}`, ['numberinfo_response'])
    assert(delivery?.decoded.kind === 'message' && delivery.decoded.message.body.kind === 'numberinfo_response')
    const { currentOperator, rangeHolder, isPorted, routingNumber, openMsgidentifier } = delivery.decoded.message.body
    return { currentOperator, rangeHolder, isPorted, routingNumber, openMsgidentifier }
  }
  const free = {
    currentOperator: 'DONOR',
    rangeHolder: 'DONOR',
    isPorted: false,
    routingNumber: undefined,
    openMsgidentifier: undefined,
  }
  assert.deepEqual(await inquire('1'), free)
  await carrier.send(url, request('5550190', '5550192'), about(ID))
  await carrier.hears(ID, [OK])
  assert.deepEqual(await inquire('2'), { ...free, openMsgidentifier: ID })
  await carrier.send(url, { kind: 'instruction' }, about(ID))
  await carrier.hears(ID, [OK, 'instruction_response reject 99'])
  await carrier.send(url, { kind: 'instruction' }, about(ID))
  await carrier.hears(ID, [OK, 'instruction_response reject 99', 'instruction_response accept', 'ported'])
  const ported = { ...free, currentOperator: 'CARR', isPorted: true, routingNumber: '+15559901' }
  assert.deepEqual(await inquire('3'), ported)
  const series = [{ first: '5550191', last: '5550191' }]
  const effectiveAt = Temporal.Now.instant()
  await carrier.send(url, {
    kind: 'termination_request',
    currentOperator: 'CARR',
    numberType: 'mobile',
    effectiveAt,
    series,
  })
  await until('terminated', () => carrier.deliveries.some(({ word }) => word === 'terminated'))
  assert.deepEqual(await inquire('4'), free)
  const wrong = 'XX202501-CARR-00009'
  await carrier.send(
    url,
    { kind: 'termination_request', currentOperator: 'CARR', numberType: 'mobile', effectiveAt, series },
    about(wrong),
  )
  await carrier.hears(wrong, ['error donor_unknown'])
})

// biome-ignore format: a table
const DECISIONS: readonly [what: 'accept' | 'reject', heard: readonly string[]][] = [
  ['accept', ['authorisation_request', 'instruction', 'ported']],
  ['reject', ['authorisation_request']],
]
for (const [result, heard] of DECISIONS) {
  test(`a port-out that we ${result} goes ${heard.join(', ')}`, async (context) => {
    const { carrier, url } = await openPlay(context)
    const { status, body } = await ask(url, '/sim/port-out', {
      first: '5550200',
      last: '5550209',
      recipient: 'third telecom',
    })
    assert.equal(status, 200)
    const id = String(body.msgidentifier)
    assert.match(id, /^XX\d{6}-THIRD-00001$/)
    const [delivery] = await carrier.hears(id, ['authorisation_request'])
    assert(delivery?.decoded.kind === 'message' && delivery.decoded.message.body.kind === 'authorisation_request')
    const { recipient, donor, authorisationDeadline, series } = delivery.decoded.message.body
    assert.deepEqual([recipient, donor, series], ['THIRD', 'CARR', [{ first: '5550200', last: '5550209' }]])
    assert(authorisationDeadline !== undefined)
    await carrier.send(
      url,
      { kind: 'authorisation_response', result, code: result === 'accept' ? 0 : 33, donor: 'CARR' },
      about(id),
    )
    const told = await carrier.hears(id, heard)
    const last = told.at(-1)?.decoded
    assert(last?.kind === 'message')
    if (last.message.body.kind === 'ported')
      assert.deepEqual([last.message.body.recipient, last.message.body.routingNumber], ['THIRD', 'D003;rn-context=+1'])
    await carrier.send(url, { kind: 'authorisation_response', result, code: 0, donor: 'CARR' }, about(id))
    await carrier.hears(id, [...heard, 'error illegal_transition'])
  })
}

test('a port-out that we do not answer is timed out at its deadline', async (context) => {
  const { carrier, url } = await openPlay(context)
  const { body } = await ask(url, '/sim/port-out', { first: '5550200' })
  const id = String(body.msgidentifier)
  await carrier.hears(id, ['authorisation_request'])
  await ask(url, '/sim/clock', { advanceSeconds: 7 * 86_400 })
  await carrier.hears(id, ['authorisation_request', 'timedout authorisation'])
})
