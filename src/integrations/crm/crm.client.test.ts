import { deepEqual, equal, match } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { startCrm } from '../../../sim/crm/server.ts'
import { type CrmAccess, type CrmPort, crmClient } from './crm.client.ts'

const CREDENTIALS = { email: 'porting@example.com', password: 'crm-password', key: 'crm-key-0001' }
const PATHS = {
  login: '/crm/auth/login',
  refresh: '/crm/auth/refresh',
  activate: '/crm/porting/activate',
  port_out: '/crm/porting/port-out',
  close: '/crm/porting/close',
} as const
const LOGIN = { kind: 'login', username: CREDENTIALS.email, password: CREDENTIALS.password } as const
const PORT: CrmPort = {
  msgidentifier: 'XX202501-CARR-00001',
  firstNumber: '+15550100',
  lastNumber: '+15550199',
  numberType: 'mobile',
  accountType: 'Prepaid',
  counterparty: 'DONOR',
  at: Temporal.Instant.from('2025-01-15T10:30:00.5Z'),
}

let crm: Awaited<ReturnType<typeof startCrm>>
before(async () => {
  crm = await startCrm({ listenPort: 0, ...CREDENTIALS })
})
after(() => crm.close())

async function withClient<T>(more: Partial<CrmAccess>, work: (client: ReturnType<typeof crmClient>) => Promise<T>) {
  const client = crmClient({ url: crm.url, paths: PATHS, auth: LOGIN, timeoutMilliseconds: 10_000, ...more })
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}
type Log = { calls: { path: string; status: number }[]; deeds: { key: string; body: object }[] }
const log = async () => (await (await fetch(`${crm.url}/sim/log`)).json()) as Log // the stand-in's shape
const expire = () => fetch(`${crm.url}/sim/expire`, { method: 'POST' })

test('many calls share one log-in; a deed that is asked for twice is done once', async () => {
  const before = (await log()).calls.length
  const answers = await withClient({}, (client) => Promise.all([1, 2, 3].map(() => client.activate(PORT))))
  deepEqual(new Set(answers.map((answer) => answer.kind === 'done' && answer.reference)).size, 1)
  const { calls, deeds } = await log()
  deepEqual(
    calls.slice(before).map(({ path }) => path),
    [PATHS.login, ...Array(3).fill(PATHS.activate)],
  )
  deepEqual(
    deeds.filter(({ key }) => key === `${PORT.msgidentifier}-activate`).map(({ body }) => body),
    [
      {
        msgidentifier: PORT.msgidentifier,
        first_number: '+15550100',
        last_number: '+15550199',
        number_type: 'mobile',
        account_type: 'Prepaid',
        counterparty: 'DONOR',
        at: '2025-01-15T10:30:00Z',
      },
    ],
  )
})

test('a token that has expired is renewed by the refresh token, and by a new log-in where that is used up too', async () => {
  await withClient({}, async (client) => {
    await client.portOutStatus(PORT, 'authorised')
    await expire()
    const before = (await log()).calls.length
    equal((await client.closeService(PORT, 'ported to THIRD')).kind, 'done')
    const { calls, deeds } = await log()
    deepEqual(
      calls.slice(before).map(({ path, status }) => [path, status]),
      [
        [PATHS.close, 401],
        [PATHS.refresh, 200],
        [PATHS.close, 200],
      ],
    )
    deepEqual(
      deeds.map(({ key }) => key.replace(`${PORT.msgidentifier}-`, '')),
      ['activate', 'port_out', 'close'],
    )
  })
})

test('a key in a header of the deployment’s choice needs no log-in', async () => {
  const before = (await log()).calls.length
  const auth = { kind: 'key', header: 'X-Api-Key', key: CREDENTIALS.key } as const
  equal((await withClient({ auth }, (client) => client.activate(PORT))).kind, 'done')
  deepEqual((await log()).calls.slice(before), [{ path: PATHS.activate, status: 200 }])
})

// biome-ignore format: a table
const WRONG: readonly (readonly [what: string, more: Partial<CrmAccess>, reason: RegExp])[] = [
  ['the password is wrong',     { auth: { ...LOGIN, password: 'guessed' } },                      /did not let us in: 401 .*Invalid email or password/],
  ['the key is wrong',          { auth: { kind: 'key', header: 'X-Api-Key', key: 'guessed' } },   /answered activate with 401/],
  ['the path is wrong',         { paths: { ...PATHS, activate: '/elsewhere' } },                  /answered activate with 404/],
  ['nobody listens',            { url: 'http://127.0.0.1:9' },                                    /did not let us in: .*ECONNREFUSED/],
]
for (const [what, more, reason] of WRONG) {
  test(`when ${what}, the answer says so in the CRM’s own words, and no secret of ours`, async () => {
    const answer = await withClient(more, (client) =>
      client.activate({ ...PORT, msgidentifier: 'XX202501-CARR-00002' }),
    )
    equal(answer.kind, 'failed')
    match(answer.kind === 'failed' ? answer.reason : '', reason)
    equal(JSON.stringify(answer).includes('guessed'), false)
  })
}
