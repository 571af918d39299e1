import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
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

test('a market that cannot be the name of a file is told once', async () => {
  await rejects(readAll({ PORTOLAN_MARKET: '../secret' }, ROOT), (error) => {
    ok(error instanceof ConfigError)
    equal(error.problems.length, 1)
    return true
  })
})
