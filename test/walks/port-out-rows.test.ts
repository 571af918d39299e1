import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { decodePxs, encodePxsAck } from '../../src/clearinghouses/pxs/pxs.codec.ts'
import { askedFor, outReaches } from '../support/port-out.ts'
import { type TestPortolan, testPortolan } from '../support/portolan.ts'
import { startReceiver } from '../support/receiver.ts'

let portolan: TestPortolan
let id: string
let record: Readonly<Record<string, unknown>>
before(async () => {
  portolan = await testPortolan()
  id = await askedFor(portolan, '5550200', '5550209')
  record = { ...(await outReaches(portolan, id, 1)) }
})
after(() => portolan.close())

const RECORD_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/
const RANGE = { telephonenumberseriestart: '5550200', telephonenumberserieend: '5550209' }

/** Each key of a record in the printed order (contract 3.1.4), and what a record in state 1 has there. */
// biome-ignore format: a table
const KEYS: readonly [key: string, holds: string, isSo: (value: unknown) => boolean][] = [
  ['port_out_id',              'a whole number',                                   Number.isInteger],
  ['msgidentifier',            'the identifier of the recipient (O-35)',           (value) => /^XX\d{6}-DONOR-\d{5}$/.test(String(value))],
  ['PortingState',             'the number of the state (O-45)',                   (value) => value === 1],
  ['PortingStateString',       'the name of the state',                            (value) => value === 'Waiting_for_Authorisation_Response'],
  ['recipientnetworkoperator', 'a code',                                           (value) => value === 'DONOR'],
  ['Type_of_Numbers',          'the word in small letters',                        (value) => value === 'mobile'],
  ['submission_timestamp',     'a time without zone (O-25)',                       (value) => RECORD_TIME.test(String(value))],
  ['update_timestamp',         'a time without zone (O-25)',                       (value) => RECORD_TIME.test(String(value))],
  ['phone_number_ranges',      'an array of ranges (O-37)',                        (value) => JSON.stringify(value) === JSON.stringify([RANGE])],
  ['events',                   'the log, its ids under their own name (O-28)',     (value) => Array.isArray(value) && value[0].porting_out_event_id === 1],
]

test('a record has its keys in the printed order', () => {
  deepEqual(
    Object.keys(record),
    KEYS.map(([key]) => key),
  )
})

for (const [key, holds, isSo] of KEYS) {
  test(`${key} of a record holds ${holds} [PortOut ${key}]`, () => ok(isSo(record[key]), JSON.stringify(record[key])))
}

// biome-ignore format: a table
const REFUSED: readonly [method: string, path: string, status: number, reason: RegExp, row: string][] = [
  ['GET',    '/PortOut/list?limit=0',        400, /^limit is not right/,     'endpoint 8 400'],
  ['GET',    '/PortOut/XX202501-DONOR-99999', 404, /XX202501-DONOR-99999/,   'endpoint 9 404'],
  ['POST',   '/PortOut/XX202501-DONOR-99999', 404, /XX202501-DONOR-99999/,   'endpoint 10 404'],
  ['DELETE', '/PortOut/XX202501-DONOR-99999', 404, /XX202501-DONOR-99999/,   'endpoint 11 404'],
]
for (const [method, path, status, reason, row] of REFUSED) {
  test(`${method} ${path} is refused with ${status} [${row}]`, async () => {
    const answer = await portolan.api(method, path)
    equal(answer.status, status, answer.text)
    match((answer.body as { Reason: string }).Reason, reason) // the surface's own envelope
  })
}

test('info that the clearinghouse does not answer is 500 with the reason [endpoint 17 500]', async () => {
  const faults = (down: boolean) =>
    fetch(`${portolan.simulatorUrl}/sim/faults`, { method: 'POST', body: JSON.stringify({ down }) })
  await faults(true)
  try {
    const answer = await portolan.api('GET', '/info/15550200')
    equal(answer.status, 500, answer.text)
    match((answer.body as { Reason: string }).Reason, /the clearinghouse did not answer within \d+ seconds/) // as above
  } finally {
    await faults(false)
  }
})

test('info that the clearinghouse refuses is 409 with its words [endpoint 17 409]', async () => {
  const clearinghouse = await startReceiver()
  clearinghouse.behave(({ body }, response) => {
    const decoded = decodePxs(Buffer.from(body))
    const msgid = decoded.kind === 'message' ? decoded.message.msgid : ''
    const errors = [{ errorCode: 'number_outside_plan', description: '5559999 is no number of ours' }]
    response.end(encodePxsAck({ msgid, result: 'reject', isDuplicate: false, errors }))
  })
  const asking = await testPortolan({
    PORTOLAN_PXS_URL: clearinghouse.url,
    PORTOLAN_PXS_USERNAME: 'carr',
    PORTOLAN_PXS_PASSWORD: 'walk-password-1',
  })
  try {
    const answer = await asking.api('GET', '/info/15559999')
    deepEqual(
      [answer.status, (answer.body as { Reason: string }).Reason], // np_api's own schema has shaped it
      [409, 'the clearinghouse refuses the question: number_outside_plan: 5559999 is no number of ours'],
    )
  } finally {
    await asking.close()
    await clearinghouse.close()
  }
})
