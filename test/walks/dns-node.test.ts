import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { existsSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { ConfigError } from '../../src/config.ts'
import { startPortolan } from '../../src/main/portolan.ts'
import { readAll } from '../../src/main/read-all.ts'
import { KEY } from '../conformance/signed.ts'
import { testDatabase } from '../support/database.ts'
import { ask } from '../support/dns.ts'
import { DNS_ALONE, type DnsProcess, kill, naptr, route, startDnsProcess } from '../support/dns-process.ts'
import { ROOT } from '../support/portolan.ts'
import { DIG, dig, recordsIn, SIGNED } from '../support/primary.ts'
import { startRelay } from '../support/relay.ts'
import { until } from '../support/until.ts'

test('a DNS node that is killed answers from its snapshot while the database is away, and catches up when it is back', async () => {
  const { db, url, close } = await testDatabase()
  const relay = await startRelay(url)
  const dataDir = await mkdtemp(join(tmpdir(), 'portolan-dns-node-'))
  const env = {
    DATABASE_URL: relay.url,
    PORTOLAN_DATA_DIR: dataDir,
    PORTOLAN_DNS_SNAPSHOT_SECONDS: '1',
    // one file of settings for all processes of a deployment
    PORTOLAN_WEBHOOK_URL: 'http://127.0.0.1:9',
    PORTOLAN_WEBHOOK_SECRET: 'of-the-processes-that-tell-of-events',
  }
  let node: DnsProcess | undefined
  try {
    await route(db, '5550100', '5550199')
    const firstAt = performance.now()
    node = await startDnsProcess(env)
    match((await naptr(node.port, '15550123')).regexps.join(), /rn=\+15559901/)
    const withDatabaseMs = performance.now() - firstAt
    await until('a snapshot', () => existsSync(join(dataDir, 'dns', 'routes.snapshot')))
    equal(statSync(join(dataDir, 'dns', 'cookie.secret')).mode & 0o777, 0o600)
    await kill(node)
    await relay.away()

    const startedAt = performance.now()
    node = await startDnsProcess(env)
    match((await naptr(node.port, '15550123')).regexps.join(), /rn=\+15559901/)
    const tookMs = performance.now() - startedAt
    ok(
      tookMs < 10_000 || tookMs < withDatabaseMs * 2,
      `within seconds, on a machine that does other things: ${tookMs} ms`,
    )
    ok(!(await naptr(node.port, '15550300')).regexps.join().includes('rn='), 'no route yet')

    await route(db, '5550300', '5550300')
    await relay.back()
    const { port } = node
    await until('the change is followed', async () => (await naptr(port, '15550300')).regexps.join().includes('rn='))
  } finally {
    if (node) await kill(node)
    await relay.away()
    await close()
    await rm(dataDir, { recursive: true, force: true })
  }
})

test('a snapshot of another database is not followed on', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'portolan-dns-node-'))
  try {
    const answers: boolean[] = []
    for (const number of ['5550100', '5550200']) {
      const { db, url, close } = await testDatabase()
      await route(db, number, number)
      const node = await start({ DATABASE_URL: url, PORTOLAN_DATA_DIR: dataDir })
      try {
        await until(`${number} is routed`, async () =>
          (await naptr(node.port, `1${number}`)).regexps.join().includes('rn='),
        )
        answers.push((await naptr(node.port, '15550100')).regexps.join().includes('rn='))
      } finally {
        await node.close()
        await close()
      }
    }
    deepEqual(answers, [true, false])
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})

test('the DNS file is served: a network, a further zone, an access list, a transfer to who has the key', async () => {
  const { db, url, close } = await testDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'portolan-dns-node-'))
  const file = join(dataDir, 'dns.json')
  await writeFile(
    join(dataDir, 'example.zone'),
    '$TTL 60\n@ SOA ns1 admin 1 3600 600 604800 60\n@ NS ns1\nns1 A 192.0.2.1\n',
  )
  await writeFile(
    file,
    JSON.stringify({
      nameServers: ['ns1.example.net'],
      contact: 'hostmaster.example.net',
      threads: 2,
      allow: { 'e164enum.net': ['192.0.2.0/24'] },
      transfers: { keys: [KEY], secondaries: { 'e164.arpa': [{ address: '127.0.0.1', port: 9, key: KEY.name }] } },
      plmnFiles: [join(ROOT, 'test/fixtures/dns/plmn-001-01.json')],
      masterFiles: [{ apex: 'example.org', file: 'example.zone' }],
    }),
  )
  await route(db, '5550100', '5550199')
  const node = await start({ DATABASE_URL: url, PORTOLAN_DATA_DIR: dataDir, PORTOLAN_DNS_FILE: file })
  try {
    equal((await ask(node.port, 'icscf.ims.mnc001.mcc001.3gppnetwork.org', 'A')).rcode, 'NOERROR')
    deepEqual((await ask(node.port, 'no.ims.mnc001.mcc001.3gppnetwork.org', 'A')).rcode, 'NXDOMAIN')
    equal((await ask(node.port, 'ns1.example.org', 'A')).rcode, 'NOERROR')
    equal((await naptr(node.port, '15550100', 'e164enum.net')).rcode, 'REFUSED')
    equal((await naptr(node.port, '15550100')).rcode, 'NOERROR')
    if (!existsSync(DIG)) return
    const lines = recordsIn(await dig(node, ...SIGNED, 'e164.arpa', 'AXFR'))
    match(lines[0] ?? '', /SOA\s+ns1\.example\.net\. hostmaster\.example\.net\. /)
    equal(new Set(lines.filter((line) => line.includes('NAPTR') && line.includes('rn=+15559901')).map(owner)).size, 100)
    deepEqual(recordsIn(await dig(node, 'e164.arpa', 'AXFR')), [])
  } finally {
    await node.close()
    await close()
    await rm(dataDir, { recursive: true, force: true })
  }
})

test('a wrong DNS file stops the start and names its fields', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'portolan-dns-node-'))
  const file = join(dataDir, 'dns.json')
  await writeFile(file, JSON.stringify({ threads: 'two', allow: { 'e164.arpa': ['anyone'] } }))
  try {
    const settings = { PORTOLAN_DATA_DIR: dataDir, PORTOLAN_DNS_PORT: '70000' }
    await rejects(start({ ...settings, PORTOLAN_DNS_FILE: file }), (error) => {
      ok(error instanceof ConfigError)
      match(error.message, /PORTOLAN_DNS_PORT must be/)
      match(error.message, /dns\.json \/threads must be[\s\S]*dns\.json \/allow\/e164\.arpa\/0 must be a network/)
      return true
    })
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})

/** Beside the test, in its process. */
async function start(env: Readonly<Record<string, string>>): Promise<{ port: number; close(): Promise<void> }> {
  const portolan = await startPortolan({ ...(await readAll({ ...DNS_ALONE, ...env }, ROOT)), root: ROOT })
  if (portolan.dnsPort === undefined) throw new Error('a DNS node needs DNS')
  return { port: portolan.dnsPort, close: portolan.close }
}

const owner = (line: string) => line.split(/\s/)[0]
