import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import {
  type Answer,
  askHttp as ask,
  basic,
  PRINTED_CREATE as PRINTED,
  type TestNpApi,
  testNpApi,
} from '../../../test/support/np-api.ts'

/** One number, so that tests do not get in each other's way. */
const range = (first: string, last = first) => ({ telephonenumberseriestart: first, telephonenumberserieend: last })
const single = (number: string) => ({ ...PRINTED, ...range(number) })

let api: TestNpApi
before(async () => {
  api = await testNpApi()
})
after(() => api.close())

type Call = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: unknown }

function call(path: string, { method = 'GET', headers = {}, body }: Call = {}): Promise<Answer> {
  const auth = headers['x-api-key'] ? {} : basic('pxs-user', api.key.pxs)
  const content = body === undefined ? {} : { 'content-type': 'application/json' }
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
  return ask(`${api.url}/np_api/PortIn/${path}`, {
    method,
    headers: { ...auth, ...content, ...headers },
    ...(text === undefined ? {} : { body: text }),
  })
}
const create = (body: unknown, headers: Record<string, string> = {}) =>
  call('create', { method: 'POST', body, headers })

let nextNumber = 5_551_000
async function created(changes: object = {}): Promise<string> {
  const answer = await create({ ...single(String(nextNumber++)), ...changes })
  assert.equal(answer.status, 200, answer.text)
  return String(answer.json.msgidentifier)
}

test('every printed example of the document, as a request (O-20, O-25, O-26, O-37, O-56, O-58) [endpoint 1 success, endpoint 3 success, endpoint 4 success, endpoint 5 success, endpoint 6 success, endpoint 7 success]', async () => {
  const answer = await create(PRINTED)
  assert.equal(
    answer.text,
    '{"result":"success","msgidentifier":"XX202501-CARR-00001","message":"Port-in request created successfully"}',
  )
  const id = 'XX202501-CARR-00001'
  await api.move(id, 'pxs:acknowledged', 'pxs:authorised')

  const record = await call(id)
  assert.equal(record.status, 200)
  const { events, ...rest } = JSON.parse(record.text)
  assert.equal(
    JSON.stringify({ ...rest, events: events.slice(0, 1) }),
    JSON.stringify({
      port_in_id: 1,
      msgidentifier: 'XX202501-CARR-00001',
      PortingState: 2,
      PortingStateString: 'Waiting_for_Instruction',
      donornetworkoperator: 'DONOR',
      email: 'ops@example.com',
      contacttelephonenumber: '5550100',
      Type_of_Numbers: 'mobile',
      AccountType: 'Prepaid',
      overridecooloff: false,
      submission_timestamp: '2025-01-15T10:30:00',
      update_timestamp: '2025-01-15T10:30:00',
      failure_reason: null,
      original_porting_request: null,
      phone_number_ranges: [{ telephonenumberseriestart: '5550100', telephonenumberserieend: '5550199' }],
      events: [
        {
          porting_in_event_id: 1,
          msgtype: 'PortingRequest',
          direction: 0,
          eventlog: 'Submitted to clearinghouse',
          submission_timestamp: '2025-01-15T10:30:00Z',
        },
      ],
    }),
    'keys, their order and their values as printed',
  )
  assert.deepEqual(events.at(-1).direction, 1, 'what was received has direction 1 (O-26)')

  const files = await call(`get_xml_list/${id}`)
  assert.equal(files.text, JSON.stringify([`output_XML/${id}_001_PortingRequest.xml`]))
  const file = await call(`get_xml/output_XML/${id}_001_PortingRequest.xml`)
  assert.equal(file.status, 200)
  assert.match(file.headers.get('content-type') ?? '', /^application\/xml/)
  assert.equal(file.headers.get('content-disposition'), `attachment; filename="${id}_001_PortingRequest.xml"`)
  assert.match(file.text, /<telephonenumberseriestart>5550100<.*<telephonenumberserieend>5550199</s)

  const instructed = await call(id, { method: 'POST' })
  assert.equal(instructed.text, `{"result":"success","msgidentifier":"${id}","message":"Instruction sent for ${id}"}`)
  assert.equal((await call(id)).json.PortingState, 3)

  const other = await created()
  const aborted = await call(other, { method: 'DELETE' })
  assert.equal(aborted.text, `{"result":"success","msgidentifier":"${other}","message":"Abort sent for ${other}"}`)
  assert.equal((await call(other)).json.PortingStateString, 'Aborted')
})

// biome-ignore format: a table
const LIBERAL: [what: string, changes: object, field: string, recorded: unknown][] = [
  ['enums in any case (O-34)',             { Type_of_Numbers: 'MOBILE' },                          'Type_of_Numbers', 'mobile'],
  ['enums as the screen shows them',       { Type_of_Numbers: 'Fixed', ...range('5560000') },      'Type_of_Numbers', 'fixed'],
  ['account types in any case (O-34)',     { AccountType: ' postPAID ' },                          'AccountType', 'Postpaid'],
  ['a boolean as text',                    { overridecooloff: 'true' },                            'overridecooloff', true],
  ['a boolean as the screen shows it',     { overridecooloff: 'True' },                            'overridecooloff', true],
  ['a boolean False',                      { overridecooloff: 'False' },                           'overridecooloff', false],
  ['no donor',                             { donornetworkoperator: undefined },                    'donornetworkoperator', 'DONOR'],
  ['an empty donor',                       { donornetworkoperator: '' },                           'donornetworkoperator', 'DONOR'],
  ['a null donor',                         { donornetworkoperator: null },                         'donornetworkoperator', 'DONOR'],
  ['the donor Auto of the screen',         { donornetworkoperator: 'Auto' },                       'donornetworkoperator', 'DONOR'],
  ['a donor in lower case',                { donornetworkoperator: 'third' },                      'donornetworkoperator', 'THIRD'],
  ['a donor by its name',                  { donornetworkoperator: 'Third Telecom' },              'donornetworkoperator', 'THIRD'],
  ['a contact number as a JSON number',    { contacttelephonenumber: 5550100 },                    'contacttelephonenumber', '5550100'],
  ['a contact number with separators',     { contacttelephonenumber: '+1 (555) 0100' },            'contacttelephonenumber', '15550100'],
  ['fields that are not in the document',  { comment: 'x', __x: [1] },                             'email', 'ops@example.com'],
  ['PortingState 0',                       { PortingState: 0 },                                    'PortingStateString', 'NoPort'],
  ['PortingState 0 as text',               { PortingState: '0' },                                  'PortingStateString', 'NoPort'],
]
for (const [what, changes, field, recorded] of LIBERAL) {
  test(`create takes ${what}`, async () => {
    assert.deepEqual((await call(await created(changes))).json[field], recorded)
  })
}

test('create takes numbers as JSON numbers, and in full with a plus', async () => {
  const answer = await create({
    ...PRINTED,
    telephonenumberseriestart: 5_570_000,
    telephonenumberserieend: '+1-557-0009',
  })
  assert.deepEqual((await call(String(answer.json.msgidentifier))).json.phone_number_ranges, [
    { telephonenumberseriestart: '5570000', telephonenumberserieend: '5570009' },
  ])
})

// biome-ignore format: a table
const BAD: [what: string, body: unknown, status: number, reason: RegExp][] = [
  ['no email',                   { ...PRINTED, email: undefined },                      400, /^email is missing: it must be the e-mail address/],
  ['a null email',               { ...PRINTED, email: null },                           400, /^email is not right: it must be the e-mail address/],
  ['an email without @',         { ...PRINTED, email: 'ops' },                          400, /^email is not right/],
  ['a control letter in email',  { ...PRINTED, email: 'a\u0000@b' },                    400, /^email is not right/],
  ['no contact',                 { ...PRINTED, contacttelephonenumber: undefined },     400, /^contacttelephonenumber is missing/],
  ['letters as contact',         { ...PRINTED, contacttelephonenumber: 'call me' },     400, /^contacttelephonenumber is not right: .*3 to 15 digits/],
  ['a contact that is an array', { ...PRINTED, contacttelephonenumber: ['5550100'] },   400, /^contacttelephonenumber is not right/],
  ['no type',                    { ...PRINTED, Type_of_Numbers: undefined },            400, /^Type_of_Numbers is missing: it must be mobile or fixed/],
  ['an unknown type',            { ...PRINTED, Type_of_Numbers: 'toll' },               400, /^Type_of_Numbers is not right: it must be mobile or fixed/],
  ['an unknown account type',    { ...PRINTED, AccountType: 'Free' },                   400, /^AccountType is not right: it must be Prepaid or Postpaid/],
  ['a cool-off of 2',            { ...PRINTED, overridecooloff: 2 },                    400, /^overridecooloff is not right: it must be true or false/],
  ['no first number',            { ...PRINTED, telephonenumberseriestart: undefined },  400, /^telephonenumberseriestart is missing/],
  ['no last number',             { ...PRINTED, telephonenumberserieend: undefined },    400, /^telephonenumberserieend is missing/],
  ['a first number too short',   { ...PRINTED, telephonenumberseriestart: '555' },      400, /telephonenumberseriestart.*555/],
  ['a last number too short',    { ...PRINTED, telephonenumberserieend: '555' },        400, /telephonenumberserieend.*555/],
  ['letters as a number',        { ...PRINTED, telephonenumberserieend: '555ABCD' },    400, /^telephonenumberserieend is not right/],
  ['a range that is reversed',   { ...PRINTED, telephonenumberserieend: '5550099' },    400, /telephonenumberserieend.*5550099.*must not be lower/],
  ['a donor nobody knows',       { ...single('5551000'), donornetworkoperator: 'NOBODY' }, 400, /^donornetworkoperator NOBODY is not an operator.*THIRD/],
  ['a range of two donors',      { ...PRINTED, ...range('5552990', '5553010') },        400, /DONOR.*THIRD|THIRD.*DONOR/],
  ['a range that is too large',  { ...PRINTED, ...range('5550000', '5579999') },        400, /30000 numbers.*at most 10000/],
  ['a fixed number as mobile',   { ...PRINTED, ...range('5560000') },                   400, /telephonenumberseriestart.*mobile/],
  ['a donor with odd letters',   { ...PRINTED, donornetworkoperator: '<x>' },           400, /^donornetworkoperator is not right/],
  ['a PortingState of words',    { ...PRINTED, PortingState: 'TimeOut' },               400, /^PortingState is not right/],
  ['two mistakes at once',       { ...PRINTED, email: 1, AccountType: 2 },              400, /email is not right.*AccountType is not right|AccountType is not right.*email is not right/],
  ['nothing in the object',      {},                                                    400, /^email is missing.*AccountType is missing/s],
  ['an array',                   [PRINTED],                                             400, /^the body must be one JSON object/],
  ['a text',                     '"x"',                                                 400, /^the body must be one JSON object/],
  ['null',                       'null',                                                400, /^the body must be one JSON object/],
  ['no JSON',                    '{"email":',                                           400, /^the body is not valid JSON/],
  ['a poisoned prototype',       '{"__proto__":{"a":1}}',                               400, /^the body is not valid JSON/],
  ['nothing',                    '',                                                    400, /^the body/],
  ['257 kB',                     { ...PRINTED, comment: 'x'.repeat(257 * 1024) },       400, /^the body is too large: at most 256 kB/],
]
for (const [what, body, status, reason] of BAD) {
  test(`create refuses ${what}, and says what to mend (O-17) [endpoint 1 400]`, async () => {
    const answer = await create(body)
    assert.equal(answer.status, status, answer.text)
    assert.deepEqual(Object.keys(answer.json), ['result', 'Reason'])
    assert.equal(answer.json.result, 'Exception raised in createPortIn')
    assert.match(String(answer.json.Reason), reason)
  })
}

test('create wants JSON and says so', async () => {
  for (const contentType of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
    const answer = await create(PRINTED, { 'content-type': contentType })
    assert.equal(answer.status, 400)
    assert.match(String(answer.json.Reason), /Content-Type: application\/json/)
  }
  const latin1 = await ask(`${api.url}/np_api/PortIn/create`, {
    method: 'POST',
    headers: { ...basic('', api.key.pxs), 'content-type': 'application/json; charset=utf-8' },
    body: Buffer.from(JSON.stringify({ ...PRINTED, email: 'é@x' }), 'latin1'),
  })
  assert.match(String(latin1.json.Reason), /UTF-8/)
})

test('a range that meets a live port is a conflict, and says which (O-36, I2) [endpoint 1 409]', async () => {
  const id = await created(range('5571000', '5571009'))
  const answer = await create(single('5571005'))
  assert.equal(answer.status, 409)
  assert.match(String(answer.json.Reason), new RegExp(id))
})

test('a PortingState other than 0 imports a port: admin only, of the table, with a reason (O-11)', async () => {
  const admin = { 'x-api-key': api.key.admin }
  const asPxs = await create({ ...single('5572000'), PortingState: 20 })
  assert.equal(asPxs.status, 403)
  assert.match(String(asPxs.json.Reason), /PortingState.*admin/)

  const unknown = await create({ ...single('5572000'), PortingState: 4 }, admin)
  assert.equal(unknown.status, 400)
  assert.match(String(unknown.json.Reason), /^PortingState.*0 NoPort, 1 Waiting_for_Authorisation_Response/)

  const first = await create({ ...single('5572000'), PortingState: 20 }, { ...admin, 'x-audit-reason': ' old system ' })
  const second = await create({ ...single('5572001'), PortingState: '97' }, admin)
  const ids = [first, second].map(({ json }) => String(json.msgidentifier))
  assert.deepEqual(await Promise.all(ids.map(async (id) => (await call(id)).json.PortingStateString)), [
    'Number_Ported',
    'TimeOut',
  ])
  const audited = await api.database.db.sql<{ actor: string; reason: string }>(
    'select actor, reason from audit where subject = any($1) order by sequence',
    [ids],
  )
  assert.deepEqual(audited, [
    { actor: 'admin-user', reason: 'old system' },
    { actor: 'admin-user', reason: 'import by PortingState, no reason given' },
  ])
  for (const id of ids) assert.deepEqual(JSON.parse((await call(`get_xml_list/${id}`)).text), [], 'no word was sent')
})

// biome-ignore format: a table
const ILLEGAL: [method: string, state: number, reason: RegExp][] = [
  ['POST',   1,  /Waiting_for_Authorisation_Response \(1\)/],
  ['POST',   98, /Aborted \(98\)/],
  ['DELETE', 3,  /Waiting_for_Instruction_Response \(3\)/],
  ['DELETE', 20, /Number_Ported \(20\)/],
  ['DELETE', 99, /Rejected \(99\)/],
]
for (const [method, state, reason] of ILLEGAL) {
  test(`${method} in state ${state} is a conflict that names the state [endpoint ${method === 'POST' ? 4 : 5} 409]`, async () => {
    const imported = { ...single(String(nextNumber++)), PortingState: state }
    const { json } = await create(imported, { 'x-api-key': api.key.admin })
    const answer = await call(String(json.msgidentifier), { method })
    assert.equal(answer.status, 409)
    assert.match(String(answer.json.Reason), reason)
  })
}

test('a replaced record: the old id gives, instructs and aborts the newer one; the list shows both (O-31, O-32)', async () => {
  const old = await created()
  await api.move(old, 'pxs:acknowledged', 'pxs:rejected')
  const record = await call(old)
  const next = String(record.json.msgidentifier)
  assert.notEqual(next, old)
  assert.equal(record.json.original_porting_request, old)
  assert.equal('superseded_by' in record.json, false, 'the record has the printed keys only')

  const list = await call(`list?q=${old}`)
  const item = JSON.parse(list.text).find((one: { msgidentifier: string }) => one.msgidentifier === old)
  assert.deepEqual([item.failure_reason, item.superseded_by], [35, next])

  await api.move(old, 'pxs:acknowledged', 'pxs:authorised')
  const instructed = await call(old, { method: 'POST' })
  assert.equal(instructed.json.msgidentifier, next)
  assert.equal(instructed.json.message, `Instruction sent for ${next}, which replaced ${old}`)
})

test('a command takes no body, and does not mind one', async () => {
  for (const [contentType, body] of [
    ['application/json', ''],
    ['application/json', '{not json'],
    ['application/x-www-form-urlencoded', 'a=b'],
    ['text/plain', 'x'],
  ] as const) {
    const id = await created()
    const answer = await call(id, { method: 'DELETE', headers: { 'content-type': contentType }, body })
    assert.equal(answer.status, 200, `${contentType} ${body}: ${answer.text}`)
  }
})

test('the list: 30 by default, most recent first, pages, states and words (O-24, O-60) [endpoint 2 success]', async () => {
  const ids: string[] = []
  for (let n = 0; n < 35; n++) ids.push(await created())
  const list = async (query: string) => JSON.parse((await call(`list${query}`)).text) as { msgidentifier: string }[]
  const names = async (query: string) => (await list(query)).map(({ msgidentifier }) => msgidentifier)
  assert.deepEqual(await names(''), ids.toReversed().slice(0, 30))
  assert.deepEqual(await names('?page=2&limit=10'), ids.toReversed().slice(10, 20))
  assert.deepEqual(await names(`?q=${ids[3]}`), [ids[3]])
  assert.deepEqual(await names('?state=&q=&limit=1'), [ids[34]], 'empty filters are none')
  const late = await create({ ...single(String(nextNumber++)), PortingState: 97 }, { 'x-api-key': api.key.admin })
  for (const state of ['TimeOut', 'timeout', '97']) {
    assert.equal((await names(`?state=${state}`))[0], late.json.msgidentifier, state)
  }
  const pending = await names('?state=Waiting_for_Authorisation&limit=1')
  assert.deepEqual(pending, await names('?state=NoPort&limit=1'), 'the name without a number (O-07) is NoPort')
  assert.equal(pending.length, 1)
  const [item] = await list('?limit=1')
  assert.deepEqual(Object.keys(item ?? {}).slice(-2), ['phone_number_ranges', 'superseded_by'])
  assert.equal(Object.keys(item ?? {}).includes('events'), false)
})

// biome-ignore format: a table
const BAD_QUERIES: [query: string, reason: RegExp][] = [
  ['limit=0',          /^limit is not right: it must be a whole number from 1 to 100/],
  ['limit=101',        /^limit is not right/],
  ['limit=ten',        /^limit is not right/],
  ['page=0',           /^page is not right/],
  ['page=1.5',         /^page is not right/],
  ['page=1&page=2',    /^page is not right/],
  ['page=1e99',        /^page is not right/],
  ['state=Nowhere',    /^state is no state: it must be one of 0 NoPort/],
  ['state=4',          /^state is no state/],
  ['q=%00',            /^q is not right/],
]
for (const [query, reason] of BAD_QUERIES) {
  test(`the list refuses ${query} [endpoint 2 400]`, async () => {
    const answer = await call(`list?${query}`)
    assert.equal(answer.status, 400, answer.text)
    assert.match(String(answer.json.Reason), reason)
  })
}

// biome-ignore format: a table
const UNKNOWN: [method: string, path: string, status: number, why: string][] = [
  ['GET',    'XX202501-CARR-99999',                 404, 'no such port [endpoint 3 404]'],
  ['POST',   'XX202501-CARR-99999',                 404, 'no such port [endpoint 4 404]'],
  ['DELETE', 'XX202501-CARR-99999',                 404, 'no such port [endpoint 5 404]'],
  ['GET',    'get_xml_list/XX202501-CARR-99999',    404, 'no such port [endpoint 6 404]'],
  ['GET',    'create',                              404, 'a reserved word is no port (O-23)'],
  ['POST',   'list',                                404, 'a reserved word is no port (O-23)'],
  ['GET',    'a%00b',                               404, 'no port has such a name'],
  ['GET',    "x'%20or%201=1--",                     404, 'no port has such a name'],
  ['GET',    'x'.repeat(500),                       404, 'too long for a name'],
  ['PUT',    'list',                                404, 'no such method here'],
  ['GET',    'get_xml_list',                        404, 'a reserved word is no port (O-23)'],
  ['GET',    'a/b/c',                               404, 'no such path'],
  ['GET',    '%zz',                                 400, 'an encoding that cannot be read'],
  ['GET',    'get_xml/output_XML/none.xml',         403, 'no such file (O-18)'],
  ['GET',    'get_xml/other_XML/none.xml',          403, 'no such folder (O-18)'],
  ['GET',    'get_xml/output_XML/..%2f..%2fetc%2fpasswd', 403, 'encoded slashes (O-18)'],
  ['GET',    'get_xml/output_XML%2f..%2fx.xml',     403, 'encoded slashes in the folder (O-18)'],
  ['GET',    'get_xml/output_XML/a/b.xml',          403, 'a deeper path (O-18)'],
  ['GET',    'get_xml/output_XML/a%00.xml',         403, 'a NUL (O-18)'],
]
for (const [method, path, status, why] of UNKNOWN) {
  test(`${method} ${path.slice(0, 50)} is ${status} in the envelope: ${why}`, async () => {
    const answer = await call(path, { method })
    assert.equal(answer.status, status, answer.text)
    assert.deepEqual(Object.keys(answer.json), ['result', 'Reason'])
    assert.match(String(answer.json.result), /^Exception raised in \w+$/)
  })
}

test('a path that climbs out, sent as it is, is 403 (O-18)', async () => {
  const { hostname, port } = new URL(api.url)
  const socket = connect(Number(port), hostname)
  socket.setTimeout(30_000, () => socket.destroy(new Error('no answer')))
  await once(socket, 'connect')
  socket.write(
    `GET /np_api/PortIn/get_xml/output_XML/../../../etc/passwd HTTP/1.1\r\nHost: x\r\nX-API-Key: ${api.key.pxs}\r\nConnection: close\r\n\r\n`,
  )
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(part)
  assert.match(Buffer.concat(parts).toString(), /^HTTP\/1\.1 403 .*"Reason":"there is no such file/s)
})

test('the folder is taken in any case (O-19), and a path with a slash at its end', async () => {
  const id = await created()
  for (const folder of ['output_XML', 'Output_XML', 'OUTPUT_xml']) {
    assert.equal((await call(`get_xml/${folder}/${id}_001_PortingRequest.xml`)).status, 200, folder)
  }
  assert.equal((await call('list/')).status, 200)
})
