import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import { SETTINGS, settingsTable } from './config/settings.ts'
import { ConfigError, readConfig } from './config.ts'

test('retention periods are read by name', () => {
  const { retentionDays } = readConfig({ PORTOLAN_RETENTION_DAYS: 'messages=730, audit=3650' }, '/opt/portolan')
  deepEqual(retentionDays, { messages: 730, audit: 3650 })
})

test('an empty environment is a whole configuration', () => {
  const config = readConfig({}, '/srv/portolan')
  equal(config.market, 'doc')
  equal(config.dataDir, '/srv/portolan/.data')
  deepEqual([config.http.host, config.http.listenPort, config.dns.listenPort], ['127.0.0.1', 8080, 5300])
  deepEqual(config.dns.zones, ['e164enum.net', 'e164.arpa'])
  equal(config.databaseUrl, undefined)
})

test('proxies and networks are lists of addresses and networks of both families', () => {
  const env = { PORTOLAN_TRUSTED_PROXIES: '10.0.0.1, fd00::/8', PORTOLAN_OPS_NETWORKS: '10.1.0.0/16' }
  const { http, opsNetworks } = readConfig(env, '/')
  deepEqual([http.trustedProxies, opsNetworks], [['10.0.0.1', 'fd00::/8'], ['10.1.0.0/16']])
})

test('requests are limited unless somebody says otherwise', () => {
  deepEqual(readConfig({}, '/').http.rate, { perSecond: 200, atOnce: 2000 })
  const env = { PORTOLAN_REQUESTS_PER_SECOND: '5', PORTOLAN_REQUESTS_AT_ONCE: '50' }
  deepEqual(readConfig(env, '/').http.rate, { perSecond: 5, atOnce: 50 })
  equal(readConfig({ PORTOLAN_REQUESTS_PER_SECOND: '0' }, '/').http.rate, undefined)
})

test('the file of SMS providers is found from the project, or where it says', () => {
  equal(readConfig({}, '/srv/portolan').smsProvidersFile, undefined)
  equal(readConfig({ PORTOLAN_SMS_PROVIDERS: 'sms.json' }, '/srv/portolan').smsProvidersFile, '/srv/portolan/sms.json')
  equal(readConfig({ PORTOLAN_SMS_PROVIDERS: '/etc/sms.json' }, '/srv').smsProvidersFile, '/etc/sms.json')
})

test('DNS over TLS is off until there is a certificate and its key', () => {
  equal(readConfig({}, '/').dns.tls, undefined)
  const both = { PORTOLAN_DNS_TLS_CERTIFICATE: 'dns.pem', PORTOLAN_DNS_TLS_KEY: '/etc/dns.key' }
  deepEqual(readConfig(both, '/srv').dns.tls, { port: 853, certificateFile: '/srv/dns.pem', keyFile: '/etc/dns.key' })
  throws(() => readConfig({ PORTOLAN_DNS_TLS_KEY: 'dns.key' }, '/'), /PORTOLAN_DNS_TLS_CERTIFICATE must be set/)
})

test('SIP is off until it has a port, and needs the memory of the DNS', () => {
  equal(readConfig({}, '/').sip, undefined)
  deepEqual(readConfig({ PORTOLAN_SIP_PORT: '5060' }, '/').sip, { host: '127.0.0.1', port: 5060 })
  const alone = { PORTOLAN_SIP_PORT: '5060', PORTOLAN_ROLES: 'http,jobs' }
  throws(() => readConfig(alone, '/'), /PORTOLAN_ROLES must have dns/)
  throws(() => readConfig({ PORTOLAN_SIP_PORT: 'x' }, '/'), /PORTOLAN_SIP_PORT must be a whole number/)
})

test('all problems are told at once, each with the name of its setting', () => {
  const env = {
    PORTOLAN_HTTP_PORT: '99999',
    PORTOLAN_ENUM_PROFILE: 'pretty',
    PORTOLAN_ADMIN_KEY: 'short',
    PORTOLAN_WEBHOOK_URL: 'https://bss.example.net/hook',
    PORTOLAN_MARKT: 'tt',
  }
  throws(
    () => readConfig(env, '/'),
    (error) => {
      ok(error instanceof ConfigError)
      equal(error.problems.length, 5)
      for (const name of ['HTTP_PORT', 'ENUM_PROFILE', 'ADMIN_KEY', 'WEBHOOK_SECRET', 'MARKT'])
        match(error.message, new RegExp(`PORTOLAN_${name}`))
      ok(!error.message.includes('short'), 'a secret is never repeated')
      return true
    },
  )
})

// biome-ignore format: a table
const WRONG: [env: Record<string, string>, problem: RegExp, because: string][] = [
  [{ PORTOLAN_DEPLOYMENT_PREFIX: 'PortIn' },                        /reserved/,          'O-23'],
  [{ PORTOLAN_DEPLOYMENT_PREFIX: 'a/b' },                           /letters/,           'a segment'],
  [{ PORTOLAN_ROLES: 'http,cook' },                                 /list of/,           'no such role'],
  [{ PORTOLAN_ROLES: 'jobs' },                                      /PORTOLAN_PXS_URL/,  'nobody to talk to'],
  [{ PORTOLAN_ROLES: 'http' },                                      /PORTOLAN_PXS_URL/,  'no jobs process can reach its simulator'],
  [{ PORTOLAN_ENUM_ZONES: 'a..b' },                                 /domain names/,      'a label of nothing'],
  [{ PORTOLAN_ENUM_ZONES: `${'a'.repeat(64)}.net` },                /domain names/,      'RFC 1035 §2.3.4'],
  [{ PORTOLAN_HTTP_HOST: 'example' },                               /IPv4 or IPv6/,      'a name'],
  [{ PORTOLAN_DNS_HOST: '127.0.0.256' },                            /IPv4 or IPv6/,      'no octet'],
  [{ PORTOLAN_TRUSTED_PROXIES: '10.0.0.0/33' },                     /addresses and networks/, 'bits'],
  [{ PORTOLAN_RETENTION_DAYS: 'messages=730,secrets=1' },            /messages, events, personal, audit, alerts, each with = and a number of days/, 'a name that is none'],
  [{ PORTOLAN_RETENTION_DAYS: 'messages=0' },                        /from 1 to 36500/, 'no time at all'],
  [{ PORTOLAN_OPS_NETWORKS: '10.0.0.1,proxy' },                     /addresses and networks/, 'a name'],
  [{ PORTOLAN_ENUM_TTL_SECONDS: '0' },                              /from 1/,            'no TTL of 0'],
  [{ DATABASE_URL: 'mysql://x' },                                   /postgres/,          'one dialect'],
  [{ PORTOLAN_WEBHOOK_SECRET: `with a space ${'x'.repeat(32)}` },   /WEBHOOK_SECRET must have 32 to 200 printable/, 'the webhooks would refuse it after the start has begun'],
  [{ PORTOLAN_WEBHOOK_URL: 'https://a:b@bss.example.net', PORTOLAN_WEBHOOK_SECRET: 'x'.repeat(32) }, /WEBHOOK_URL must be .* no user name/, 'the same'],
  [{ PORTOLAN_PXS_URL: 'https://pxs.example.net' },                 /PXS_USERNAME/,      'credentials'],
  [{ PORTOLAN_CRM_URL: 'https://me:secret@crm.example.net', PORTOLAN_CRM_KEY: 'k' }, /CRM_URL must be .* no user name/, 'addresses stand in alerts and lists'],
  [{ PORTOLAN_WEBHOOK_NETWORKS: '10.0.0.0/33' },                    /WEBHOOK_NETWORKS/,  'a network'],
  [{ PORTOLAN_REQUESTS_AT_ONCE: '0' },                              /REQUESTS_AT_ONCE/,  'nobody could ask'],
  [{ PORTOLAN_CHARGING_RATING_PLAN: 'RP' },                         /CGRATES_URL/,       'somebody must charge'],
  [{ PORTOLAN_HSS_KIND: 'pyhss' },                                  /HSS_URL must be set/, 'somebody must be asked'],
  [{ PORTOLAN_HSS_KIND: 'generic-rest', PORTOLAN_HSS_URL: 'https://hss.example.net' }, /\{msisdn\}/, 'a template'],
]
for (const [env, problem, because] of WRONG)
  test(`${JSON.stringify(env)} is refused: ${because}`, () => throws(() => readConfig(env, '/'), problem))

test('every setting has a line in the table', () => {
  const lines = settingsTable().split('\n')
  equal(lines.length, SETTINGS.length + 2)
})
