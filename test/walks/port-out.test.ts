import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import {
  askedFor,
  messageFrom,
  outReaches,
  portedTo,
  portOutOf,
  requestFor,
  saidIn,
  withoutSimulator,
} from '../support/port-out.ts'
import { type TestPortolan, testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

let portolan: TestPortolan
before(async () => {
  portolan = await testPortolan()
})
after(() => portolan.close())

const routedTo = (number: string, rn: string) =>
  until(`${number} routed to ${rn}`, async () =>
    (await portolan.enum(number)).regexps.every((text) => text.includes(`rn=${rn}`)),
  )
const reason = (text: string) => (JSON.parse(text) as { Reason: string }).Reason // the printed body of every refusal

test('the document’s example: received, shown, authorised, instructed, ported, and routed to the gaining operator (O-43, O-45, O-57, I8) [endpoint 9 success, endpoint 10 success, recv authorisation_request]', async () => {
  const id = await askedFor(portolan, '5550200', '5550249')
  match(id, /^XX\d{6}-DONOR-\d{5}$/)
  const asked = await outReaches(portolan, id, 1)
  deepEqual(Object.keys(asked), [
    'port_out_id',
    'msgidentifier',
    'PortingState',
    'PortingStateString',
    'recipientnetworkoperator',
    'Type_of_Numbers',
    'submission_timestamp',
    'update_timestamp',
    'phone_number_ranges',
    'events',
  ])
  const { body } = await portolan.api('POST', `/PortOut/${id}`)
  deepEqual(body, { result: 'success', msgidentifier: id, message: `Port-out ${id} authorised` })
  const record = await outReaches(portolan, id, 20)
  deepEqual(saidIn(record), [
    'authorisation_request',
    '> AuthorisationResponse',
    'instruction',
    '> InstructionResponse',
    'ported',
  ])
  for (const number of ['15550200', '15550249']) await routedTo(number, '+15559902')
  ok((await portolan.enum('15550250')).regexps.every((text) => !text.includes('rn=')))
  deepEqual((await portolan.api('GET', `/PortIn/get_xml_list/${id}`)).body, [
    `input_XML/${id}_001_authorisation_request.xml`,
    `output_XML/${id}_002_AuthorisationResponse.xml`,
    `input_XML/${id}_003_instruction.xml`,
    `output_XML/${id}_004_InstructionResponse.xml`,
    `input_XML/${id}_005_ported.xml`,
  ])
  const file = await portolan.api('GET', `/PortIn/get_xml/output_XML/${id}_002_AuthorisationResponse.xml`)
  match(file.text, /<result>accept<\/result>/)
  equal((await outReaches(portolan, id, 30)).events.at(-1)?.msgtype, 'Complete')
})

test('the list has port-outs alone, most recent first, with the keys of the record but its log (O-24, O-60) [endpoint 8 success]', async () => {
  const id = await askedFor(portolan, '5550260')
  await outReaches(portolan, id, 1)
  const list = (await portolan.api('GET', '/PortOut/list?q=5550260')).body as object[]
  equal(list.length, 1)
  ok(!('events' in (list[0] ?? {})))
  const found = (await portolan.api('GET', '/PortOut/list?state=1&limit=1')).body as { msgidentifier: string }[]
  deepEqual(
    found.map(({ msgidentifier }) => msgidentifier),
    [id],
  )
  equal((await portolan.api('GET', `/PortIn/${id}`)).status, 404)
  equal((await portolan.api('POST', `/PortIn/${id}`)).status, 404)
  equal((await portolan.api('DELETE', `/PortOut/${id}`)).status, 200)
})

// biome-ignore format: a table
const REASONS: readonly [asked: object | undefined, code: number, text: RegExp][] = [
  [undefined,      99, /General Rejection$/],
  [{ reason: 99 }, 99, /General Rejection$/],
  [{ reason: 32 }, 32, /Account Problem: account mismatch/],
  [{ reason: 33 }, 33, /Bill Problem: outstanding balance/],
  [{ reason: 37 }, 37, /Special: fraudulent request/],
  [{ reason: 31 }, 31, /Account Suspended: number not active/],
]
for (const [index, [asked, code, text]] of REASONS.entries()) {
  test(`rejected with ${JSON.stringify(asked)}: the other operator is told code ${code} (O-46) [endpoint 11 success]`, async () => {
    const id = await askedFor(portolan, `555027${index}`)
    await outReaches(portolan, id, 1)
    const { status, body } = await portolan.api('DELETE', `/PortOut/${id}`, asked)
    deepEqual([status, body], [200, { result: 'success', msgidentifier: id, message: `Port-out ${id} rejected` }])
    const record = await outReaches(portolan, id, 99)
    match(record.events.at(-1)?.eventlog ?? '', text)
    const file = await portolan.api('GET', `/PortIn/get_xml/output_XML/${id}_002_AuthorisationResponse.xml`)
    match(file.text, new RegExp(`<result>reject</result>\\s*<resultcode>${code}</resultcode>`))
    ok((await portolan.enum(`1555027${index}`)).regexps.every((one) => !one.includes('rn=')))
  })
}

test('a reason that is not legitimate is refused and says which are; a decision is made once [endpoint 10 404, endpoint 10 409, endpoint 11 400, endpoint 11 409]', async () => {
  const id = await askedFor(portolan, '5550280')
  await outReaches(portolan, id, 1)
  for (const wrong of [{ reason: 35 }, { reason: 'nope' }, { reason: 0 }]) {
    const { status, text } = await portolan.api('DELETE', `/PortOut/${id}`, wrong)
    equal(status, 400, text)
    match(reason(text), /reason/)
  }
  equal((await portolan.api('DELETE', `/PortOut/${id}`, { reason: 33 })).status, 200)
  for (const method of ['POST', 'DELETE']) {
    const { status, text } = await portolan.api(method, `/PortOut/${id}`)
    equal(status, 409)
    match(reason(text), /is in Rejected \(99\)/)
  }
  equal((await portolan.api('POST', '/PortOut/XX202501-DONOR-09999')).status, 404)
})

test('a request that comes twice makes one record: with the same msgid no trace, with another a line in the log', async () => {
  const id = 'XX202501-DONOR-00701'
  const once = messageFrom('DONOR', id, requestFor('5550290'), 'DONOR-701')
  equal((await portolan.deliver(once)).status, 200)
  match((await portolan.deliver(once)).text, /<duplicate>true<\/duplicate>/)
  await portolan.deliver(messageFrom('DONOR', id, requestFor('5550290')))
  const record = await outReaches(portolan, id, 1)
  deepEqual(saidIn(record), ['authorisation_request', 'authorisation_request'])
  const list = (await portolan.api('GET', '/PortOut/list?q=5550290')).body as object[]
  equal(list.length, 1)
})

test('numbers that are in a live port, in either direction, are refused and recorded (I2)', async () => {
  const id = 'XX202501-DONOR-00702'
  // which would object to a port that it has never heard of, and our log would have that too
  await withoutSimulator(portolan, async () => {
    await portolan.deliver(messageFrom('DONOR', id, requestFor('5550290')))
    const record = await outReaches(portolan, id, 99)
    deepEqual(saidIn(record), ['authorisation_request', '> AuthorisationResponse'])
    match(record.events[1]?.eventlog ?? '', /in the port XX202501-DONOR-00701, which is not finished/)
  })
  const incoming = await portolan.create('5551197')
  const other = 'XX202501-DONOR-00703'
  await portolan.deliver(messageFrom('DONOR', other, requestFor('5551190', '5551199')))
  match((await outReaches(portolan, other, 99)).events[1]?.eventlog ?? '', new RegExp(incoming))
})

test('what is no range of numbers is refused to its face; what is not for us is kept and flagged', async () => {
  const id = 'XX202501-DONOR-00704'
  const twoSeries = {
    series: [
      { first: '5550291', last: '5550291' },
      { first: '5550295', last: '5550296' },
    ],
  }
  await portolan.deliver(messageFrom('DONOR', id, requestFor('5550291', '5550291', twoSeries)))
  const answer = await until('an answer', async () => {
    const log = await fetch(`${portolan.simulatorUrl}/sim/log?msgidentifier=${id}`)
    const { messages } = (await log.json()) as { messages: { xml: string }[] } // the simulator's own log
    return messages.find(({ xml }) => xml.includes('<result>reject</result>'))
  })
  match(answer.xml, /the numbers are not one range/)
  await portolan.deliver(
    messageFrom('DONOR', 'XX202501-DONOR-00705', requestFor('5550291', '5550291', { donor: 'THIRD' })),
  )
  await portolan.deliver(
    messageFrom('CRDB', 'XX202501-CARR-00705', requestFor('5550291', '5550291', { recipient: 'CARR' })),
  )
  const flagged = await portolan.db.sql<{ note: string }>(
    `select i.note from inbound i join message m on m.id = i.message_id
     where i.state = 'refused' and m.msgtype = 'authorisation_request' and m.msgidentifier like 'XX202501-%-0070_' order by i.received_at`,
  )
  deepEqual(
    flagged.map(({ note }) => note),
    [
      'refused: the numbers are not one range of mobile numbers of this market',
      'the donor is THIRD, not CARR',
      'a request of our own came back',
    ],
  )
  equal(await portOutOf(portolan, 'XX202501-DONOR-00705'), undefined)
})

test('the recipient withdraws: before the instruction it is granted, after it refused', async () => {
  await withoutSimulator(portolan, async () => {
    const early = 'XX202501-DONOR-00706'
    await portolan.deliver(messageFrom('DONOR', early, requestFor('5550292')))
    await portolan.deliver(messageFrom('DONOR', early, { kind: 'abort', reasonCode: 0, reasonText: 'changed my mind' }))
    const record = await outReaches(portolan, early, 98)
    deepEqual(saidIn(record), ['authorisation_request', 'abort', '> AbortResponse'])
    match(record.events[1]?.eventlog ?? '', /Withdrawn by DONOR: changed my mind/)
    equal((await portolan.api('POST', `/PortOut/${early}`)).status, 409)

    const late = 'XX202501-DONOR-00707'
    await portolan.deliver(messageFrom('DONOR', late, requestFor('5550293')))
    await portolan.api('POST', `/PortOut/${late}`)
    await portolan.deliver(messageFrom('DONOR', late, { kind: 'instruction' }))
    await portolan.deliver(messageFrom('DONOR', late, { kind: 'abort', reasonCode: 0 }))
    const kept = await outReaches(portolan, late, 10)
    deepEqual(saidIn(kept).slice(-2), ['abort', '> AbortResponse'])
    const file = await portolan.api('GET', `/PortIn/get_xml/output_XML/${late}_006_AbortResponse.xml`)
    match(file.text, /<result>reject<\/result>/)
  })
})

test('messages in any order end where the ordered ones do: what comes early waits for its time, even for its request (I11)', async () => {
  await withoutSimulator(portolan, async () => {
    const id = 'XX202501-DONOR-00708'
    await portolan.deliver(messageFrom('CRDB', id, portedTo('DONOR', '5550294')))
    await routedTo('15550294', '+15559902')
    await portolan.deliver(messageFrom('DONOR', id, { kind: 'instruction' }))
    await portolan.deliver(messageFrom('DONOR', id, requestFor('5550294')))
    await outReaches(portolan, id, 1)
    await portolan.api('POST', `/PortOut/${id}`)
    const record = await outReaches(portolan, id, 20)
    deepEqual(saidIn(record), [
      'authorisation_request',
      '> AuthorisationResponse',
      'instruction',
      '> InstructionResponse',
      'ported',
    ])
    equal(((await portolan.api('GET', `/PortIn/get_xml_list/${id}`)).body as string[]).length, 5)
    const [parked] = await portolan.db.sql<{ count: number }>(
      "select count(*) as count from inbound where state = 'parked'",
    )
    equal(parked?.count, 0)
  })
})

test('ported with another recipient or other numbers than the port is never taken for it', async () => {
  await withoutSimulator(portolan, async () => {
    const id = 'XX202501-DONOR-00709'
    await portolan.deliver(messageFrom('DONOR', id, requestFor('5550295', '5550296')))
    await portolan.api('POST', `/PortOut/${id}`)
    await portolan.deliver(messageFrom('DONOR', id, { kind: 'instruction' }))
    await portolan.deliver(messageFrom('CRDB', id, portedTo('THIRD', '5550295', '5550296')))
    await portolan.deliver(messageFrom('CRDB', id, portedTo('DONOR', '5550295')))
    const record = await outReaches(portolan, id, 10)
    match(record.events.at(-2)?.eventlog ?? '', /names the recipient THIRD, not DONOR/)
    match(record.events.at(-1)?.eventlog ?? '', /names \+15550295, this port is about/)
    await portolan.deliver(
      messageFrom('CRDB', id, { kind: 'timedout', phase: 'porting', deadline: Temporal.Now.instant() }),
    )
    await outReaches(portolan, id, 97)
  })
})

test('a number that is ported in and out again: the first operator’s block answers as before, without rn', async () => {
  const inward = await portolan.create('5551300')
  await portolan.reaches(inward, 2)
  await portolan.api('POST', `/PortIn/${inward}`)
  await portolan.reaches(inward, 20)
  await routedTo('15551300', '+15559901')
  const outward = await askedFor(portolan, '5551300')
  await outReaches(portolan, outward, 1)
  await portolan.api('POST', `/PortOut/${outward}`)
  await outReaches(portolan, outward, 20)
  await until('no rn', async () => (await portolan.enum('15551300')).regexps.every((text) => !text.includes('rn=')))
  const away = await askedFor(portolan, '5550298', '5550298', { recipient: 'THIRD' })
  await outReaches(portolan, away, 1)
  await portolan.api('POST', `/PortOut/${away}`)
  await outReaches(portolan, away, 20)
  await routedTo('15550298', 'D003;rn-context=+1')
  const back = await portolan.create('5550298')
  await portolan.reaches(back, 2)
  await portolan.api('POST', `/PortIn/${back}`)
  await portolan.reaches(back, 20)
  await until('home', async () => (await portolan.enum('15550298')).regexps.every((text) => !text.includes('rn=')))
})

test('info: the clearinghouse’s own answer, in its own words [endpoint 17 success, endpoint 17 400, PXS numberinfo_request, PXS numberinfo_response]', async () => {
  const { status, body, text } = await portolan.api('GET', '/info/15550200')
  equal(status, 200, text)
  const { lastported, ...answer } = body as Record<string, unknown>
  deepEqual(answer, {
    telephonenumber: '5550200',
    ported: true,
    currentnetworkoperator: 'DONOR',
    rangeholder: 'CARR',
    typeofnumbers: 'mobile',
    routingnumber: '+15559902',
  })
  match(String(lastported), /^[0-9]{14}$/)
  equal((await portolan.api('GET', '/info/5')).status, 400)
  equal((await portolan.api('GET', '/info/4420794600')).status, 400)
})

test('terminate: asked of the clearinghouse, its route removed at once, and a second time nothing more (O-44) [endpoint 18 success, endpoint 18 400, endpoint 18 409, PXS termination_request]', async () => {
  const id = await portolan.create('5551301')
  await portolan.reaches(id, 2)
  const live = await portolan.api('DELETE', '/terminate/15551301/mobile')
  deepEqual(
    [live.status, reason(live.text).includes('is served by DONOR') || reason(live.text).includes(id)],
    [409, true],
  )
  await portolan.api('POST', `/PortIn/${id}`)
  await portolan.reaches(id, 20)
  await routedTo('15551301', '+15559901')
  equal((await portolan.api('DELETE', '/terminate/15551301/fixed')).status, 400)
  const { status, body } = await portolan.api('DELETE', '/terminate/15551301/Mobile')
  deepEqual(
    [status, body],
    [
      200,
      { result: 'success', msisdn: '15551301', message: 'Termination of 15551301 requested; its route is removed' },
    ],
  )
  await until('its block', async () => (await portolan.enum('15551301')).regexps.every((text) => !text.includes('rn=')))
  await until('the clearinghouse’s terminated', async () => {
    const [row] = await portolan.db.sql("select action from audit where action = 'route.terminated'")
    return row
  })
  const again = await portolan.api('DELETE', '/terminate/15551301/mobile')
  equal(again.status, 200)
  match(again.text, /was requested on/)
  const audited = await portolan.db.sql<{ action: string }>(
    "select action from audit where subject = '+15551301' order by sequence",
  )
  deepEqual(
    audited.map(({ action }) => action),
    ['number.terminated', 'number.terminated_already'],
  )
  const sent = await portolan.db.sql("select id from message where msgtype = 'Termination'")
  equal(sent.length, 1)
  const foreign = await portolan.api('DELETE', '/terminate/15553000/mobile')
  equal(foreign.status, 409)
  match(reason(foreign.text), /served by THIRD/)
})

test('the invariants hold over all that was done here (I2, I6, I20, I23)', async () => {
  const baseless = await portolan.db.sql(
    `select e.port_id from port_event e join port p on p.id = e.port_id and p.direction = 'out'
     where e.to_state = 2 and not exists (select 1 from port_out o where o.port_id = e.port_id and o.basis is not null)`,
  )
  deepEqual(baseless, [], 'I20: nothing is authorised without a basis')
  const astray = await portolan.db.sql(
    `select p.msgidentifier from port p where p.state <> (
       select e.to_state from port_event e where e.port_id = p.id and e.to_state is not null order by e.number desc limit 1)`,
  )
  deepEqual(astray, [], 'I6: the last edge in the log is the state')
  const untimed = await portolan.db.sql(
    `select p.msgidentifier from port p where p.ended_at is null and p.state > 0
       and not exists (select 1 from timer t where t.port_id = p.id and t.ended_at is null)`,
  )
  deepEqual(untimed, [], 'I23: every live port has a timer')
  const twice = await portolan.db.sql(
    `select a.msgidentifier from port a join port b on a.id < b.id and a.ended_at is null and b.ended_at is null
       and a.first_number <= b.last_number and b.first_number <= a.last_number`,
  )
  deepEqual(twice, [], 'I2: no number is in two live ports')
})
