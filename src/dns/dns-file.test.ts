import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { ConfigError } from '../config.ts'
import { loadDnsFile } from './dns-file.ts'

const APEXES = ['e164.arpa']
const SECRET = 'c2VjcmV0IG9mIGF0IGxlYXN0IDE2IG9jdGV0cw=='
const KEY = { name: 'transfer.example', algorithm: 'hmac-sha256', secret: SECRET }
const PLMN = join(import.meta.dirname, '../../test/fixtures/dns/plmn-001-01.json')
const folder = mkdtempSync(join(tmpdir(), 'portolan-dns-file-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function written(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

test('a file brings its policy, and the zones of the files beside it', async () => {
  written('example.zone', '$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 604800 60\n@ NS ns1\nns1 A 192.0.2.1\n')
  const secondaries = { 'E164.arpa.': [{ address: '192.0.2.53', key: 'Transfer.example.' }] }
  const path = written('whole.json', {
    nameServers: ['ns1.example.net'],
    allow: { 'example.org': ['192.0.2.0/24', '2001:db8::1'] },
    transfers: { keys: [KEY], secondaries },
    plmnFiles: [PLMN],
    masterFiles: [{ apex: 'example.org', file: 'example.zone' }],
  })
  const { fixedZones, policy, nameServers } = await loadDnsFile(path, APEXES)
  deepEqual(nameServers, ['ns1.example.net'])
  deepEqual(
    fixedZones.map(({ apex }) => apex),
    [
      'epc.mnc001.mcc001.3gppnetwork.org.',
      'ims.mnc001.mcc001.3gppnetwork.org.',
      'mnc001.mcc001.pub.3gppnetwork.org.',
      'example.org.',
    ],
  )
  equal(policy.transfers?.secondaries['E164.arpa.']?.[0]?.port, 53)
  equal(policy.cookieSecret, undefined)
})

test('an empty object is a whole file', async () => {
  deepEqual(await loadDnsFile(written('empty.json', {}), APEXES), {
    fixedZones: [],
    policy: { cookieSecret: undefined },
  })
})

// biome-ignore format: a table
const WRONG: readonly [because: string, content: unknown, problems: readonly string[]][] = [
  ['no JSON',              '{ "secret": ',                                                   ['is not JSON']],
  ['no object',            [1],                                                              ['/ must be object']],
  ['fields, all at once',  { threads: 0, nameServers: ['-..-'], nodename: 'x', rateLimit: { truncatedEach: 0 }, allow: { 'e164.arpa': ['192.0.2.0/24', '192.0.2.0/33'] } },
                                                                                             ['/threads must be >= 1', '/nameServers/0 must be a domain name', '/nodename is no field', '/rateLimit/repliesPerSecond is missing', '/rateLimit/truncatedEach must be >= 1', '/allow/e164.arpa/1 must be a network, such as 192.0.2.0/24']],
  ['a key',                { transfers: { keys: [{ name: 'k', algorithm: 'hmac-md5', secret: 'short' }], secondaries: {} } },
                                                                                             ['/transfers/keys/0/algorithm must be one of hmac-sha256, hmac-sha512', '/transfers/keys/0/secret must be base64 of at least 16 octets']],
  ['a secondary',          { transfers: { keys: [KEY], secondaries: { 'e164.arpa': [{ address: 'ns2', key: 'k', port: 0 }] } } },
                                                                                             ['/transfers/secondaries/e164.arpa/0/address must be an IP address', '/transfers/secondaries/e164.arpa/0/port must be >= 1']],
  ['what it names',        { allow: { 'e164.arp': [] }, transfers: { keys: [KEY], secondaries: { 'e164.arpa': [{ address: '::1', key: 'other' }], 'example.org': [] } } },
                                                                                             ['/allow/e164.arp is no zone of this server', '/transfers/secondaries/example.org is no zone of this server', '/transfers/secondaries/e164.arpa/0/key is none of /transfers/keys']],
  ['files',                { plmnFiles: ['none.json', PLMN, PLMN], masterFiles: [{ apex: 'example.org', file: 'bad.zone' }] },
                                                                                             ['/plmnFiles/0 none.json: ENOENT', '/masterFiles/0 bad.zone: line 2: ', 'has the zone epc.mnc001.mcc001.3gppnetwork.org. twice', 'has the zone ims.mnc001.mcc001.3gppnetwork.org. twice', 'has the zone mnc001.mcc001.pub.3gppnetwork.org. twice']],
]
written('bad.zone', '$TTL 300\n@ SOA nonsense\n')
for (const [because, content, problems] of WRONG)
  test(`a wrong file names what is wrong and starts nothing: ${because}`, async () => {
    const path = written('wrong.json', content)
    await rejects(loadDnsFile(path, APEXES), (error) => {
      ok(error instanceof ConfigError)
      const told = [...error.problems].sort()
      const wanted = problems.map((problem) => `${path} ${problem}`).sort()
      equal(told.length, wanted.length, told.join('\n'))
      for (const [index, problem] of wanted.entries())
        ok(told[index]?.startsWith(problem), `${told[index]}, not ${problem}`)
      return true
    })
  })

test('a secret is never repeated', async () => {
  const secret = 'not base64, and mine'
  const path = written('secret.json', {
    cookieSecret: secret,
    transfers: { keys: [{ ...KEY, secret }], secondaries: {} },
  })
  await rejects(loadDnsFile(path, APEXES), (error: Error) => !error.message.includes('mine'))
})

test('a file that is not there is named with why', async () => {
  await rejects(loadDnsFile(join(folder, 'none.json'), APEXES), /none\.json cannot be read \(ENOENT\)/)
})
