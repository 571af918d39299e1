import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { REJECT_CODES } from '../../src/numbers/reject-code.ts'
import { ADMIN_KEY, type PortInRecord, request, type TestPortolan, testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

let portolan: TestPortolan
before(async () => {
  portolan = await testPortolan()
})
after(() => portolan.close())

/** The types of a log, but for the end of the checklist, which comes when it comes. */
const types = ({ events }: PortInRecord) =>
  events.map(({ msgtype }) => msgtype).filter((msgtype) => msgtype !== 'Complete')

test('the document’s example: created, authorised, waits for the instruction, ported, and routed under both apexes (O-01, I10) [recv authorisation_response, recv instruction_response, recv ported, PXS authorisation_response, PXS instruction_response, PXS ported]', async () => {
  const id = await portolan.create('5550100', '5550199', { donornetworkoperator: 'DONOR' })
  match(id, /^XX\d{6}-CARR-\d{5}$/)
  await portolan.reaches(id, 2)
  const { body } = await portolan.api('POST', `/PortIn/${id}`)
  deepEqual(body, { result: 'success', msgidentifier: id, message: `Instruction sent for ${id}` })
  const record = await portolan.reaches(id, 20)
  deepEqual(types(record), [
    'PortingRequest',
    'ack',
    'authorisation_response',
    'Instruction',
    'instruction_response',
    'ported',
  ])
  for (const apex of ['e164.arpa', 'e164enum.net']) {
    for (const number of ['15550100', '15550150', '15550199']) {
      const { rcode, regexps } = await until(`${number} ported`, async () => {
        const answer = await portolan.enum(number, apex)
        return answer.regexps.some((text) => text.includes('rn=')) && answer
      })
      equal(rcode, 'NOERROR')
      for (const text of regexps) match(text, /;npdi;rn=\+15559901/)
    }
    const next = await portolan.enum('15550200', apex)
    ok(next.regexps.length > 0)
    for (const text of next.regexps) match(text, /;npdi/)
    for (const text of next.regexps) ok(!text.includes('rn='), 'a number that has not moved has no routing number')
    deepEqual((await portolan.enum('15559999', apex)).rcode, 'NXDOMAIN')
  }
})

test('a donor left blank is found from the block, and from the route once the number has been ported', async () => {
  const id = await portolan.create('5551000')
  equal((await portolan.reaches(id, 2)).donornetworkoperator, 'DONOR')
  await portolan.api('DELETE', `/PortIn/${id}`)
  const moved = await portolan.create('5550110', '5550120').catch((error: Error) => error.message)
  match(String(moved), /already served by CARR/)
})

test('a number of no block is asked of the donor that is named, as the refusal without one says', async () => {
  const refused = await portolan.api('POST', '/PortIn/create', request('5556900'))
  equal(refused.status, 400)
  match(refused.text, /name the donor/)
  const id = await portolan.create('5556900', '5556900', { donornetworkoperator: 'THIRD' })
  equal((await portolan.get(id)).donornetworkoperator, 'THIRD')
})

for (const [code, reason] of Object.entries(REJECT_CODES)) {
  if (code === '35') continue
  test(`reject code ${code} (${reason}) ends the port in Rejected with that failure_reason [code ${code}]`, async () => {
    const story = code === '0' ? '40' : code
    const id = await portolan.create(`55510${story}`)
    const record = await portolan.reaches(id, 99)
    equal(record.failure_reason, Number(code))
    equal(types(record).at(-1), 'authorisation_response')
    equal(
      (await portolan.enum(`155510${story}`)).regexps.some((text) => text.includes('rn=')),
      false,
    )
  })
}

test('code 35 toggles the account type once, in a new record that the old identifier leads to (O-30, O-31, O-32) [code 35]', async () => {
  const old = await portolan.create('5551035')
  const record = await until('a resubmission', async () => {
    const newest = await portolan.get(old)
    return newest.msgidentifier !== old && newest.PortingState === 2 && newest
  })
  equal(record.AccountType, 'Postpaid')
  equal(record.original_porting_request, old)
  const list = (await portolan.api('GET', '/PortIn/list?q=5551035')).body as (PortInRecord & {
    superseded_by: string
  })[]
  deepEqual(
    list.map(({ msgidentifier, PortingState, failure_reason, superseded_by }) => [
      msgidentifier,
      PortingState,
      failure_reason,
      superseded_by,
    ]),
    [
      [record.msgidentifier, 2, null, null],
      [old, 99, 35, record.msgidentifier],
    ],
  )
  const audit = await portolan.db.sql(
    "select subject, actor, surface from audit where action = 'port_in.submitted' and subject = any($1) order by sequence",
    [[old, record.msgidentifier]],
  )
  deepEqual(audit, [
    { subject: old, actor: 'admin', surface: 'np_api' },
    { subject: record.msgidentifier, actor: 'clock', surface: 'pxs' },
  ])
  const instructed = await portolan.api('POST', `/PortIn/${old}`)
  deepEqual(instructed.body, {
    result: 'success',
    msgidentifier: record.msgidentifier,
    message: `Instruction sent for ${record.msgidentifier}, which replaced ${old}`,
  })
  await portolan.reaches(old, 20)
})

test('a message is handed out as XML, whatever type its sender gave it (O-56)', async () => {
  const id = await portolan.create('5551070')
  await portolan.reaches(id, 2)
  for (const type of ['text/html', '']) {
    await portolan.db.sql('update message set content_type = $2 where msgidentifier = $1 and direction = 1', [id, type])
    const listed = await portolan.api('GET', `/PortIn/get_xml_list/${id}`)
    const received = (listed.body as string[]).find((name) => name.startsWith('input_XML/'))
    const response = await fetch(`${portolan.url}/np_api/PortIn/get_xml/${received}`, {
      headers: { 'x-api-key': ADMIN_KEY },
    })
    equal(response.status, 200)
    match(response.headers.get('content-type') ?? '', /^application\/xml/)
  }
})

test('a second code 35 is final: no third record (I21)', async () => {
  const old = await portolan.create('5551045')
  const record = await until('the second rejection', async () => {
    const newest = await portolan.get(old)
    return newest.msgidentifier !== old && newest.PortingState === 99 && newest
  })
  equal(record.failure_reason, 35)
  const list = (await portolan.api('GET', '/PortIn/list?q=5551045')).body
  equal(Array.isArray(list) && list.length, 2)
})

test('abort is taken in states 1 and 2 and refused elsewhere with the state in the Reason (O-07) [PXS abort]', async () => {
  const silent = await portolan.create('5551197')
  await portolan.reaches(silent, 1)
  equal((await portolan.api('DELETE', `/PortIn/${silent}`)).status, 200)
  await portolan.reaches(silent, 98)
  const authorised = await portolan.create('5551100')
  await portolan.reaches(authorised, 2)
  equal((await portolan.api('DELETE', `/PortIn/${authorised}`)).status, 200)
  const again = await portolan.api('DELETE', `/PortIn/${authorised}`)
  equal(again.status, 409)
  match(JSON.stringify(again.body), /"result":"Exception raised in abortPortIn","Reason":".*is in Aborted \(98\)/)
  const instructed = await portolan.api('POST', `/PortIn/${authorised}`)
  equal(instructed.status, 409)
  match(JSON.stringify(instructed.body), /is in Aborted \(98\)/)
})

test('the clearinghouse’s timedout ends in TimeOut [recv timedout, PXS timedout]', async () => {
  const id = await portolan.create('5551196')
  equal(types(await portolan.reaches(id, 97)).at(-1), 'timedout')
})

test('messages that come twice count once (I11, O-51)', async () => {
  const id = await portolan.create('5551294')
  await portolan.reaches(id, 2)
  await portolan.api('POST', `/PortIn/${id}`)
  const record = await portolan.reaches(id, 20)
  deepEqual(types(record), [
    'PortingRequest',
    'ack',
    'authorisation_response',
    'Instruction',
    'instruction_response',
    'ported',
  ])
  const duplicates = await until('the duplicates', async () => {
    const rows = await portolan.db.sql<{ count: number }>(
      "select count(*) as count from inbound where state = 'duplicate'",
    )
    return (rows[0]?.count ?? 0) >= 3 && rows
  })
  ok(duplicates)
})

test('a ported that overtakes the instruction_response is kept until its time', async () => {
  const id = await portolan.create('5551293')
  await portolan.reaches(id, 2)
  await portolan.api('POST', `/PortIn/${id}`)
  const record = await portolan.reaches(id, 20)
  const parked = record.events.find(({ eventlog }) => eventlog.includes('before its time'))
  equal(parked?.msgtype, 'ported')
})

test('an acknowledgement that is lost costs a repetition, not a second port', async () => {
  const id = await portolan.create('5551292')
  await portolan.reaches(id, 2)
  await portolan.api('POST', `/PortIn/${id}`)
  await portolan.reaches(id, 20)
  const [row] = await portolan.db.sql<{ attempts: number }>(
    "select max(o.attempts) as attempts from outbound o join message m on m.id = o.message_id where m.msgidentifier = $1 and o.state = 'acknowledged'",
    [id],
  )
  ok((row?.attempts ?? 0) >= 2)
})

test('ported without an instruction waits, alarmed, and counts once the operator has instructed', async () => {
  const id = await portolan.create('5551291')
  const waiting = await until('the early ported', async () => {
    const record = await portolan.get(id)
    return record.events.some(({ eventlog }) => eventlog.includes('before its time')) && record
  })
  equal(waiting.PortingState, 2)
  equal(
    (await portolan.enum('15551291')).regexps.some((text) => text.includes('rn=')),
    false,
  )
  await portolan.api('POST', `/PortIn/${id}`)
  await portolan.reaches(id, 20)
})

test('an instruction that is refused comes back to Waiting_for_Instruction and can be given again', async () => {
  const id = await portolan.create('5551290')
  await portolan.reaches(id, 2)
  await portolan.api('POST', `/PortIn/${id}`)
  await until('the refusal', async () =>
    (await portolan.get(id)).events.some(({ eventlog }) => eventlog.startsWith('Instruction refused')),
  )
  await portolan.reaches(id, 2)
  await portolan.api('POST', `/PortIn/${id}`)
  await portolan.reaches(id, 20)
})

test('an unknown message type is kept and flagged, and the port goes on (O-51)', async () => {
  const id = await portolan.create('5551289')
  await portolan.reaches(id, 2)
  const [row] = await until('the flag', async () => {
    const rows = await portolan.db.sql<{ note: string }>("select note from inbound where state = 'unknown'")
    return rows.length > 0 && rows
  })
  match(row?.note ?? '', /unknown message type/)
})

test('malformed XML is kept byte for byte, answered with the envelope, and changes nothing (O-51)', async () => {
  // the ports of the tests before this one have come to rest
  await until('no port on its way', async () => {
    const moving = await portolan.db.sql('select id from port where state not in (2, 30, 97, 98, 99)')
    return moving.length === 0
  })
  const before = await portolan.db.sql('select id, state, event_count from port order by id')
  const { status, body } = await portolan.deliver('<message><header>')
  equal(status, 500)
  match(JSON.stringify(body), /"result":"Exception raised in receiveMessage","Reason":"the message was kept/)
  const kept = await portolan.db.sql<{ body: Buffer }>(
    "select m.body from message m join inbound i on i.message_id = m.id where i.state = 'malformed' order by m.at desc limit 1",
  )
  equal(kept[0]?.body.toString(), '<message><header>')
  deepEqual(await portolan.db.sql('select id, state, event_count from port order by id'), before)
})

// biome-ignore format: a table
const REFUSED: [what: string, body: Record<string, unknown>, status: number, reason: RegExp][] = [
  ['a field left out',              { ...request('5551300'), email: undefined },                                  400, /email/],
  ['a number that is none',         request('55513'),                                                             400, /telephonenumberseriestart/],
  ['a number outside the plan',     request('9991300'),                                                           400, /telephonenumberseriestart/],
  ['a range backwards',             request('5551310', '5551300'),                                                400, /telephonenumberserieend/],
  ['a range over two donors',       request('5552990', '5553010'),                                                400, /DONOR.*THIRD/],
  ['a range that is in no block',   request('5556000'),                                                           400, /donor|block/i],
  ['an operator that is none',      { ...request('5551300'), donornetworkoperator: 'NOBODY' },                    400, /donornetworkoperator/],
  ['ourselves as the donor',        { ...request('5551300'), donornetworkoperator: 'CARR' },                      400, /donornetworkoperator/],
  ['our own number',                request('5550210'),                                                           409, /already served by CARR/],
  ['an account type that is none',  { ...request('5551300'), AccountType: 'Barter' },                             400, /AccountType/],
  ['an import by a state that is none', { ...request('5551300'), PortingState: 12 },                              400, /PortingState/],
]
for (const [what, body, status, reason] of REFUSED) {
  test(`refused: ${what}`, async () => {
    const answer = await portolan.api('POST', '/PortIn/create', body)
    equal(answer.status, status, answer.text)
    const { result, Reason } = answer.body as { result: string; Reason: string }
    equal(result, 'Exception raised in createPortIn')
    match(Reason, reason)
  })
}

test('a range that overlaps a live port is refused with the identifier of that port', async () => {
  const id = await portolan.create('5551397', '5551399')
  const answer = await portolan.api('POST', '/PortIn/create', request('5551390', '5551397'))
  equal(answer.status, 409)
  match(answer.text, new RegExp(id))
})

test('ten thousand numbers are ported in one transaction and answered by DNS', async () => {
  const id = await portolan.create('5570000', '5579999')
  await portolan.reaches(id, 2)
  await portolan.api('POST', `/PortIn/${id}`)
  await portolan.reaches(id, 20)
  const [row] = await portolan.db.sql<{ count: number; generations: number }>(
    'select count(*) as count, count(distinct generation) as generations from route where cause = $1',
    [id],
  )
  deepEqual([row?.count, row?.generations], [10_000, 1])
  for (const number of ['15570000', '15575000', '15579999']) {
    await until(`${number} answered`, async () =>
      (await portolan.enum(number)).regexps.some((text) => text.includes('rn=+15559901')),
    )
  }
})

test('an import by PortingState is the admin’s alone, sends nothing, and brings its route (O-11, O-55)', async () => {
  const answer = await portolan.api('POST', '/PortIn/create', { ...request('5553100'), PortingState: 20 })
  equal(answer.status, 200, answer.text)
  const { msgidentifier } = answer.body as { msgidentifier: string }
  const record = await portolan.get(msgidentifier)
  equal(record.PortingState, 20)
  deepEqual((await portolan.api('GET', `/PortIn/get_xml_list/${msgidentifier}`)).body, [])
  await until('its route', async () =>
    (await portolan.enum('15553100')).regexps.some((text) => text.includes('rn=+15559901')),
  )
})

test('the invariants hold over all that was done here (I6, I7, I8, I23)', async () => {
  const unrouted = await portolan.db.sql(
    `select p.msgidentifier from port p where p.direction = 'in' and p.state in (20, 30) and not exists (
       select 1 from route r where r.e164 = p.first_number and r.operator = 'CARR')`,
  )
  deepEqual(unrouted, [], 'I7: every ported port has its route')
  const causeless = await portolan.db.sql(
    `select r.e164 from route r where r.source = 'port' and not exists (select 1 from port p where p.msgidentifier = r.cause and p.state in (20, 30))`,
  )
  deepEqual(causeless, [], 'I8: every route of a port has its port')
  const astray = await portolan.db.sql(
    `select p.msgidentifier from port p where p.state <> (
       select e.to_state from port_event e where e.port_id = p.id and e.to_state is not null order by e.number desc limit 1)`,
  )
  deepEqual(astray, [], 'I6: the last edge in the log is the state')
  const untimed = await portolan.db.sql(
    `select p.msgidentifier from port p where p.ended_at is null and p.state > 0 and not exists (select 1 from timer t where t.port_id = p.id)`,
  )
  deepEqual(untimed, [], 'I23: every live port has a timer')
})
