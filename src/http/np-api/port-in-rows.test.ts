import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Answer, askHttp as ask, type TestNpApi, testNpApi } from '../../../test/support/np-api.ts'
import type { PortInTrigger } from '../../porting/port-in.machine.ts'

let api: TestNpApi
before(async () => {
  api = await testNpApi()
})
after(() => api.close())

function call(path: string, method = 'GET', body?: object): Promise<Answer> {
  return ask(`${api.url}/np_api/PortIn/${path}`, {
    method,
    headers: { 'x-api-key': api.key.admin, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
}

let next = 5_551_000
function request(changes: object = {}) {
  const number = String(next++)
  return {
    donornetworkoperator: 'DONOR',
    email: 'ops@example.com',
    overridecooloff: true,
    contacttelephonenumber: '5550142',
    Type_of_Numbers: 'mobile',
    telephonenumberseriestart: number,
    telephonenumberserieend: number,
    AccountType: 'Postpaid',
    PortingState: 0,
    ...changes,
  }
}
async function created(changes: object = {}): Promise<string> {
  const answer = await call('create', 'POST', request(changes))
  assert.equal(answer.status, 200, answer.text)
  return String(answer.json.msgidentifier)
}

/** Each field of a create (contract 3.1.2): where the record shows what was sent, and what its absence means. */
// biome-ignore format: a table
const FIELDS: readonly [field: string, shownAs: (record: Record<string, unknown>) => unknown, shown: unknown, absent: 'required' | { readonly becomes: unknown }][] = [
  ['donornetworkoperator',      (record) => record.donornetworkoperator,   'THIRD',     { becomes: 'DONOR' }],
  ['email',                     (record) => record.email,                  'a@b.cd',    'required'],
  ['overridecooloff',           (record) => record.overridecooloff,        true,        { becomes: false }],
  ['contacttelephonenumber',    (record) => record.contacttelephonenumber, '5550143',   'required'],
  ['Type_of_Numbers',           (record) => record.Type_of_Numbers,        'mobile',    'required'],
  ['telephonenumberseriestart', (record) => firstRange(record)?.telephonenumberseriestart, '5578000', 'required'],
  ['telephonenumberserieend',   (record) => firstRange(record)?.telephonenumberserieend,   '5578019', 'required'],
  ['AccountType',               (record) => record.AccountType,            'Prepaid',   'required'],
  ['PortingState',              (record) => record.PortingState,           97,          { becomes: 0 }],
]
/** Other fields that a value needs beside it to be true. */
const BESIDE: Record<string, object> = {
  telephonenumberseriestart: { telephonenumberserieend: '5578000' },
  telephonenumberserieend: { telephonenumberseriestart: '5578010' },
}

function firstRange(record: Record<string, unknown>): Record<string, unknown> | undefined {
  return (record.phone_number_ranges as Record<string, unknown>[])[0] // np_api's own schema has shaped it
}

for (const [field, shownAs, shown, absent] of FIELDS) {
  const without = absent === 'required' ? 'is missed' : `is taken for ${absent.becomes}`
  test(`create records ${field}; left out it ${without} [field ${field}]`, async () => {
    const record = await call(await created({ donornetworkoperator: undefined, [field]: shown, ...BESIDE[field] }))
    assert.equal(shownAs(record.json), shown)
    const { [field]: _, ...rest } = request() as Record<string, unknown>
    const answer = await call('create', 'POST', rest)
    if (absent === 'required') {
      assert.equal(answer.status, 400)
      assert.match(String(answer.json.Reason), new RegExp(`^${field} is missing`))
    } else {
      assert.equal(shownAs((await call(String(answer.json.msgidentifier))).json), absent.becomes)
    }
  })
}

const RECORD_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/

/** Each key of a record in the printed order (contract 3.1.3), and what a record in state 1 has there. */
// biome-ignore format: a table
const KEYS: readonly [key: string, holds: string, isSo: (value: unknown) => boolean][] = [
  ['port_in_id',               'a whole number',                Number.isInteger],
  ['msgidentifier',            'country, month, operator, sequence (O-35)', (value) => /^[A-Z]{2}\d{6}-[A-Z0-9]{2,8}-\d{5}$/.test(String(value))],
  ['PortingState',             'the number of the state',       (value) => value === 1],
  ['PortingStateString',       'the name of the state',         (value) => value === 'Waiting_for_Authorisation_Response'],
  ['donornetworkoperator',     'a code',                        (value) => value === 'DONOR'],
  ['email',                    'what was sent',                 (value) => value === 'ops@example.com'],
  ['contacttelephonenumber',   'what was sent',                 (value) => value === '5550142'],
  ['Type_of_Numbers',          'the word in small letters',     (value) => value === 'mobile'],
  ['AccountType',              'the word with a capital',       (value) => value === 'Postpaid'],
  ['overridecooloff',          'a boolean',                     (value) => value === true],
  ['submission_timestamp',     'a time without zone (O-25)',    (value) => RECORD_TIME.test(String(value))],
  ['update_timestamp',         'a time without zone (O-25)',    (value) => RECORD_TIME.test(String(value))],
  ['failure_reason',           'null until refused',            (value) => value === null],
  ['original_porting_request', 'null on the first of a chain',  (value) => value === null],
  ['phone_number_ranges',      'one range (O-37)',              (value) => Array.isArray(value) && value.length === 1],
  ['events',                   'the log',                       (value) => Array.isArray(value) && value.length === 2],
]
// biome-ignore format: a table
const RANGE_KEYS: readonly [key: string, holds: string, isSo: (value: unknown) => boolean][] = [
  ['telephonenumberseriestart', 'local digits', (value) => /^555\d{4}$/.test(String(value))],
  ['telephonenumberserieend',   'local digits', (value) => /^555\d{4}$/.test(String(value))],
]
// biome-ignore format: a table
const EVENT_KEYS: readonly [key: string, holds: string, isSo: (value: unknown) => boolean][] = [
  ['porting_in_event_id',        'a whole number from 1',             (value) => value === 1],
  ['msgtype',                    'a word in CamelCase (O-27)',        (value) => value === 'PortingRequest'],
  ['direction',                  '0 for what was sent (O-26)',        (value) => value === 0],
  ['eventlog',                   'a sentence',                        (value) => /^Submitted to clearinghouse/.test(String(value))],
  ['event submission_timestamp', 'a time with its zone (O-25)',       (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(String(value))],
]

async function recordInState1() {
  const id = await created()
  await api.move(id, 'pxs:acknowledged')
  const { text } = await call(id)
  // np_api's own schema has shaped it; the tests look at every key
  return JSON.parse(text) as Record<string, unknown> &
    Record<'phone_number_ranges' | 'events', Record<string, unknown>[]>
}

test('a record has its keys in the printed order, its ranges and events too', async () => {
  const record = await recordInState1()
  const keys = (table: readonly (readonly [string, ...unknown[]])[]) => table.map(([key]) => key.replace('event ', ''))
  assert.deepEqual(Object.keys(record), keys(KEYS))
  assert.deepEqual(Object.keys(record.phone_number_ranges[0] ?? {}), keys(RANGE_KEYS))
  assert.deepEqual(Object.keys(record.events[0] ?? {}), keys(EVENT_KEYS))
})

for (const [key, holds, isSo] of [...KEYS, ...RANGE_KEYS, ...EVENT_KEYS]) {
  test(`${key} of a record holds ${holds} [PortIn ${key}]`, async () => {
    const record = await recordInState1()
    const name = key.replace('event ', '')
    const value = EVENT_KEYS.some(([one]) => one === key)
      ? record.events[0]?.[name]
      : (record.phone_number_ranges[0]?.[name] ?? record[name])
    assert.ok(isSo(value), JSON.stringify(value))
  })
}

const ASKED: readonly PortInTrigger[] = ['pxs:acknowledged']
const AUTHORISED: readonly PortInTrigger[] = [...ASKED, 'pxs:authorised']
const EXECUTING: readonly PortInTrigger[] = [...AUTHORISED, 'operator:instruct', 'pxs:instructed']

/** How a port comes to each state (contract 3.1.5), and which of the two commands of np_api it then takes. */
// biome-ignore format: a table
const STATES: readonly [code: number, name: string, walk: readonly PortInTrigger[], takes: readonly ('POST' | 'DELETE')[]][] = [
  [0,  'NoPort',                             [],                                           ['DELETE']],
  [1,  'Waiting_for_Authorisation_Response', ASKED,                                        ['DELETE']],
  [2,  'Waiting_for_Instruction',            AUTHORISED,                                   ['POST', 'DELETE']],
  [3,  'Waiting_for_Instruction_Response',   [...AUTHORISED, 'operator:instruct'],         []],
  [10, 'Waiting_for_Ported_Response',        EXECUTING,                                    []],
  [11, 'Waiting_for_Change_Response',        [...EXECUTING, 'operator:change'],            []],
  [20, 'Number_Ported',                      [...EXECUTING, 'pxs:ported'],                 []],
  [30, 'Number_Ported_Complete',             [...EXECUTING, 'pxs:ported', 'checks:confirmed'], []],
  [97, 'TimeOut',                            [...ASKED, 'pxs:timedout'],                   []],
  [98, 'Aborted',                            [...ASKED, 'operator:abort'],                 []],
  [99, 'Rejected',                           ['pxs:refused'],                              []],
]
for (const [code, name, walk, takes] of STATES) {
  test(`a port in ${name} says so, is listed under it, and takes ${takes.join(' and ') || 'no command'} [state ${code}]`, async () => {
    for (const method of ['POST', 'DELETE'] as const) {
      const id = await created()
      await api.move(id, ...walk)
      const { json } = await call(id)
      assert.deepEqual([json.PortingState, json.PortingStateString], [code, name])
      const listed = JSON.parse((await call(`list?state=${name}&q=${id}`)).text) as { msgidentifier: string }[]
      assert.equal(listed[0]?.msgidentifier, id)
      const answer = await call(id, method)
      assert.equal(answer.status, takes.includes(method) ? 200 : 409, `${method}: ${answer.text}`)
      if (answer.status === 409) assert.match(String(answer.json.Reason), new RegExp(`is in ${name} \\(${code}\\)`))
    }
  })
}

test('the name without a number is NoPort in a filter and is never said (O-07) [state unnumbered]', async () => {
  const id = await created()
  const listed = JSON.parse((await call(`list?state=Waiting_for_Authorisation&q=${id}`)).text)
  assert.deepEqual([listed.length, listed[0].PortingStateString], [1, 'NoPort'])
})

test('who waived the cool-off, and when, is in the audit (O-54)', async () => {
  const id = await created({ overridecooloff: true })
  const rows = await api.database.db.sql<{ actor: string; at: Temporal.Instant }>(
    "select actor, at from audit where subject = $1 and action = 'port_in.cool_off_waived'",
    [id],
  )
  assert.deepEqual(
    rows.map(({ actor, at }) => [actor, at.toString().slice(0, 19)]),
    [['admin-user', '2025-01-15T10:30:00']],
  )
})
