import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import type { RouteInspection } from '../../src/http/native/routes.schema.ts'
import { type DnsNodeStandIn, startDnsNode } from '../support/dns-node.ts'
import { ADMIN_KEY, type TestPortolan, testPortolan } from '../support/portolan.ts'
import { until } from '../support/until.ts'

/** A zone from a file that answers for the numbers below 1555099 under one of the two apexes. */
const STATIC_ZONE = `$TTL 300
@ SOA ns1.example.net. hostmaster.example.net. 1 3600 600 86400 300
@ NS ns1.example.net.
1 NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:test@example.net!" .
`

let folder: string
let other: DnsNodeStandIn
let portolan: TestPortolan
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-routes-'))
  await writeFile(join(folder, 'static.zone'), STATIC_ZONE)
  const masterFiles = [{ apex: '9.9.0.5.5.5.1.e164.arpa', file: 'static.zone' }]
  await writeFile(join(folder, 'dns.json'), JSON.stringify({ masterFiles }))
  other = await startDnsNode({ from: '+15559901', to: '+15559902' })
  portolan = await testPortolan({
    PORTOLAN_PXS_URL: 'http://127.0.0.1:9', // no clearinghouse is needed
    PORTOLAN_PXS_USERNAME: 'nobody',
    PORTOLAN_PXS_PASSWORD: 'nobody',
    PORTOLAN_DNS_FILE: join(folder, 'dns.json'),
    PORTOLAN_DNS_NODES: other.address,
  })
  other.follow(portolan.dnsPort)
})
after(async () => {
  await portolan.close()
  other.close()
  await rm(folder, { recursive: true, force: true })
})

const v1 = async (method: string, path: string, body?: unknown) => {
  const response = await fetch(`${portolan.url}/v1${path}`, {
    method,
    headers: { 'x-api-key': ADMIN_KEY, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  equal(response.status, 200, text)
  return JSON.parse(text)
}
/** Our own node is asked as all are; where the machine is so busy that it is not heard in time, again. */
const inspect = (msisdn: string): Promise<RouteInspection> =>
  until('our own node is heard', async () => {
    const found: RouteInspection = await v1('GET', `/routes/${msisdn}`)
    const [own] = found.nodes
    return own?.generation !== null && own?.answers.every(({ rcode }) => rcode !== null) && found
  })

test('every node is asked over DNS under every apex, with the generation that it answers from', async () => {
  const pushed = await v1('POST', '/routes', { routes: [{ first_number: '15550301', operator: 'CARR' }] })
  const seen = await until('both nodes have it', async () => {
    const found = await inspect('15550301')
    return found.nodes.every(({ is_right, behind }) => is_right && behind === 0) && found
  })
  deepEqual(
    seen.nodes.map(({ node, generation, behind, answers }) => [node, generation, behind, answers.length]),
    [
      [`127.0.0.1:${portolan.dnsPort}`, pushed.generation, 0, 2],
      [other.address, pushed.generation, 0, 2],
    ],
  )
  const asked = await portolan.enum('15550301')
  for (const { answers } of seen.nodes) {
    deepEqual(
      answers.map(({ name }) => name),
      ['1.0.3.0.5.5.5.1.e164enum.net.', '1.0.3.0.5.5.5.1.e164.arpa.'],
    )
    for (const { rcode, records } of answers) {
      equal(rcode, 'NOERROR')
      deepEqual(
        records.map(({ regexp }) => regexp),
        asked.regexps,
      )
    }
  }
  deepEqual(seen.records, seen.nodes[0]?.answers[0]?.records)
})

for (const [mood, problem] of [
  ['silent', /no answer within/],
  ['refusing', /^REFUSED instead of 3 NAPTR records/],
  ['stale', /^answers .*rn=\+15559902.* instead of .*rn=\+15559901/],
] as const) {
  test(`a node that is ${mood} is shown as such, and the others as they are`, async () => {
    await v1('POST', '/routes', { routes: [{ first_number: '15550302', operator: 'CARR' }] })
    other.behave(mood)
    try {
      const { nodes } = await until('our own node has it, and the other is as it is', async () => {
        const found = await inspect('15550302')
        const [own, further] = found.nodes
        const isHeard = mood !== 'stale' || further?.generation !== null
        return (
          own?.is_right && isHeard && further?.answers.every((answer) => problem.test(answer.problem ?? '')) && found
        )
      })
      equal(nodes[1]?.is_right, false)
      for (const answer of nodes[1]?.answers ?? []) match(answer.problem ?? '', problem)
      equal(nodes[1]?.generation === null, mood !== 'stale')
    } finally {
      other.behave('right')
    }
  })
}

test('a number that nothing answers for is NXDOMAIN, and that is right', async () => {
  const { answered_by, nodes } = await inspect('15559990')
  equal(answered_by, 'nothing')
  deepEqual([nodes[0]?.is_right, nodes[0]?.answers.map(({ rcode }) => rcode)], [true, ['NXDOMAIN', 'NXDOMAIN']])
})

test('a number in a zone from a file is answered from there, whatever its route', async () => {
  const { answered_by, static_zone, why, nodes } = await inspect('15550991')
  deepEqual([answered_by, static_zone], ['static', '9.9.0.5.5.5.1.e164.arpa.'])
  match(why, /is in the static zone 9\.9\.0\.5\.5\.5\.1\.e164\.arpa\./)
  deepEqual(
    nodes[0]?.answers.map(({ records, problem }) => [records[0]?.regexp, problem]),
    [
      ['!^.*$!sip:+15550991;npdi@ims.mnc002.mcc001.3gppnetwork.org;user=phone!', null],
      ['!^.*$!sip:test@example.net!', null],
    ],
  )
})

test('what a dry run says of DNS is what DNS answers, before and after the push', async () => {
  const body = { routes: [{ first_number: '15550304', last_number: '15550305', operator: 'THIRD' }] }
  const dry = await v1('POST', '/routes?dry_run=true', body)
  const regexps = (records: { regexp: string }[]) => records.map(({ regexp }) => regexp)
  deepEqual((await portolan.enum('15550304')).regexps, regexps(dry.changes[0].dns_before))
  await v1('POST', '/routes', body)
  const wanted = regexps(dry.changes[0].dns_after)
  ok(wanted.length > 0)
  await until('the DNS answers what was said', async () => {
    const { regexps: answered } = await portolan.enum('15550304')
    return answered.join() === wanted.join()
  })
})

test('10,000 numbers are looked up at once, from the memory that DNS answers from, with a verdict for each', async () => {
  await v1('POST', '/routes', { routes: [{ first_number: '15550306', last_number: '15550315', operator: 'CARR' }] })
  const { generation } = await inspect('15550306')
  const numbers = Array.from({ length: 9_996 }, (_, index) => String(15_550_000 + index))
  const odd = ['+15550306', '15559990', 'x', '9'.repeat(15)]
  const lookup = await until('the change is in memory', async () => {
    const found = await v1('POST', '/lookup', { numbers: [...numbers, ...odd] })
    return found.generation >= generation && found
  })
  equal(lookup.source, 'memory')
  deepEqual(
    lookup.items.slice(-4).map(({ number, verdict }: { number: string; verdict: string }) => [number, verdict]),
    [
      ['+15550306', 'ported'],
      ['+15559990', 'unknown'],
      [null, 'invalid'],
      ['+999999999999999', 'unknown'],
    ],
  )
  const { ported, not_ported } = Object.groupBy(
    lookup.items as { asked: string; verdict: string }[],
    ({ verdict }) => verdict,
  )
  deepEqual([(ported?.length ?? 0) > 10, (not_ported?.length ?? 0) > 1_000], [true, true])
  for (const { asked, uri } of [...lookup.items.slice(300, 330), lookup.items[990]]) {
    const [best] = (await portolan.enum(asked, 'e164enum.net')).regexps
    equal(best, `!^.*$!${uri}!`, asked)
  }
})

test('one number is looked up, also where DNS knows nothing of it; what is no number is refused', async () => {
  const { items: _, ...one } = await v1('GET', '/lookup/15550301')
  deepEqual([one.verdict, one.operator, one.routing_number], ['ported', 'CARR', '+15559901'])
  const { verdict, operator, uri } = await v1('GET', '/lookup/15550300')
  deepEqual(
    [verdict, operator, uri],
    ['not_ported', 'DONOR', 'sip:+15550300;npdi@ims.mnc002.mcc001.3gppnetwork.org;user=phone'],
  )
  equal((await v1('GET', '/lookup/15559990')).verdict, 'unknown')
  const refused = await fetch(`${portolan.url}/v1/lookup/x`, { headers: { 'x-api-key': ADMIN_KEY } })
  deepEqual([refused.status, /"field":"msisdn"/.test(await refused.text())], [400, true])
})
