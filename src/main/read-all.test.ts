import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { ConfigError } from '../config.ts'
import { readAll } from './read-all.ts'

const ROOT = join(import.meta.dirname, '..', '..')

test('an empty environment reads the market of the documents and no SMS provider', async () => {
  const { config, market, smsAccess } = await readAll({}, ROOT)
  deepEqual([config.market, market.name, smsAccess.size], ['doc', 'doc', 0])
})

test('settings, the market file, the file of SMS providers, zones and hosts: all problems at once', async () => {
  const env = {
    PORTOLAN_MARKET: 'nowhere',
    PORTOLAN_SMS_PROVIDERS: '/nonexistent/sms.json',
    PORTOLAN_ENUM_ZONES: 'a..b',
    PORTOLAN_HTTP_HOST: 'not an address',
    PORTOLAN_DNS_PORT: '70000',
  }
  await rejects(readAll(env, ROOT), (error) => {
    ok(error instanceof ConfigError)
    equal(error.problems.length, 5)
    for (const word of ['market "nowhere"', 'SMS_PROVIDERS', 'ENUM_ZONES', 'HTTP_HOST', 'DNS_PORT'])
      match(error.message, new RegExp(word))
    return true
  })
})

test('the provider of welcome notices must have an entry in the file of providers', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-read-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'sms.json')
  await writeFile(file, JSON.stringify({ Telnyx: { key: 'KEY0123', sender: '+15550199' } }))
  const env = { PORTOLAN_SMS_PROVIDERS: file, PORTOLAN_WELCOME: 'sms', PORTOLAN_WELCOME_SMS_PROVIDER: 'telnyx' }
  equal((await readAll(env, ROOT)).config.welcome.by, 'sms')
  for (const name of ['Twilio', 'Nobody']) {
    await rejects(
      readAll({ ...env, PORTOLAN_WELCOME_SMS_PROVIDER: name }, ROOT),
      new RegExp(`PORTOLAN_WELCOME_SMS_PROVIDER is ${name}, which has no entry .*Telnyx`),
    )
  }
  await rejects(readAll({ PORTOLAN_WELCOME: 'sms' }, ROOT), (error) => {
    ok(error instanceof ConfigError)
    deepEqual(
      error.problems.map((problem) => problem.split(' ')[0]),
      ['PORTOLAN_SMS_PROVIDERS', 'PORTOLAN_WELCOME_SMS_PROVIDER'],
    )
    return true
  })
})

test('a market that cannot be the name of a file is told once', async () => {
  await rejects(readAll({ PORTOLAN_MARKET: '../secret' }, ROOT), (error) => {
    ok(error instanceof ConfigError)
    equal(error.problems.length, 1)
    return true
  })
})
