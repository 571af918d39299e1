import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { DOC, POLICY, queryBytes, setRoute } from '../../test/conformance/world.ts'
import { createLog } from '../shared/log.ts'
import { withJournal } from './journal.ts'
import { parseMaster } from './master.codec.ts'
import type { DnsName } from './name.codec.ts'
import type { DnsPolicy } from './policy.ts'
import { type DnsServer, startDns } from './server.ts'
import { routeTable } from './table.ts'
import type { ZoneConfig } from './zone-config.schema.ts'
import { numbersInOrder, type Undo, zoneContent } from './zone-content.ts'
import { enumPlan } from './zone-enum.ts'

const SECRET = 'c2VjcmV0IG9mIGF0IGxlYXN0IDE2IG9jdGV0cw=='
const KEY = { name: 'transfer.example', algorithm: 'hmac-sha256', secret: SECRET }
const CONFIG: ZoneConfig = { ...DOC, apexes: ['e164.arpa'], blockWording: 'reference' }
const DIG = '/usr/bin/dig'
const folder = mkdtempSync(join(tmpdir(), 'portolan-transfer-'))
chmodSync(folder, 0o755)
after(() => rmSync(folder, { recursive: true, force: true }))

/** A server whose zone the given secondaries may have. */
async function primary(ports: readonly number[]) {
  const { table, journal } = withJournal(routeTable(1_000_000))
  const secondaries = ports.map((port) => ({ address: '127.0.0.1', port, key: KEY.name }))
  const policy: DnsPolicy = { ...POLICY, transfers: { keys: [KEY], secondaries: { 'e164.arpa': secondaries } } }
  setRoute(table, '+15550100', '+15550199', { operator: 'DIGI', routingNumber: '+15559901' })
  setRoute(table, '+15557000', '+15557000', { operator: 'FLOW', routingNumber: undefined })
  setRoute(table, '+447700900123', '+447700900123', { operator: 'DIGI', routingNumber: '+15559901' })
  table.setGeneration(7)
  const dns = await startDns({
    host: '127.0.0.1',
    port: 0,
    config: CONFIG,
    policy,
    table,
    journal,
    log: createLog('silent'),
  })
  return { dns, table }
}

/** Not waited for in one go: the server that it asks lives in this thread. */
async function dig({ port }: { readonly port: number }, ...words: string[]): Promise<string> {
  const child = spawn(DIG, ['@127.0.0.1', '-p', `${port}`, '+tries=1', '+time=5', '+nocookie', ...words])
  let text = ''
  child.stdout.on('data', (octets) => {
    text += octets
  })
  await once(child, 'close')
  return text
}
const SIGNED = ['-y', `${KEY.algorithm}:${KEY.name}:${KEY.secret}`]
const recordsIn = (text: string): string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith(';') && !line.includes('TSIG'))

describe('transfers asked for by dig', { skip: existsSync(DIG) ? false : `${DIG} is not installed` }, () => {
  let server: Awaited<ReturnType<typeof primary>>
  before(async () => {
    server = await primary([5353])
  })
  after(() => server.dns.close())

  test('AXFR: the zone between two SOAs, with a wildcard at every beginning inside a block', async () => {
    const records = recordsIn(await dig(server.dns, ...SIGNED, 'e164.arpa', 'AXFR'))
    ok(/\sSOA\s.*\s7 60 /.test(records[0] ?? ''))
    equal(records.at(-1), records[0])
    const owners = new Set(records.map((line) => line.split(/\s/)[0]!))
    const wildcards = [...owners].filter((owner) => owner.startsWith('*'))
    const under = (digits: string): string => `*.${[...digits].reverse().join('.')}.e164.arpa.`
    const tens = Array.from({ length: 10 }, (_, ten) => under(`155501${ten}`))
    const wanted = [
      under('1555'),
      under('15557'),
      under('15550'),
      under('155501'),
      ...tens,
      under('155570'),
      under('1555700'),
    ]
    deepEqual(wildcards.sort(), wanted.sort())
    equal(owners.size, wanted.length + 102 + 1)
    const zone = parseMaster(records.slice(0, -1).join('\n'), 'e164.arpa.' as DnsName)
    equal(zone.length, records.length - 1)
  })

  test('IXFR: one difference from the serial that was told to now; wildcards come and go with their numbers', async () => {
    setRoute(server.table, '+15550100', '+15550100', undefined)
    setRoute(server.table, '+15557000', '+15557000', undefined)
    setRoute(server.table, '+15550300', '+15550300', { operator: 'DIGI', routingNumber: '+15559901' })
    server.table.setGeneration(8)
    const records = recordsIn(await dig(server.dns, ...SIGNED, 'e164.arpa', 'IXFR=7')).map((line) => line.split(/\s+/))
    const serials = records.filter(([, , , type]) => type === 'SOA').map((fields) => fields[6])
    deepEqual(serials, ['8', '7', '8', '8'])
    const secondSoa = records.findIndex((fields, at) => at > 1 && fields[3] === 'SOA')
    const ownersOf = (part: string[][]): string[] =>
      [...new Set(part.map(([owner]) => owner!.replace('.e164.arpa.', '')))].sort()
    deepEqual(
      ownersOf(records.slice(2, secondSoa)),
      ['*.0.0.7.5.5.5.1', '*.0.7.5.5.5.1', '0.0.0.7.5.5.5.1', '0.0.1.0.5.5.5.1'].sort(),
    )
    deepEqual(
      ownersOf(records.slice(secondSoa + 1, -1)),
      ['*.0.3.0.5.5.5.1', '*.3.0.5.5.5.1', '0.0.3.0.5.5.5.1'].sort(),
    )
  })

  test('IXFR: nothing new is one SOA; too far back is the whole zone', async () => {
    equal(recordsIn(await dig(server.dns, ...SIGNED, 'e164.arpa', 'IXFR=8')).length, 1)
    ok(recordsIn(await dig(server.dns, ...SIGNED, 'e164.arpa', 'IXFR=3')).length > 300)
  })

  // biome-ignore format: a table
  const REFUSED: readonly [reason: string, words: string[], status: RegExp][] = [
    ['no key',               ['e164.arpa', 'AXFR'],                                                       /Transfer failed/],
    ['an unknown key',       ['-y', `hmac-sha256:other:${SECRET}`, 'e164.arpa', 'SOA'],                   /NOTAUTH[\s\S]*BADKEY/],
    ['a wrong secret',       ['-y', 'hmac-sha256:transfer.example:AAAAAAAAAAAAAAAAAAAAAA==', 'e164.arpa', 'SOA'], /NOTAUTH[\s\S]*BADSIG/],
    ['another algorithm',    ['-y', `hmac-sha512:${KEY.name}:${SECRET}`, 'e164.arpa', 'SOA'],             /NOTAUTH[\s\S]*BADKEY/],
    ['another zone',         [...SIGNED, 'example.org', 'AXFR'],                                          /Transfer failed/],
  ]
  for (const [reason, words, status] of REFUSED)
    test(`refused: ${reason}`, async () => {
      const text = await dig(server.dns, ...words)
      ok(status.test(text), text)
    })

  test('a signed question gets a signed answer over UDP and TCP, which dig verifies', async () => {
    for (const more of [[], ['+tcp']]) {
      const text = await dig(server.dns, ...SIGNED, ...more, '0.1.1.0.5.5.5.1.e164.arpa', 'NAPTR')
      ok(/status: NOERROR/.test(text) && /TSIG PSEUDOSECTION/.test(text) && !text.includes("Couldn't verify"), text)
    }
  })
})

test('the zone changes while it is read: what comes out is the zone of the generation that it began with', () => {
  const { table, journal } = withJournal(routeTable(1_000_000))
  const plan = enumPlan(CONFIG, table)
  for (let at = 0; at < 300; at++)
    setRoute(table, `+1555${6000 + at * 7}`, `+1555${6000 + at * 7}`, { operator: 'DIGI', routingNumber: '+15559901' })
  table.setGeneration(1)
  const before = new Map(numbersInOrder(table, () => new Map()))
  const read = new Map<string, unknown>()
  let generation = 1
  for (const [digits, value] of numbersInOrder(table, () => journal.valuesAt(1)!)) {
    read.set(digits, value)
    // Behind and before what is read: numbers go, come, and get another route.
    const moving = 6000 + ((read.size * 37) % 2200)
    setRoute(
      table,
      `+1555${moving}`,
      `+1555${moving}`,
      read.size % 3 === 0 ? undefined : { operator: 'FLOW', routingNumber: '+1999' },
    )
    table.setGeneration(++generation)
  }
  deepEqual(read, before)
  const whole = (undo: Undo): string[] =>
    [...zoneContent('e164.arpa.' as DnsName, plan).all(undo)].map((record) => JSON.stringify(record)).sort()
  const { removed, added } = zoneContent('e164.arpa.' as DnsName, plan).difference(journal.valuesAt(1)!)
  const zone = new Set(whole(() => journal.valuesAt(1)!))
  for (const record of removed) ok(zone.delete(JSON.stringify(record)), 'what is removed was there')
  for (const record of added) {
    ok(!zone.has(JSON.stringify(record)), 'what is added was not')
    zone.add(JSON.stringify(record))
  }
  deepEqual(
    [...zone].sort(),
    whole(() => new Map()),
    'the old zone and the difference make the new zone',
  )
})

/** A free port that a secondary may take. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

type Secondary = {
  readonly name: string
  readonly binary: string
  command(home: string, port: number, from: number): string[]
}

function file(home: string, name: string, text: string): string {
  writeFileSync(join(home, name), text)
  return join(home, name)
}

const SECONDARIES: readonly Secondary[] = [
  {
    name: 'NSD',
    binary: '/usr/sbin/nsd',
    command: (home, port, from) => [
      '/usr/sbin/nsd',
      '-d',
      '-c',
      file(
        home,
        'nsd.conf',
        `server:
  ip-address: 127.0.0.1@${port}
  username: ""
  chroot: ""
  pidfile: ""
  database: ""
  zonesdir: "${home}"
  xfrdfile: "${home}/xfrd.state"
  xfrdir: "${home}"
  zonelistfile: "${home}/zone.list"
  rrl-ratelimit: 0
  xfrd-reload-timeout: 0
  minimal-responses: yes
remote-control:
  control-enable: no
key:
  name: ${KEY.name}
  algorithm: ${KEY.algorithm}
  secret: "${SECRET}"
zone:
  name: e164.arpa
  zonefile: "zone"
  allow-notify: 127.0.0.1 ${KEY.name}
  request-xfr: 127.0.0.1@${from} ${KEY.name}
`,
      ),
    ],
  },
  {
    name: 'Knot',
    binary: '/usr/sbin/knotd',
    command: (home, port, from) => [
      '/usr/sbin/knotd',
      '-c',
      file(
        home,
        'knot.conf',
        `server:
  listen: 127.0.0.1@${port}
  rundir: ${home}
database:
  storage: ${home}
key:
  - id: ${KEY.name}
    algorithm: ${KEY.algorithm}
    secret: ${SECRET}
remote:
  - id: primary
    address: 127.0.0.1@${from}
    key: ${KEY.name}
acl:
  - id: notify
    address: 127.0.0.1
    key: ${KEY.name}
    action: notify
template:
  - id: default
    storage: ${home}
zone:
  - domain: e164.arpa
    master: primary
    acl: notify
`,
      ),
    ],
  },
  {
    name: 'BIND',
    binary: '/usr/sbin/named',
    command: (home, port, from) => [
      '/usr/sbin/named',
      '-f',
      '-n',
      '1',
      '-c',
      file(
        home,
        'named.conf',
        `key "${KEY.name}" { algorithm ${KEY.algorithm}; secret "${SECRET}"; };
options {
  directory "${home}";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  dnssec-validation no;
  pid-file none;
  minimal-responses yes;
};
controls { };
zone "e164.arpa" {
  type secondary;
  file "zone";
  primaries { 127.0.0.1 port ${from} key "${KEY.name}"; };
  allow-notify { key "${KEY.name}"; };
};
`,
      ),
    ],
  },
]

/** Asks until an answer comes: UDP may lose it, and the machine may be busy. */
async function asked(port: number, query: Buffer, tries = 20): Promise<Buffer | undefined> {
  const socket = createSocket('udp4')
  socket.on('error', () => {})
  const reply = once(socket, 'message').then(([bytes]): Buffer => bytes)
  let answer: Buffer | undefined
  for (let left = tries; left > 0 && answer === undefined; left--) {
    socket.send(query, port, '127.0.0.1', () => {})
    answer = await Promise.race([reply, pause(500, undefined, { ref: false })])
  }
  socket.close()
  return answer
}

async function serialAt(port: number): Promise<number | undefined> {
  const reply = await asked(port, queryBytes('e164.arpa', 'SOA'), 1)
  if (reply === undefined || reply[7] !== 1) return undefined
  // The five numbers end the message: serial, refresh, retry, expire, minimum.
  return reply.readUInt32BE(reply.length - 20)
}

async function until(isTrue: () => Promise<boolean>, what: string): Promise<void> {
  for (const deadline = performance.now() + 30_000; !(await isTrue()); await pause(50))
    ok(performance.now() < deadline, what)
}

for (const secondary of SECONDARIES) {
  test(`${secondary.name} takes the zone, is notified, follows, and answers octet for octet the same`, {
    skip: existsSync(secondary.binary) ? false : 'not installed',
    timeout: 120_000,
  }, async () => {
    const port = await freePort()
    const { dns, table } = await primary([port])
    const home = join(folder, secondary.name)
    mkdirSync(home)
    chmodSync(home, 0o777)
    const [command = '', ...words] = secondary.command(home, port, dns.port)
    const child = spawn(command, words, { stdio: 'ignore' })
    const ended = once(child, 'exit')
    try {
      await until(async () => (await serialAt(port)) === 7, `${secondary.name} has the zone`)
      await sameAnswers(dns, port)
      setRoute(table, '+15550100', '+15550149', undefined)
      setRoute(table, '+15550300', '+15550320', { operator: 'FLOW', routingNumber: '+1999' })
      setRoute(table, '+15557000', '+15557000', undefined)
      table.setGeneration(8)
      await until(async () => (await serialAt(port)) === 8, `${secondary.name} has heard of the change`)
      await sameAnswers(dns, port)
    } finally {
      child.kill('SIGTERM')
      await ended
      await dns.close()
    }
  })
}

/** Every number of the plan, routed or not, in a block or out of it: asked of both. */
async function sameAnswers({ port }: DnsServer, other: number): Promise<void> {
  const numbers = [
    ...Array.from({ length: 500 }, (_, at) => String(15_550_000 + at)),
    '15557000',
    '15557001',
    '15559999',
    '447700900123',
  ]
  for (const digits of numbers) {
    const query = queryBytes(`${[...digits].reverse().join('.')}.e164.arpa`, 'NAPTR')
    const [ours, theirs] = await Promise.all([asked(port, query), asked(other, query)])
    ok(ours !== undefined && theirs !== undefined, digits)
    deepEqual(canonical(theirs), canonical(ours), digits)
  }
}

/** Header, question, and the records sorted: the order of a set means nothing. */
function canonical(reply: Buffer): unknown {
  const end = reply.indexOf(0, 12) + 5
  const records: string[] = []
  for (let at = end; at < reply.length; ) {
    const next = at + 12 + reply.readUInt16BE(at + 10)
    records.push(reply.subarray(at, next).toString('hex'))
    at = next
  }
  return { head: reply.subarray(0, end).toString('hex'), records: records.sort() }
}
