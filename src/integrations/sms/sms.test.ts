import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { Writable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { type SmsPeers, startSmsPeers } from '../../../sim/sms/peers.ts'
import { parseE164 } from '../../numbers/e164.ts'
import type { SmsAccess } from './access.schema.ts'
import { parseSmsAccess } from './load-access.ts'
import { SMS_PROVIDERS, type SmsProvider, type SmsStanding, smsProviderOf } from './providers.ts'
import { SEND_WINDOWS } from './send-limit.ts'
import { createSmsTester, type SmsVerdict } from './sms.ts'

const NAMES = SMS_PROVIDERS.map(({ name }) => name)
const NOW = Temporal.Instant.from('2025-01-15T10:30:00Z')
const KEY = 'k3y+/=&Q'
const isSmpp = (name: string) => providerNamed(name).via === 'smpp'

type Asked = { readonly ending?: string; readonly apiKey?: string; readonly by?: string }
type World = {
  readonly peers: SmsPeers
  readonly logged: () => string
  ask(name: string, asked?: Asked): Promise<SmsVerdict>
  whoAmI(name: string): Promise<SmsStanding>
}

/** Stand-ins of all providers and a tester that uses them, for as long as the test lasts. */
async function world(context: TestContext, change: (access: SmsAccess) => object = () => ({})): Promise<World> {
  const peers = await startSmsPeers({ httpPort: 0, smppPort: 0, key: KEY, slowMilliseconds: 200 })
  const entries = [...parseSmsAccess(JSON.stringify(peers.access)).access]
  const access = new Map(entries.map(([name, each]) => [name, { ...each, ...change(each) }]))
  let logged = ''
  const lines = new Writable({
    write(chunk, _encoding, done) {
      logged += chunk
      done()
    },
  })
  const tester = createSmsTester({ access, now: () => NOW, log: pino(lines), timeoutSeconds: 1 })
  context.after(() => Promise.all([tester.close(), peers.close()]))
  return {
    peers,
    logged: () => logged,
    ask: (name, { ending = '00', apiKey, by = 'key-1' } = {}) =>
      tester.validate({ number: numberWith(ending), provider: providerNamed(name), by, ...(apiKey ? { apiKey } : {}) }),
    whoAmI: (name) => tester.whoAmI(providerNamed(name)),
  }
}

function numberWith(ending: string) {
  const number = parseE164(`+155501${ending}`)
  ok(number)
  return number
}

function providerNamed(name: string): SmsProvider {
  const provider = smsProviderOf(name)
  ok(provider)
  return provider
}

test('every provider takes the message of the document, with its numbers as it wants them', async (context) => {
  const { peers, ask } = await world(context)
  for (const name of NAMES) {
    const { isAccepted, messageId, transactionId, response, at } = await ask(name)
    equal(isAccepted, true, `${name}: ${response}`)
    ok(messageId !== '' && response.includes(messageId), `${name} names the message in its answer`)
    ok(transactionId !== '', name)
    equal(at, NOW)
  }
  const plain = ['Enet', 'GTT', 'Digicel', 'Sinch', 'Vonage']
  deepEqual(
    peers.log.map(({ provider, to, from, text }) => [provider, to, from, text]),
    NAMES.map((name) => {
      const plus = plain.includes(name) ? '' : '+'
      return [name.toLowerCase(), `${plus}15550100`, `${plus}15550199`, `Test from ${name}`]
    }),
  )
})

// biome-ignore format: a table
const REFUSALS: readonly [provider: string, invalid: RegExp, unreachable: RegExp, account: RegExp, credentials: RegExp, throttled: RegExp, server: RegExp][] = [
  // provider    ..11                     ..12                     ..13                      ..14                  ..29                     ..50
  ['Enet',       /0x0000000B ESME_RINV/,  /0x00000045 ESME_RSUB/,  /0x00000014 ESME_RMSGQ/,  /0x0000000F ESME_R/,  /0x00000058 ESME_RTHR/,  /0x00000008 ESME_RSYS/],
  ['GTT',        /0x0000000B ESME_RINV/,  /0x00000045 ESME_RSUB/,  /0x00000014 ESME_RMSGQ/,  /0x0000000F ESME_R/,  /0x00000058 ESME_RTHR/,  /0x00000008 ESME_RSYS/],
  ['Digicel',    /0x0000000B ESME_RINV/,  /0x00000045 ESME_RSUB/,  /0x00000014 ESME_RMSGQ/,  /0x0000000F ESME_R/,  /0x00000058 ESME_RTHR/,  /0x00000008 ESME_RSYS/],
  ['Sinch',      /syntax_invalid_param/,  /unsupported_country/,   /insufficient_funds/,     /HTTP 401 without/,   /too_many_requests/,     /internal_error/],
  ['Twilio',     /21211/,                 /21612/,                 /21608/,                  /20003/,              /20429/,                 /20500/],
  ['Vonage',     /"status":"3"/,          /"status":"7"/,          /"status":"9"/,           /"status":"4"/,       /"status":"1"/,          /"status":"5"/],
  ['Telnyx',     /10016/,                 /40001/,                 /20100/,                  /10009/,              /10011/,                 /10007/],
  ['Plivo',      /not a valid phone/,     /not supported for SMS/, /insufficient credit/,    /authentication f/,   /rate limit exceeded/,   /internal server err/],
  ['ClickSend',  /INVALID_RECIPIENT/,     /COUNTRY_NOT_ENABLED/,   /INSUFFICIENT_CREDIT/,    /UNAUTHORIZED/,       /TOO_MANY_REQUESTS/,     /INTERNAL_SERVER_ERR/],
]
for (const [name, ...said] of REFUSALS) {
  test(`${name} refuses in each of its ways, and its own words are told`, async (context) => {
    const { ask } = await world(context)
    for (const [index, ending] of ['11', '12', '13', '14', '29', '50'].entries()) {
      const { isAccepted, messageId, transactionId, response } = await ask(name, { ending })
      equal(isAccepted, false, `..${ending}: ${response}`)
      equal(messageId, '', 'there is no message')
      ok(transactionId !== '', 'there is something to ask about')
      match(response, said[index] ?? /never/)
    }
  })
}

test('all nine providers are in the table of refusals', () =>
  deepEqual(
    REFUSALS.map(([name]) => name),
    NAMES,
  ))

// biome-ignore format: a table
const STRANGE: readonly [ending: string, http: RegExp, smpp: RegExp, because: string][] = [
  ['97', /could not be asked: no answer within 1 s/, /could not be asked: no answer within 1 s/,                'a provider that is silent'],
  ['61', /<h1>It works!<\/h1>/,                      /could not be asked: PDU length was too large/,            'a page of HTML; bytes that are no PDU'],
  ['62', /^.{4000}\.\.\.$/s,                         /could not be asked: PDU length was too large/,            'a megabyte'],
  ['64', /HTTP 307 without a body/,                  /could not be asked: the connection was closed before/,    'a redirection, which would carry the key elsewhere'],
  ['65', /could not be asked: other side closed/,    /could not be asked: the connection was closed before/,    'a connection that is cut'],
]
for (const [ending, http, smpp, because] of STRANGE) {
  test(`no provider passes with ${because}`, async (context) => {
    const { ask } = await world(context)
    const verdicts = await Promise.all(NAMES.map((name) => ask(name, { ending })))
    for (const [index, { isAccepted, response }] of verdicts.entries()) {
      const name = NAMES[index] ?? ''
      equal(isAccepted, false, name)
      match(response, isSmpp(name) ? smpp : http, name)
    }
  })
}

test('a slow provider is waited for', async (context) => {
  const { ask } = await world(context)
  const verdicts = await Promise.all(NAMES.map((name) => ask(name, { ending: '98' })))
  deepEqual(
    verdicts.map(({ isAccepted }) => isAccepted),
    NAMES.map(() => true),
  )
})

test('over SMPP an empty message_id is a message all the same; over HTTP an answer without an id is none', async (context) => {
  const { ask } = await world(context)
  for (const name of NAMES) {
    const { isAccepted, messageId } = await ask(name, { ending: '60' })
    deepEqual([isAccepted, messageId], [isSmpp(name), ''], name)
  }
})

test('a provider that does not listen is told apart by the words of the system', async (context) => {
  const nowhere = await world(context)
  await nowhere.peers.close()
  const { ask } = await world(context, ({ baseUrl }) => ({
    baseUrl: baseUrl.startsWith('smpp') ? nowhere.peers.smppUrl : nowhere.peers.httpUrl,
  }))
  for (const name of NAMES) {
    const { isAccepted, response } = await ask(name)
    equal(isAccepted, false)
    match(response, new RegExp(`^${name} could not be asked: .*ECONNREFUSED`))
  }
})

test('wrong credentials of ours are answered in the words of each provider', async (context) => {
  const { ask } = await world(context, () => ({ key: 'wrong456' }))
  for (const [name, , , , credentials] of REFUSALS) {
    const { isAccepted, response } = await ask(name)
    equal(isAccepted, false)
    match(response, isSmpp(name) ? /bind refused: 0x0000000E ESME_RINVPASWD/ : credentials, name)
  }
})

test('every provider is asked whether our credentials are right, and nothing is sent for it', async (context) => {
  const { peers, whoAmI } = await world(context)
  for (const name of NAMES) deepEqual(await whoAmI(name), { kind: 'accepted' }, name)
  deepEqual(peers.log, [])
})

// biome-ignore format: a table
const UNKNOWN_HERE: Readonly<Record<string, RegExp>> = {
  Enet: /^bind refused: 0x0000000E ESME_RINVPASWD$/, GTT: /ESME_RINVPASWD/, Digicel: /ESME_RINVPASWD/,
  Sinch: /^HTTP 401$/, Twilio: /^HTTP 401 .*20003/, Vonage: /^HTTP 401 .*authentication failed/, Telnyx: /^HTTP 401 .*10009/,
  Plivo: /^HTTP 401 .*authentication failed/, ClickSend: /^HTTP 401 .*UNAUTHORIZED/,
}
test('a provider that is asked with wrong credentials says so in its own words, without them', async (context) => {
  const { whoAmI } = await world(context, () => ({ key: 'wrong456' }))
  for (const name of NAMES) {
    const standing = await whoAmI(name)
    equal(standing.kind, 'refused', name)
    const said = standing.kind === 'refused' ? standing.said : ''
    match(said, UNKNOWN_HERE[name] ?? /never/, name)
    equal(said.includes('wrong456'), false)
  }
})

test('a provider that cannot be asked, or that has something else at its address, has not refused us', async (context) => {
  const gone = await world(context)
  await gone.peers.close()
  for (const name of NAMES) {
    const standing = await gone.whoAmI(name)
    equal(standing.kind, 'unknown', name)
    match(standing.kind === 'unknown' ? standing.said : '', new RegExp(`^${name} could not be asked: .*ECONNREFUSED`))
  }
  const { whoAmI } = await world(context, ({ baseUrl }) => ({
    baseUrl: `${baseUrl}/elsewhere`.replace(/^smpp.*/, baseUrl),
  }))
  for (const name of NAMES.filter((one) => !isSmpp(one)))
    deepEqual(await whoAmI(name), { kind: 'unknown', said: 'HTTP 404 {"error":"no such path"}' }, name)
})

test('an apiKey takes the place of the configured key over HTTP; SMPP has none', async (context) => {
  const { ask } = await world(context, () => ({ key: 'wrong456' }))
  for (const name of NAMES) {
    const { isAccepted, response } = await ask(name, { apiKey: KEY })
    equal(isAccepted, !isSmpp(name), `${name}: ${response}`)
  }
})

test('a provider that quotes our credentials does not get them into the answer, nor anything into the log', async (context) => {
  const { ask, logged } = await world(context)
  const forms = [KEY, encodeURIComponent(KEY), Buffer.from(`ACsim:${KEY}`).toString('base64')]
  for (const name of NAMES) {
    const told = JSON.stringify(await ask(name, { ending: '63' }))
    for (const form of forms) ok(!told.includes(form), `${name} repeats ${form}`)
    if (!isSmpp(name)) match(told, /\[removed\]/)
  }
  const caller = JSON.stringify(await ask('Telnyx', { ending: '63', apiKey: KEY }))
  ok(!caller.includes(KEY), "a caller's own key is hidden too")
  match(logged(), /test message answered/)
  for (const hidden of [...forms, '15550163', 'Test from']) ok(!logged().includes(hidden), `the log has ${hidden}`)
})

test('a provider without an entry is not asked, and the answer says what is missing', async (context) => {
  const tester = createSmsTester({ access: new Map(), now: () => NOW, log: pino({ level: 'silent' }) })
  context.after(() => tester.close())
  const verdict = await tester.validate({ number: numberWith('00'), provider: providerNamed('Pilvo'), by: 'key-1' })
  equal(verdict.isAccepted, false)
  match(verdict.response, /^not sent: Plivo is not configured here; .*PORTOLAN_SMS_PROVIDERS/)
})

test('a key that sends too many is stopped before the provider is asked; another key is not', async (context) => {
  const { peers, ask } = await world(context)
  const { most } = SEND_WINDOWS[0]
  for (let sent = 0; sent < most; sent += 1) equal((await ask('Telnyx')).isAccepted, true)
  match((await ask('Telnyx')).response, /^not sent: an API key may send 30 test messages a minute/)
  equal(peers.log.length, most)
  equal((await ask('Telnyx', { by: 'key-2' })).isAccepted, true)
})
