import { auditChain } from '../../src/events/audit-chain.ts'
import type { Examples } from '../../src/http/examples.ts'
import { saveFindings } from '../../src/porting/alert.store.ts'
import { confirmer } from '../../src/porting/checklist.job.ts'
import { routeVerdict } from '../../src/porting/checklist.ts'
import { type EventStream, openEvents } from '../support/event-stream.ts'
import { type TestNative, testNative } from '../support/native.ts'
import { askHttp } from '../support/np-api.ts'
import { askedFor } from './asked-for.ts'
import { type Ask, type Deed, REQUEST_ID, recorded } from './record.ts'

/** The examples of the native API: what it answers in the `doc` market, about a few ports, a key, a webhook and an invoice. */
export async function nativeExamples(): Promise<Examples> {
  const native = await testNative({ requiredSteps: ['route', 'crm'], limits: { streams: 1 } })
  try {
    await seed(native)
    const steps = [
      ...START,
      ...streams(native),
      ...PORTS,
      ...FEES,
      ...NUMBERS,
      ...ROUTES,
      usedKeys(native),
      ...KEYS,
      ...webhooks(native),
      ...AUDIT,
    ]
    return await recorded('/v1', [...steps, ...ANY, ...lockouts(native)], (method, path, { as, body, headers = {} }) =>
      native.ask(method, path, { body, headers, ...(as && { tier: as }) }),
    )
  } finally {
    await native.close()
  }
}

/** XX202501-CARR-00001 waits for its instruction, 2 was ported and the CRM does not confirm it, 3 and 4 were refused, 5 is new, 6 is about to be ported. */
async function seed(native: TestNative): Promise<void> {
  const { porting } = native
  await play(native, '5550100', '5550199', ['pxs:acknowledged'], ['pxs:authorised'])
  await play(native, '5550300', '5550300', ...PORTED)
  const confirming = confirmer(porting, {
    route: (port) => routeVerdict(porting, port),
    crm: async () => ({ kind: 'failed', reason: 'activate: HTTP 503 maintenance until 12:00' }),
  })
  await confirming.run()
  await confirming.stop()
  await play(
    native,
    '5550301',
    '5550301',
    ['pxs:acknowledged'],
    ['pxs:rejected', { code: 33, text: 'outstanding bill' }],
  )
  const unread = { code: 0, text: 'code 77: see circular 12' } as const
  await play(native, '5550302', '5550302', ['pxs:acknowledged'], ['pxs:rejected', unread])
  await native.create('5550303')
  await play(native, '5550304', '5550304', ...PORTED.slice(0, -1))
  await askedFor(porting, '5550200', 'XX202501-DONOR-00001')
  const finding = {
    subject: 'XX202501-CARR-00002 crm',
    severity: 'critical',
    what: 'CRM: not confirmed for XX202501-CARR-00002, tried 6 times',
    said: 'the CRM did not let us in: 401 {"error":"Invalid email or password"}',
    msgidentifier: 'XX202501-CARR-00002',
    since: native.now(),
  } as const
  await porting.db.tx((tx) => saveFindings(tx, 'crm', [finding], native.now()))
}

type Said = Parameters<TestNative['move']>[1]

const PORTED: Said[] = [
  ['pxs:acknowledged'],
  ['pxs:authorised'],
  ['operator:instruct'],
  ['pxs:instructed'],
  ['pxs:ported'],
]

/** A port-in that hears a message every five minutes. */
async function play(native: TestNative, first: string, last: string, ...said: Said[]): Promise<void> {
  const { msgidentifier } = await native.create(first, last)
  for (const one of said) {
    native.advance({ minutes: 5 })
    await native.move(msgidentifier, one)
  }
}

// biome-ignore format: a table
const START: readonly Ask[] = [
  ['getMe',                200, 'GET /me',          { as: 'pxs' }],
  ['getMe',                403, 'GET /me',          { as: 'clearinghouse' }],
  ['getMarket',            200, 'GET /market'],
  ['getMarket',            403, 'GET /market',      { as: 'clearinghouse' }],
  ['getNativeDescription', 403, 'GET /openapi.json', { as: 'clearinghouse' }],
  ['followEvents',         400, 'GET /events?after=-1'],
]

/** One reader is all that is let in. */
function streams({ url, key }: TestNative): readonly (Ask | Deed)[] {
  let reader: EventStream | undefined
  const open: Deed = async () => {
    reader = await openEvents(`${url}/v1/events`, { 'x-api-key': key.read_only })
  }
  return [open, ['followEvents', 503, 'GET /events'], async () => reader?.close()]
}

const BULK = [
  { first_number: '5550310', number_type: 'mobile', account_type: 'Prepaid', email: 'ops@example.com' },
  { first_number: '5550100', number_type: 'mobile', account_type: 'Prepaid', email: 'ops@example.com' },
]

const BULK_CSV = `first_number,last_number,number_type,account_type,email
5550310,5550319,mobile,Prepaid,ops@example.com
`

// biome-ignore format: a table
const PORTS: readonly Ask[] = [
  ['searchPorts',            200, 'GET /ports?direction=in&live=true&limit=1'],
  ['searchPorts',            400, 'GET /ports?state=lost'],
  ['changePort',             200, 'POST /ports/XX202501-CARR-00006/change', { body: { requested_at: '2025-01-17T08:00:00Z', note: 'the customer is away until Friday' } }],
  ['changePort',             409, 'POST /ports/XX202501-CARR-00001/change', { body: { note: 'sooner' } }],
  ['retryStep',              200, 'POST /ports/XX202501-CARR-00002/checklist/crm/retry'],
  ['retryStep',              409, 'POST /ports/XX202501-CARR-00002/checklist/route/retry'],
  ['getChecklist',           200, 'GET /ports/XX202501-CARR-00002/checklist'],
  ['getChecklist',           404, 'GET /ports/XX202501-CARR-00009/checklist'],
  ['getGuard',               200, 'GET /ports/XX202501-DONOR-00001/guard'],
  ['getGuard',               404, 'GET /ports/XX202501-CARR-00001/guard'],
  ['getPort',                200, 'GET /ports/XX202501-CARR-00003'],
  ['getPort',                404, 'GET /ports/XX202501-CARR-00009'],
  ['getDossier',             200, 'GET /ports/XX202501-CARR-00001/dossier'],
  ['getDossier',             404, 'GET /ports/XX202501-CARR-00009/dossier'],
  ['getQueues',              200, 'GET /queues?limit=1'],
  ['getQueues',              400, 'GET /queues?limit=101'],
  ['getStats',               200, 'GET /stats?from=2025-01-01&to=2025-01-31'],
  ['getStats',               400, 'GET /stats?from=2025-01-31&to=2025-01-01'],
  ['submitPortIns',          200, 'POST /port-ins/bulk?dry_run=true', { body: { items: BULK } }],
  ['submitPortIns',          200, 'POST /port-ins/bulk?dry_run=true', { body: BULK_CSV, headers: { 'content-type': 'text/csv' } }],
  ['submitPortIns',          400, 'POST /port-ins/bulk',              { body: 'number;type\r\n5550310;mobile\r\n', headers: { 'content-type': 'text/csv' } }],
  ['listTimelines',          200, 'GET /timelines'],
  ['listTimelines',          400, 'GET /timelines?limit=0'],
  ['listAlerts',             200, 'GET /alerts'],
  ['listAlerts',             400, 'GET /alerts?monitor=weather'],
  ['getAlert',               200, 'GET /alerts/{listAlerts.items.0.id}'],
  ['getAlert',               404, `GET /alerts/${REQUEST_ID}`],
  ['acknowledgeAlert',       200, 'POST /alerts/{listAlerts.items.0.id}/acknowledgement', { body: { note: 'the CRM’s people are on it' } }],
  ['acknowledgeAlert',       409, 'POST /alerts/{listAlerts.items.0.id}/acknowledgement', { body: {} }],
  ['listMonitors',           200, 'GET /monitors'],
  ['listMonitors',           403, 'GET /monitors',                    { as: 'read_only' }],
  ['getMessage',             200, 'GET /messages/{getPort.messages.0.id}'],
  ['getMessage',             404, `GET /messages/${REQUEST_ID}`],
  ['listOverdue',            200, 'GET /overdue?within_minutes=60'],
  ['listOverdue',            400, 'GET /overdue?within_minutes=-1'],
  ['getRejectionRates',      200, 'GET /rejections/rates'],
  ['getRejectionRates',      400, 'GET /rejections/rates?from=soon'],
  ['listUnmappedRejections', 200, 'GET /rejections/unmapped'],
  ['listUnmappedRejections', 400, 'GET /rejections/unmapped?cursor=page2'],
]

const INVOICE = `line,msgidentifier,kind,date,amount
1,XX202501-CARR-00002,port-in,2025-01-15,2.50
2,XX202501-CARR-00099,port-in,2025-01-15,2.50
`
const CSV = { body: INVOICE, headers: { 'content-type': 'text/csv' } }

// biome-ignore format: a table
const FEES: readonly Ask[] = [
  ['listUnbilledPorts', 200, 'GET /fees/unbilled?from=2025-01-01&to=2025-01-31'],
  ['listUnbilledPorts', 400, 'GET /fees/unbilled?from=2025-01-01&to=January'],
  ['importFees',        200, 'POST /fees/invoices/2025-01%2F17/lines?currency=EUR', CSV],
  ['importFees',        409, 'POST /fees/invoices/2025-01%2F17/lines?currency=USD', CSV],
  ['listInvoices',      200, 'GET /fees/invoices'],
  ['listInvoices',      400, 'GET /fees/invoices?limit=1000'],
  ['listFeeLines',      200, 'GET /fees/lines?verdict=unmatched'],
  ['listFeeLines',      400, 'GET /fees/lines?verdict=paid'],
]

const LOCKED = {
  numbers: [{ first_number: '5550210', last_number: '5550219' }, { first_number: '5550100' }],
  reason: 'court order 7/2025',
}

// biome-ignore format: a table
const NUMBERS: readonly Ask[] = [
  ['lockNumbers',        200, 'POST /number-locks',   { body: { ...LOCKED, until: '2025-12-31' } }],
  ['lockNumbers',        400, 'POST /number-locks',   { body: { ...LOCKED, until: '2024-12-31' } }],
  ['listNumberLocks',    200, 'GET /number-locks'],
  ['listNumberLocks',    400, 'GET /number-locks?number=12'],
  ['liftNumberLock',     204, 'DELETE /number-locks/{lockNumbers.lines.0.id}'],
  ['liftNumberLock',     404, 'DELETE /number-locks/{lockNumbers.lines.0.id}'],
  ['setNumberSecrets',   200, 'POST /number-secrets', { body: { kind: 'pin', numbers: [{ first_number: '5550220', secret: '4711' }] } }],
  ['setNumberSecrets',   400, 'POST /number-secrets', { body: { kind: 'password', numbers: [{ first_number: '5550220', secret: '4711' }] } }],
  ['listNumberSecrets',  200, 'GET /number-secrets'],
  ['listNumberSecrets',  400, 'GET /number-secrets?number=12'],
  ['removeNumberSecret', 204, 'DELETE /number-secrets/{setNumberSecrets.lines.0.id}'],
  ['removeNumberSecret', 404, 'DELETE /number-secrets/{setNumberSecrets.lines.0.id}'],
]

/** The first use of a key is noted beside the request, so sooner or later. */
function usedKeys({ database, now }: TestNative): Deed {
  return () => database.db.sql('update api_key set last_used_at = $1', [now()])
}

const PUSH = {
  routes: [{ first_number: '15550410', last_number: '15550411', operator: 'CARR' }],
  expires_at: '2025-12-31T00:00:00Z',
}
const LARGE = { routes: [{ first_number: '15550500', last_number: '15550699', operator: 'CARR' }] }

// biome-ignore format: a table
const ROUTES: readonly Ask[] = [
  ['pushRoutes',    200, 'POST /routes',                { body: PUSH }],
  ['pushRoutes',    409, 'POST /routes',                { body: LARGE }],
  ['listRoutes',    200, 'GET /routes?limit=2'],
  ['listRoutes',    400, 'GET /routes?operator=NOBODY'],
  ['inspectRoute',  200, 'GET /routes/15550410'],
  ['inspectRoute',  400, 'GET /routes/5550410'],
  ['removeRoute',   200, 'DELETE /routes/15550410'],
  ['removeRoute',   409, 'DELETE /routes/15550300',     { as: 'pxs' }],
  ['lookUpNumber',  200, 'GET /lookup/15550300'],
  ['lookUpNumber',  400, 'GET /lookup/none'],
  ['lookUpNumbers', 200, 'POST /lookup',                { body: { numbers: ['15550300', '+15550400', 'none'] } }],
  ['lookUpNumbers', 400, 'POST /lookup',                { body: { numbers: [] } }],
]

// biome-ignore format: a table
const KEYS: readonly Ask[] = [
  ['listUsers',    200, 'GET /users'],
  ['listUsers',    403, 'GET /users',                       { as: 'pxs' }],
  ['createUser',   201, 'POST /users',                      { body: { username: 'desk', full_name: 'Porting desk', email: 'desk@example.com' } }],
  ['createUser',   409, 'POST /users',                      { body: { username: 'desk' } }],
  ['getUser',      200, 'GET /users/desk'],
  ['getUser',      404, 'GET /users/nobody'],
  ['changeUser',   200, 'PATCH /users/desk',                { body: { is_disabled: false }, headers: { 'if-match': '"1"' } }],
  ['changeUser',   412, 'PATCH /users/desk',                { body: { is_disabled: true }, headers: { 'if-match': '"1"' } }],
  ['listKeys',     200, 'GET /keys'],
  ['listKeys',     403, 'GET /keys',                        { as: 'pxs' }],
  ['createKey',    201, 'POST /keys',                       { body: { username: 'desk', tier: 'pxs', label: 'the desk', expires_at: '2025-12-31T00:00:00Z' } }],
  ['createKey',    400, 'POST /keys',                       { body: { username: 'desk', tier: 'root' } }],
  ['rotateKey',    201, 'POST /keys/{createKey.id}/rotate', { body: { overlap_seconds: 3600 } }],
  ['rotateKey',    404, `POST /keys/${REQUEST_ID}/rotate`],
  ['setKeyExpiry', 200, 'PUT /keys/{rotateKey.id}/expiry',  { body: { expires_at: '2026-01-31T00:00:00Z' } }],
  ['setKeyExpiry', 409, 'PUT /keys/{listKeys.items.0.id}/expiry', { body: { expires_at: '2026-01-31T00:00:00Z' } }],
  ['revokeKey',    204, 'DELETE /keys/{createKey.id}?reason=lost'],
  ['revokeKey',    409, 'DELETE /keys/{listKeys.items.0.id}'],
]

/** A webhook from its making to its end. A delivery is given up at once, where life would take three days. */
function webhooks({ database, now }: TestNative): readonly (Ask | Deed)[] {
  const giveUp: Deed = () =>
    database.db.sql(
      `update delivery set state = 'dead', attempts = 20, last_status = 503, last_error = 'maintenance', settled_at = $1
       where subscription = 'crm'`,
      [now()],
    )
  const delivery = '/webhooks/crm/deliveries/{testWebhook.event_id}/redeliver'
  const crm = { name: 'crm', url: 'https://crm.example.com/portolan', types: ['port_in.ported', 'port_out.ported'] }
  // biome-ignore format: a table
  return [
    ['createWebhook',       201, 'POST /webhooks',                    { body: crm }],
    ['createWebhook',       409, 'POST /webhooks',                    { body: crm }],
    ['listWebhooks',        200, 'GET /webhooks'],
    ['listWebhooks',        403, 'GET /webhooks',                     { as: 'pxs' }],
    ['getWebhook',          200, 'GET /webhooks/crm'],
    ['getWebhook',          404, 'GET /webhooks/bss'],
    ['changeWebhook',       200, 'PATCH /webhooks/crm',               { body: { types: null }, headers: { 'if-match': '"1"' } }],
    ['changeWebhook',       412, 'PATCH /webhooks/crm',               { body: { is_paused: true }, headers: { 'if-match': '"1"' } }],
    ['rotateWebhookSecret', 200, 'POST /webhooks/crm/rotate-secret',  { body: {}, headers: { 'if-match': '"2"' } }],
    ['rotateWebhookSecret', 428, 'POST /webhooks/crm/rotate-secret',  { body: {} }],
    ['testWebhook',         202, 'POST /webhooks/crm/test'],
    ['testWebhook',         404, 'POST /webhooks/bss/test'],
    giveUp,
    ['listDeliveries',      200, 'GET /webhooks/crm/deliveries?state=dead'],
    ['listDeliveries',      404, 'GET /webhooks/bss/deliveries'],
    ['redeliver',           202, `POST ${delivery}`],
    ['redeliver',           404, `POST ${delivery}`],
    giveUp,
    ['redeliverDead',       202, 'POST /webhooks/crm/redeliver-dead'],
    ['redeliverDead',       404, 'POST /webhooks/bss/redeliver-dead'],
    ['removeWebhook',       412, 'DELETE /webhooks/crm',              { headers: { 'if-match': '"1"' } }],
    ['removeWebhook',       204, 'DELETE /webhooks/crm',              { headers: { 'if-match': '"3"' } }],
    () => auditChain(database.db).seal(),
  ]
}

// biome-ignore format: a table
const AUDIT: readonly Ask[] = [
  ['searchAudit',  200, 'GET /audit?action=key.revoked&limit=1'],
  ['searchAudit',  400, 'GET /audit?from=yesterday'],
  ['verifyAudit',  200, 'GET /audit/verification'],
  ['verifyAudit',  403, 'GET /audit/verification', { as: 'pxs' }],
  ['getRetention', 200, 'GET /retention'],
  ['getRetention', 403, 'GET /retention',          { as: 'pxs' }],
]

const ONCE = { 'idempotency-key': '8f14e45f' }

/** Refusals that any operation may give. */
// biome-ignore format: a table
const ANY: readonly Ask[] = [
  ['any', 401, 'GET /me',           { headers: { 'x-api-key': 'unknown' } }],
  ['any', 403, 'GET /keys',         { as: 'read_only' }],
  ['testWebhook', 404, 'POST /webhooks/none/test', { headers: ONCE }],
  ['any', 422, 'POST /webhooks/bss/test', { headers: ONCE }],
  ['any', 428, 'PATCH /users/desk', { body: { is_disabled: true } }],
  ['any', 412, 'PATCH /users/desk', { body: { is_disabled: true }, headers: { 'if-match': '"1"' } }],
]

/** An address that guesses keys. */
function lockouts({ url }: TestNative): readonly (Ask | Deed)[] {
  const guess = (number: number) => askHttp(`${url}/v1/me`, { headers: { 'x-api-key': `guess ${number}` } })
  const guesses: Deed = async () => {
    for (let number = 0; number < 20; number++) await guess(number)
  }
  // biome-ignore format: a table
  return [
    guesses,
    ['any',          429, 'GET /me',                 { headers: { 'x-api-key': 'one more' } }],
    ['listLockouts', 200, 'GET /lockouts'],
    ['listLockouts', 403, 'GET /lockouts',           { as: 'pxs' }],
    ['liftLockout',  204, 'DELETE /lockouts/{listLockouts.items.0.address}'],
    ['liftLockout',  404, 'DELETE /lockouts/{listLockouts.items.0.address}'],
  ]
}
