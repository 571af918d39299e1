import { deepEqual, equal, match } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { startSmsPeers } from '../../sim/sms/peers.ts'
import { startPeer } from '../../test/support/peer.ts'
import { askedFor } from '../../test/support/port-out.ts'
import { ADMIN_KEY, type TestPortolan, testPortolan } from '../../test/support/portolan.ts'
import { SURROUNDINGS } from '../../test/support/surroundings.ts'
import { until } from '../../test/support/until.ts'

let portolan: TestPortolan
let folder: string
before(async () => {
  portolan = await testPortolan()
  folder = await mkdtemp(join(tmpdir(), 'portolan-cli-'))
})
after(async () => {
  await portolan.close()
  await rm(folder, { recursive: true, force: true })
})

type Ran = { readonly code: number; readonly out: string; readonly err: string }

/** The command line as a process of its own, as an admin of the running server. */
function run(words: readonly string[], env: Record<string, string> = {}, input = ''): Promise<Ran> {
  const surroundings = { ...SURROUNDINGS, NP_API_URL: portolan.url, NP_API_KEY: ADMIN_KEY, ...env }
  const options = { env: surroundings, timeout: 60_000 }
  return new Promise((resolve) => {
    const main = join(import.meta.dirname, '..', 'main', 'command.ts')
    const child = execFile(process.execPath, [main, ...words], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err })
    })
    child.stdin?.end(input)
  })
}
const json = async (...words: string[]) => JSON.parse((await run([...words, '--json'])).out)

test('a port-in is played from the request to the ported number, and then shown and listed', async () => {
  const played = await run(['simulate', 'port-in', '5551400'])
  equal(played.code, 0, played.err)
  match(played.out, /PortingRequest: Submitted[\s\S]*ported: Ported[\s\S]*has ended in Number_Ported/)
  const id = /XX\d{6}-CARR-\d{5}/.exec(played.out)?.[0] ?? ''
  match((await run(['port-in', 'show', id])).out, /state +Number_Ported[\s\S]*authorisation_response/)
  equal((await json('port-in', 'list', '--q', '5551400')).items[0].msgidentifier, id)
  match((await run(['route', 'show', '15551400'])).out, /\S/)
})

test('a port-out is played: another operator asks, the person decides, and it is ported or refused', async () => {
  const { simulatorUrl = '' } = portolan
  const play = (number: string, ...words: string[]) =>
    run(['simulate', 'port-out', number, '--simulator', simulatorUrl, ...words])
  const ported = await play('5554301', '--recipient', 'THIRD')
  equal(ported.code, 0, ported.err)
  match(ported.out, /authorisation_request[\s\S]*ported: [\s\S]*has ended in Number_Ported/)
  const refused = await play('5554302', '--decide', 'reject')
  equal(refused.code, 0, refused.err)
  match(refused.out, /has ended in Rejected/)
  const left = await play('5554303', '--decide', 'wait', '--seconds', '1')
  match(left.err, /is still in (?:Waiting_for_Authorisation_Response|no state)/)
  const unknown = await play('5554304', '--recipient', 'NOBODY')
  deepEqual([unknown.code, unknown.out], [1, ''])
  match(unknown.err, /NOBODY/)
})

test('why a number is routed so is told, and what DNS answers for it', async () => {
  const { answered_by, nodes } = await json('route', 'why', '15550100')
  deepEqual([answered_by, nodes.length], ['block', 1])
  match((await run(['route', 'why', '15550100'])).out, /it is answered from the block 15550, which DONOR holds/)
  equal((await json('route', 'lookup', '15550100')).verdict, 'not_ported')
})

test('an edge node wants the certificate and its key together', async () => {
  const words = ['dns', '--from', 'none.csv', '--listen', '127.0.0.1:1', '--tls-key', 'key.pem']
  const { code, err } = await run(words)
  deepEqual([code, /give --tls-certificate and --tls-key together/.test(err)], [1, true])
})

test('a port-in is created, aborted, and refused in the server’s own words with exit code 1', async () => {
  const { msgidentifier } = await json('port-in', 'create', '5551197', '--email', 'ops@example.com')
  match((await run(['port-in', 'abort', msgidentifier])).out, new RegExp(`Abort sent for ${msgidentifier}`))
  const refused = await run(['port-in', 'abort', msgidentifier])
  deepEqual([refused.code, refused.out], [1, ''])
  match(refused.err, /is in Aborted \(98\)/)
})

test('a file of port-ins gets a verdict for each line, first dry', async () => {
  const file = join(folder, 'ports.csv')
  await writeFile(
    file,
    'first_number,number_type,account_type,email\n5551500,mobile,Prepaid,ops@example.com\n12,mobile,Prepaid,ops@example.com\n',
  )
  const dry = await run(['import', 'port-ins', file, '--dry-run'])
  equal(dry.code, 2, 'a line was refused')
  match(dry.out, /1 accepted, 1 refused; nothing was saved/)
  match((await run(['port-in', 'bulk', file])).out, /2 +accepted +XX\d{6}-CARR-\d{5} +DONOR/)
})

test('keys are made, listed, rotated and revoked', async () => {
  const made = await json('keys', 'create', 'shell', '--tier', 'read_only', '--label', 'a test')
  match(made.key, /^ptl_/)
  match((await run(['keys', 'list'])).out, /shell +read_only +active/)
  const next = await json('keys', 'rotate', made.id, '--overlap', '0')
  equal(next.username, 'shell')
  match((await run(['keys', 'revoke', next.id, '--reason', 'over'])).out, /is revoked/)
  equal((await run(['keys', 'list'], { NP_API_KEY: made.key })).code, 1)
})

test('a key is given an end, and loses it; an overlap that is no number rotates nothing', async () => {
  const { id } = await json('keys', 'create', 'ending', '--tier', 'read_only')
  match((await run(['keys', 'expire', id, '2099-01-01T00:00:00Z'])).out, /ends 2099-01-01T00:00:00.000Z/)
  match((await run(['keys', 'expire', id, 'never'])).out, /ends never/)
  equal((await run(['keys', 'expire', id, 'soon'])).code, 1)
  const refused = await run(['keys', 'rotate', id, '--overlap', '1d'])
  deepEqual([refused.code, refused.out, /give a whole number/.test(refused.err)], [1, '', true])
  const keys: { id: string; expires_at: unknown; replaced_by: unknown }[] = (await json('keys', 'list')).items
  const { expires_at, replaced_by } = keys.find((one) => one.id === id) ?? {}
  deepEqual([expires_at, replaced_by], [null, null])
})

test('what others wrote is printed, and gives the terminal no orders', async () => {
  await run(['lock', 'add', '5550290', '--reason', 'fraud \x1b[2J\x07 case 12'])
  match((await run(['lock', 'list', '--number', '5550290'])).out, /fraud \ufffd\[2J\ufffd case 12$/m)
})

test('numbers are locked and a PIN is set, so that the checks of a port-out find them; then both are taken away', async () => {
  const locked = await run(['lock', 'add', '5550200', '5550209', '--reason', 'court order 7'])
  match(locked.out, /^locked: \+15550200 to \+15550209, id /)
  const foreign = await run(['lock', 'add', '5551000', '--reason', 'a slip'])
  deepEqual([foreign.code, /^refused: .*with DONOR, not with us/.test(foreign.out)], [2, true])
  const set = await run(['pin', 'set', '5550205'], {}, '4711\n')
  match(set.out, /^set: \+15550205 to \+15550205, id /)
  match((await run(['pin', 'list'])).out, /pin +\+15550205/)
  const id = await askedFor(portolan, '5550205')
  const checks = await until('the lock was found', async () => {
    const { out } = await run(['port-out', 'checks', id])
    return /lock +fail +locked: court order 7/.test(out) && out
  })
  match(checks, /held_because +lock failed/)
  const lock = (await json('lock', 'list', '--number', '5550205')).items[0].id
  match((await run(['lock', 'lift', lock, '--reason', 'over'])).out, /is lifted/)
  match((await run(['lock', 'list', '--ended'])).out, /court order 7/)
  const pin = (await json('pin', 'list')).items[0].id
  match((await run(['pin', 'clear', pin])).out, /is removed/)
})

test('the checklist of a port is shown, and a step with nothing left to do is not tried again', async () => {
  const id = await portolan.create('5551401')
  await portolan.reaches(id, 2)
  await portolan.api('POST', `/PortIn/${id}`)
  await until('it is proved', async () => (await portolan.get(id)).PortingState === 30)
  match(
    (await run(['port-in', 'checklist', id])).out,
    /checklist: done[\s\S]*route +confirmed +1 +- +- +1 route to CARR/,
  )
  const retried = await run(['port-in', 'retry', id, 'route'])
  deepEqual([retried.code, /has the step route confirmed already/.test(retried.err)], [1, true])
})

test('an invoice of any length is imported from a file, twice without harm, and what does not match is shown', async () => {
  const played = await run(['simulate', 'port-in', '5551410'])
  const id = /XX\d{6}-CARR-\d{5}/.exec(played.out)?.[0] ?? ''
  const file = join(folder, 'invoice.csv')
  const strangers = Array.from(
    { length: 1_200 },
    (_, index) => `XX209901-CARR-${String(index).padStart(5, '0')},port-in,1.25`,
  )
  await writeFile(
    file,
    `msgidentifier,kind,amount\n${id},port-in,2.50\n${strangers.join('\n')}\n${id},"port-in",2.50\nnone,port-in,free\n`,
  )
  const words = ['fees', 'import', file, '--invoice', '2025/1', '--currency', 'EUR']
  const first = await run(words)
  equal(first.code, 2, first.err)
  match(first.out, /^1 matched, 1200 unmatched, 1 charged twice, 1 refused; 0 known before$/m)
  match((await run(words)).out, /^1 matched, 1200 unmatched, 1 charged twice, 1 refused; 1202 known before$/m)
  match(
    (await run(['fees', 'lines', '--verdict', 'charged_twice'])).out,
    new RegExp(`2025/1 +1202 .*${id} +charged on line 1 of the invoice 2025/1 too`),
  )
  const unbilled = await json('fees', 'unbilled', '--from', '2020-01-01', '--to', '2099-01-01')
  const ported = unbilled.items.map((one: { msgidentifier: string }) => one.msgidentifier)
  equal(ported.includes(id), false)
})

test('the audit chain is verified', async () => {
  match((await run(['audit', 'verify'])).out, /^whole: \d+ rows/)
})

test('doctor says what is well and what is not, and ends with 1 when something is wrong', async () => {
  // of the ports of other tests a step may have failed a moment ago, which is an alert until it is done
  const well = await until('nothing is wrong', async () => {
    const ran = await run(['doctor'], { PORTOLAN_ROLES: 'http,jobs' })
    return ran.code === 0 && ran
  })
  for (const line of [/configuration +ok/, /server +ok/, /database +ok/, /clock +ok/, /API key +ok +admin/])
    match(well.out, line)
  const ill = await run(['doctor'], {
    PORTOLAN_ROLES: 'http,dns',
    PORTOLAN_DNS_PORT: '1',
    PORTOLAN_PXS_URL: 'http://127.0.0.1:1',
    PORTOLAN_PXS_USERNAME: 'x',
    PORTOLAN_PXS_PASSWORD: 'x',
    NP_API_KEY: 'wrong',
  })
  equal(ill.code, 1)
  for (const line of [/API key +problem +the API key is not known/, /DNS +problem/, /clearinghouse +problem/])
    match(ill.out, line)
  await portolan.deliver('<what is this')
  const alert = await until('doctor tells of the alert', async () => {
    const { code, out } = await run(['doctor'], { PORTOLAN_ROLES: 'http,jobs' })
    return /Message for a person +problem +a message was kept as malformed/.test(out) && code
  })
  equal(alert, 1)
  match((await run(['doctor'], { PORTOLAN_MARKET: '!' })).out, /configuration +problem +.*PORTOLAN_MARKET/)
})

test('doctor on another machine takes a server that keeps its health to itself for no problem', async () => {
  const server = createServer((request, response) => {
    const isHealth = request.url === '/readyz'
    response.writeHead(isHealth ? 403 : 200, { 'content-type': 'application/json' })
    response.end(isHealth ? '{"error":"only for this machine"}' : '{"name":"admin","tier":"admin","items":[]}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo // it listens on an address
    const env = { NP_API_URL: `http://127.0.0.1:${port}`, PORTOLAN_ROLES: 'http,jobs' }
    const { code, out } = await run(['doctor'], env)
    deepEqual([code, /server +not checked +.*PORTOLAN_OPS_NETWORKS/.test(out)], [0, true], out)
  } finally {
    server.close()
  }
})

test('users are made, disabled with their keys and let in again; an address that guessed is listened to again', async () => {
  equal((await run(['users', 'create', 'clerk', '--name', 'C. Lerk', '--email', 'clerk@example.com'])).code, 0)
  const { key } = await json('keys', 'create', 'clerk', '--tier', 'admin')
  match((await run(['users', 'list'])).out, /clerk +C\. Lerk +clerk@example\.com +-/)
  match((await run(['users', 'disable', 'clerk'])).out, /clerk is disabled/)
  equal((await run(['users', 'list'], { NP_API_KEY: key })).code, 1)
  match((await run(['users', 'enable', 'clerk'])).out, /clerk is enabled/)
  equal((await run(['users', 'list'], { NP_API_KEY: key })).code, 0)
  match((await run(['lockouts', 'list'])).out, /nothing/)
  await portolan.db.sql(
    `insert into lockout (address, times, locked_at, locked_until)
     values ('2001:db8:1:2::/64', 1, now(), now() + interval '1 hour')`,
  )
  match((await run(['lockouts', 'list'])).out, /2001:db8:1:2::\/64 +1 /)
  match((await run(['lockouts', 'lift', '2001:db8:1:2::/64'])).out, /is listened to again/)
  equal((await run(['lockouts', 'lift', '2001:db8:1:2::/64'])).code, 1)
})

test('what a server says does not command the terminal that it is printed on', async () => {
  const said = 'no\u001b[2J\u009b31mgone'
  const server = createServer((request, response) => {
    const isList = request.url?.startsWith('/v1/keys')
    response.writeHead(isList ? 200 : 409, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isList ? { items: [{ id: said }] } : { detail: said }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo // it listens on an address
    const env = { NP_API_URL: `http://127.0.0.1:${port}` }
    const runs = [
      await run(['keys', 'list'], env),
      await run(['keys', 'list', '--json'], env),
      await run(['lock', 'list'], env),
    ]
    for (const { out, err } of runs) {
      match(out + err, /no.*31mgone/)
      equal(/(?!\n)\p{Cc}/u.test(out + err), false)
    }
  } finally {
    server.close()
  }
})

test('doctor asks each SMS provider whether it knows us, and repeats its words', async () => {
  const peers = await startSmsPeers({ httpPort: 0, smppPort: 0 })
  const file = join(folder, 'sms.json')
  const { Plivo, GTT, Telnyx } = peers.access
  await writeFile(
    file,
    JSON.stringify({ Plivo: { ...Plivo, key: 'not-the-key' }, GTT: { ...GTT, key: 'not-it' }, Telnyx }),
  )
  try {
    const { code, out } = await run(['doctor'], { PORTOLAN_ROLES: 'http,jobs', PORTOLAN_SMS_PROVIDERS: file })
    equal(code, 1)
    match(out, /SMS Plivo +problem +refuses our credentials: HTTP 401 .*authentication failed/)
    match(out, /SMS GTT +problem +refuses our credentials: bind refused: 0x0000000E ESME_RINVPASWD/)
    match(out, /SMS Telnyx +ok/)
    equal(out.includes('not-the-key'), false)
    await writeFile(file, '{"Nobody":{}}')
    const unread = await run(['doctor'], { PORTOLAN_ROLES: 'http,jobs', PORTOLAN_SMS_PROVIDERS: file })
    match(unread.out, /SMS providers +problem +.*Nobody: is no provider/)
  } finally {
    await peers.close()
  }
})

test('doctor asks CGrateS, the HSS and the CRM, and repeats what those say that do not know us', async () => {
  const [cgrates, hss, crm] = await Promise.all([
    startPeer('cgrates', { SIM_USERNAME: 'portolan', SIM_PASSWORD: 'right' }),
    startPeer('hss'),
    startPeer('crm'),
  ])
  const env = {
    PORTOLAN_ROLES: 'http,jobs',
    PORTOLAN_CGRATES_URL: `${cgrates.url}/jsonrpc`,
    PORTOLAN_CGRATES_USERNAME: 'portolan',
    PORTOLAN_CGRATES_PASSWORD: 'right',
    PORTOLAN_CGRATES_TIMEOUT_MS: '30000',
    PORTOLAN_HSS_KIND: 'pyhss',
    PORTOLAN_HSS_URL: hss.url,
    PORTOLAN_HSS_TIMEOUT_MS: '30000',
    PORTOLAN_CRM_URL: crm.url,
    PORTOLAN_CRM_TIMEOUT_MS: '8000',
    PORTOLAN_CRM_USERNAME: 'porting@example.com',
    PORTOLAN_CRM_PASSWORD: 'crm-password',
  }
  try {
    const well = await run(['doctor'], env)
    for (const line of [/CGrateS +ok/, /HSS +ok/, /CRM +ok +lets us in/]) match(well.out, line)
    const wrong = {
      PORTOLAN_CGRATES_PASSWORD: 'not-it',
      PORTOLAN_CRM_PASSWORD: 'not-it',
      PORTOLAN_HSS_URL: `${hss.url}/elsewhere`,
    }
    const ill = await run(['doctor'], { ...env, ...wrong })
    equal(ill.code, 1)
    match(ill.out, /CGrateS +problem +HTTP 401: Not authorized/)
    match(ill.out, /CRM +problem +the CRM did not let us in: 401 .*Invalid email or password/)
    match(ill.out, /HSS +problem +the HSS does not know this address/)
    equal(ill.out.includes('not-it'), false)
    const { deeds } = (await crm.tool('GET', '/sim/log')) as { deeds: object[] } // the stand-in's shape
    deepEqual(deeds, [])
  } finally {
    await Promise.all([cgrates.close(), hss.close(), crm.close()])
  }
})

test('a server that is away, and a word that is none, are said plainly', async () => {
  const away = await run(['port-in', 'list'], { NP_API_URL: 'http://127.0.0.1:1' })
  equal(away.code, 1)
  match(away.err, /portolan: http:\/\/127.0.0.1:1 does not answer/)
  equal((await run(['port-in', 'explode'])).code, 1)
})
