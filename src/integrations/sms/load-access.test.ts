import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigError } from '../../config.ts'
import { loadSmsAccess, parseSmsAccess } from './load-access.ts'

const TWILIO = { account: 'AC0123456789', key: 'token-of-twilio', sender: '+15550199' }
const ENET = { baseUrl: 'smpp://smsc.example.net:2775', account: 'carr', key: 'pass1234', sender: 'Carrier' }
const parse = (data: unknown) => parseSmsAccess(JSON.stringify(data))

test('providers that are named are reached, by their own address unless another is given', () => {
  const { access, problems } = parse({
    Twilio: TWILIO,
    Telnyx: { key: 'KEY0123', sender: 'Carrier', baseUrl: 'http://127.0.0.1:9000/telnyx' },
    Enet: ENET,
  })
  deepEqual(problems, [])
  deepEqual(
    [...access].map(([name, { baseUrl }]) => [name, baseUrl]),
    [
      ['Twilio', 'https://api.twilio.com'],
      ['Telnyx', 'http://127.0.0.1:9000/telnyx'],
      ['Enet', 'smpp://smsc.example.net:2775'],
    ],
  )
})

// biome-ignore format: a table
const WRONG: readonly [data: unknown, problem: RegExp, because: string][] = [
  [[],                                                     /^must be one JSON object/,              'a list'],
  ['text',                                                 /^must be one JSON object/,              'a text'],
  [{ Pilvo: TWILIO },                                      /^Pilvo: is no provider; there are Enet/, 'one spelling in the file'],
  [{ Twilio: 'token' },                                    /^Twilio: must be one JSON object/,      'an entry is an object'],
  [{ Twilio: { key: 'abcd', sender: 'A' } },               /^Twilio.account: is missing/,           'an account is needed'],
  [{ Telnyx: { ...TWILIO } },                              /^Telnyx.account: is no field of Telnyx/, 'Telnyx knows no account'],
  [{ Twilio: { ...TWILIO, key: 'abc' } },                  /^Twilio.key: must be the secret/,       'too short to be hidden'],
  [{ Twilio: { ...TWILIO, sender: 'much too long for it' } }, /^Twilio.sender: must be who/,        'eleven characters'],
  [{ Twilio: { ...TWILIO, baseUrl: 'https://a:b@c.net' } }, /^Twilio.baseUrl: must be an address/,  'credentials in an address are logged by others'],
  [{ Twilio: { ...TWILIO, baseUrl: 'ftp://c.net' } },      /^Twilio.baseUrl: must be an address/,   'HTTP'],
  [{ Twilio: { ...TWILIO, baseUrl: 'https://c.net:99999' } }, /^Twilio.baseUrl: must be an address/, 'no such port'],
  [{ Enet: { ...ENET, baseUrl: undefined } },              /^Enet.baseUrl: is missing/,             'every SMPP account has its own host'],
  [{ Enet: { ...ENET, key: 'pass12345' } },                /^Enet.key: must be the password/,       'SMPP 3.4: eight characters'],
  [{ Enet: { ...ENET, account: 'sixteen-letters-' } },     /^Enet.account: must be the system_id/,  'SMPP 3.4: fifteen characters'],
  [{ Enet: { ...ENET, bindAs: 'receiver' } },              /^Enet.bindAs: must be transmitter/,     'a receiver cannot send'],
]
for (const [data, problem, because] of WRONG) {
  test(`${JSON.stringify(data)} is refused: ${because}`, () => {
    const { problems } = parse(data)
    equal(problems.length, 1, problems.join('\n'))
    match(problems[0] ?? '', problem)
  })
}

test('all problems are told at once, and no value with them', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-sms-'))
  context.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'providers.json')
  const secret = 'this-is-a-secret'
  const data = { Twilio: { ...TWILIO, account: '', key: [secret] }, Enet: { key: secret, user: secret }, [secret]: {} }
  await writeFile(file, JSON.stringify({ ...data, [secret]: undefined }))
  await rejects(loadSmsAccess(file), (error) => {
    ok(error instanceof ConfigError)
    equal(error.problems.length, 7, error.message)
    ok(!error.message.includes(secret))
    return error.problems.every((problem) => problem.startsWith(`${file} `))
  })
  await writeFile(file, `{"Telnyx": {"key": "${secret}" "sender": "A"}}`)
  await rejects(loadSmsAccess(file), (error) => error instanceof ConfigError && !error.message.includes(secret))
})

test('a file that is not there is a problem of the configuration', async () => {
  await rejects(loadSmsAccess('/nowhere/providers.json'), /PORTOLAN_SMS_PROVIDERS names .*ENOENT/)
})
