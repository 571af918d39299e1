import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ask, DOC, POLICY } from '../../test/conformance/world.ts'
import { dnsState } from './answer.ts'
import { parseMaster } from './master.codec.ts'
import type { DnsName } from './name.codec.ts'
import { parsePlmn, plmnMasters, plmnZones } from './plmn.ts'
import { routeTable } from './table.ts'

const APEX = 'example.org.' as DnsName
const HEAD = '@ 300 IN SOA ns1 hostmaster 1 1h 15m 1w 5m\n@ 300 NS ns1\n'
const ZONE = `$TTL 1h
@            SOA   ns1 hostmaster.example.org. ( 2026010100 ; serial
                   1h 15m
                   1w 5m )
             NS    ns1
             MX    10 mail.elsewhere.test.
ns1     60   IN A  192.0.2.1
        IN   AAAA  2001:db8::1
www          CNAME web
web          A     192.0.2.2
out          CNAME www.elsewhere.test.
a.b.deep     TXT   "two words" single "a \\"quote\\""
*.wild       TXT   wild
only.wild    A     192.0.2.9
lost         CNAME nothing
away         CNAME x.sub
round        CNAME round
below.*.ent  TXT   below
sub          NS    ns.sub
ns.sub       A     192.0.2.3
enum         NAPTR 10 10 "u" "E2U+sip" "!^(.*)$!sip:\\\\1@example.org!" .
_sip._udp    SRV   1 0 5060 web
`
const folder = mkdtempSync(join(tmpdir(), 'portolan-zones-'))
after(() => rmSync(folder, { recursive: true }))
const state = dnsState(DOC, routeTable(1000), POLICY, [{ apex: APEX, records: parseMaster(ZONE, APEX) }])

// biome-ignore format: a table
const ASKED: readonly [name: string, type: string, rcode: number, answers: string[], authority: string[], reason: string][] = [
  ['example.org',               'MX',    0, ['MX'],          [],                    'the apex'],
  ['ns1.example.org',           'AAAA',  0, ['AAAA'],        [],                    'the owner of the line before'],
  ['www.example.org',           'A',     0, ['CNAME', 'A'],  [],                    'an alias is followed inside the zone (RFC 1034 §3.6.2)'],
  ['www.example.org',           'CNAME', 0, ['CNAME'],       [],                    'but not when it is what was asked for'],
  ['www.example.org',           'TXT',   0, ['CNAME'],       ['SOA example.org'],   'nothing of the type where it leads (RFC 2308 §2.2)'],
  ['lost.example.org',          'A',     3, ['CNAME'],       ['SOA example.org'],   'an alias of nothing: the end of the chain is what the rcode says (RFC 6604 §3)'],
  ['away.example.org',          'A',     0, ['CNAME'],       ['NS sub.example.org'], 'an alias of a name that is delegated'],
  ['round.example.org',         'CNAME', 0, ['CNAME'],       [],                    'an alias of itself'],
  ['out.example.org',           'A',     0, ['CNAME'],       [],                    'an alias that leads out is the whole answer'],
  ['b.deep.example.org',        'TXT',   0, [],              ['SOA example.org'],   'an empty non-terminal'],
  ['x.wild.example.org',        'TXT',   0, ['TXT'],         [],                    'a wildcard (RFC 4592 §3.3)'],
  ['y.x.wild.example.org',      'TXT',   0, ['TXT'],         [],                    'a wildcard covers several labels'],
  ['x.wild.example.org',        'A',     0, [],              ['SOA example.org'],   'a wildcard without the type'],
  ['only.wild.example.org',     'TXT',   0, [],              ['SOA example.org'],   'an existing name is not covered'],
  ['x.only.wild.example.org',   'TXT',   3, [],              ['SOA example.org'],   'nor what is below it'],
  ['x.ent.example.org',         'TXT',   0, [],              ['SOA example.org'],   'a wildcard that is there as a beginning only (RFC 4592 §2.2.3)'],
  ['missing.example.org',       'A',     3, [],              ['SOA example.org'],   'not there'],
  ['sub.example.org',           'A',     0, [],              ['NS sub.example.org'], 'delegated'],
  ['x.sub.example.org',         'A',     0, [],              ['NS sub.example.org'], 'below a delegation'],
]
for (const [name, type, rcode, answers, authority, reason] of ASKED) {
  test(`${name} ${type}: ${reason}`, () => {
    const reply = ask(state, name, type)
    deepEqual([reply.rcode, reply.answers, reply.authority], [rcode, answers, authority])
    equal(reply.isAuthoritative, answers.length > 0 || !authority[0]?.startsWith('NS'))
  })
}

test('addresses that the asker will want next come along', () => {
  const additional = (name: string, type: string) =>
    (ask(state, name, type).packet.additionals ?? []).map((each) => `${each.name} ${each.type}`)
  deepEqual(additional('_sip._udp.example.org', 'SRV'), ['web.example.org A'])
  deepEqual(additional('x.sub.example.org', 'A'), ['ns.sub.example.org A'])
})

test('a text comes as it is written: blanks, quotes, and one backslash for two', () => {
  const [record] = ask(state, 'a.b.deep.example.org', 'TXT').packet.answers ?? []
  deepEqual(record?.type === 'TXT' && [record.data].flat().map(String), ['two words', 'single', 'a "quote"'])
  equal(ask(state, 'enum.example.org', 'NAPTR').regexps[0], '!^(.*)$!sip:\\1@example.org!')
})

// biome-ignore format: a table
const WRONG: readonly [text: string, error: RegExp][] = [
  [`${HEAD}a 300 A 192.0.2`,                  /^line 3: 192\.0\.2 is not an IPv4 address/],
  [`${HEAD}a 300 A 192.0.2.1 x`,              /^line 3: 1 fields too many for A/],
  [`${HEAD}a 0 A 192.0.2.1`,                  /^line 3: a TTL of 0/],
  [`${HEAD}a 300 WKS 192.0.2.1`,              /^line 3: the type WKS is not served/],
  [`${HEAD}a.elsewhere.test. 300 A 192.0.2.1`, /^line 3: a\.elsewhere\.test\. is outside/],
  [`${HEAD}$INCLUDE other`,                   /^line 3: \$INCLUDE is not supported/],
  [`${HEAD}a 300 TXT "open`,                  /^line 3: unexpected "/],
  [`${HEAD}a 300 TXT ( "x"\n\n`,              /^line 3: a parenthesis is not closed/],
  [`${HEAD}a 300 NAPTR 10 10 u`,              /^line 3: a text is missing/],
  [`${HEAD}a 300 CNAME b\na 300 A 192.0.2.1`, /a\.example\.org\. has a CNAME and something else/],
  [`${HEAD}a 300 A 192.0.2.1\na 60 A 192.0.2.2`, /^line 4: a\.example\.org\. A has a TTL of 60 here and of 300 before/],
  ['@ 300 SOA ns1 h 1 1 1 1 0\n@ NS ns1\n',   /^line 1: a minimum of 0/],
  [`${HEAD}a 300 TXT ${'"x" '.repeat(30_000)}`, /^line 3: the texts of a record take/],
  ['@ 300 NS ns1\n',                          /needs one SOA/],
  ['@ 300 SOA ns1 h 1 1 1 1 1\n',             /has no NS/],
]
for (const [text, error] of WRONG)
  test(`refused whole: ${error.source}`, () => throws(() => parseMaster(text, APEX), { message: error }))

test('a record that is there twice is one record (RFC 2181 §5)', () => {
  equal(parseMaster(`${HEAD}a 300 A 192.0.2.1\nA 300 IN A 192.0.2.1\n`, APEX).length, 3)
})

/** What a standard allows to be left out or written otherwise; named says what each file means. */
// biome-ignore format: a table
const FILES: readonly [what: string, text: string][] = [
  ['TTLs by $TTL, whatever was said between',   `$TTL 60\n${HEAD}a A 192.0.2.1\nb 20 A 192.0.2.1\nc A 192.0.2.1\n$TTL 1d2h\nd A 192.0.2.1\n`],
  ['without $TTL the last TTL that was said',   `${HEAD}a A 192.0.2.1\nb 20 A 192.0.2.1\nc A 192.0.2.1\n`],
  ['without any, the minimum of the SOA',       '@ SOA ns1 h 1 2 3 4 77\n@ NS ns1\nb 20 A 192.0.2.1\n'],
  ['$ORIGIN, relative and absolute, and @',     `${HEAD}$ORIGIN sub\na 30 TXT @\n@ 30 MX 10 a\n$ORIGIN other.example.org.\n* 30 CNAME @\n`],
  ['parentheses, comments, blank lines',        `${HEAD}\n; nothing\na ( 30 ; so\n IN\n\n TXT "x;(" ) ; end\n  30 A 192.0.2.1\n`],
  ['escapes in names and texts',                `${HEAD}a\\.b 30 TXT "\\"\\\\" \\065\\;x\n\\042 30 TXT \\000\\255\n\\@ 30 A 192.0.2.1\n`],
  ['class and TTL in either order',             `${HEAD}a IN 30 A 192.0.2.1\na 30 IN AAAA ::ffff:192.0.2.1\na 30 AAAA 2001:db8::\n`],
  ['a NAPTR with both kinds of backslash',      `${HEAD}a 30 NAPTR 1 2 u E2U+sip "!^(.*)$!sip:\\\\1@example.org!" .\n`],
  ['records that are there twice',              `${HEAD}a 30 A 192.0.2.1\na 30 A 192.0.2.1\n`],
  ['octets beyond ASCII in a text',             `${HEAD}a 30 TXT "\u00c3\u00a9"\n`],
]
const CHECKZONE = '/usr/bin/named-checkzone'
for (const [what, text] of FILES)
  test(`named-checkzone reads the same: ${what}`, { skip: existsSync(CHECKZONE) ? false : 'not installed' }, () => {
    const file = join(folder, 'asked.zone')
    writeFileSync(file, `${text}ns1.example.org. 300 A 192.0.2.53\n`, 'latin1')
    const words = ['-q', '-i', 'none', '-k', 'ignore', '-F', 'text', '-s', 'full', '-o', '-', 'example.org', file]
    const { status, stdout, stderr } = spawnSync(CHECKZONE, words, { encoding: 'latin1' })
    equal(status, 0, stderr + stdout)
    const sorted = (master: string): string[] =>
      parseMaster(master, APEX)
        .map((record) => JSON.stringify(record))
        .sort()
    deepEqual(sorted(readFileSync(file, 'latin1')), sorted(stdout))
  })

const plmn = parsePlmn(
  JSON.parse(readFileSync(new URL('../../test/fixtures/dns/plmn-001-01.json', import.meta.url), 'utf8')),
)
const network = dnsState(DOC, routeTable(1000), POLICY, plmnZones(plmn))

// biome-ignore format: a table
const NETWORK: readonly [name: string, type: string, answers: number, reason: string][] = [
  ['epc.mnc001.mcc001.3gppnetwork.org',                                'NAPTR', 5, 'the Diameter realm (RFC 6408 §4)'],
  ['_diameter._sctp.epc.mnc001.mcc001.3gppnetwork.org',                'SRV',   1, 'where it leads'],
  ['hss01.epc.mnc001.mcc001.3gppnetwork.org',                          'AAAA',  1, 'the host'],
  ['internet.apn.epc.mnc001.mcc001.3gppnetwork.org',                   'NAPTR', 1, 'an APN (TS 29.303 §4)'],
  ['tac-lb01.tac-hb00.tac.epc.mnc001.mcc001.3gppnetwork.org',          'NAPTR', 1, 'a tracking area (TS 23.003 §19.4.2.3)'],
  ['mmec01.mmegi8001.mme.epc.mnc001.mcc001.3gppnetwork.org',           'NAPTR', 1, 'an MME (TS 23.003 §19.4.2.4)'],
  ['ims.mnc001.mcc001.3gppnetwork.org',                                'NAPTR', 3, 'SIP over UDP, TCP and TLS (RFC 3263)'],
  ['_sips._tcp.ims.mnc001.mcc001.3gppnetwork.org', 'SRV', 1, 'I-CSCF over TLS'],
  ['_sip._tcp.ims.mnc001.mcc001.3gppnetwork.org',                      'SRV',   1, 'I-CSCF'],
  ['xcap.ims.mnc001.mcc001.pub.3gppnetwork.org',                       'A',     1, 'XCAP (TS 23.003 §13.9)'],
  ['epdg.epc.mnc001.mcc001.pub.3gppnetwork.org',                       'AAAA',  1, 'ePDG (TS 23.003 §19.4.2.9)'],
]
for (const [name, type, answers, reason] of NETWORK)
  test(`${name} ${type}: ${reason}`, () => equal(ask(network, name, type).answers.length, answers))

const EVIL = 'a A 192.0.2.9\nevil'
// biome-ignore format: a table
const INJECTED: readonly [field: string, wrong: object][] = [
  ['a host',     { pub: { hosts: { [EVIL]: ['192.0.2.1'] } } }],
  ['an address', { pub: { hosts: { a: ['192.0.2.1\nevil A 192.0.2.9'] } } }],
  ['an owner',   { epc: { services: { [EVIL]: [{ service: 'x-3gpp-pgw', host: 'a', order: 1, preference: 1 }] } } }],
  ['a service',  { epc: { services: { a: [{ service: 'x" "" .\nevil A 192.0.2.9 ;', host: 'a', order: 1, preference: 1 }] } } }],
]
for (const [field, wrong] of INJECTED)
  test(`${field} of a network cannot bring a line of its own into the zone`, () =>
    throws(() => parsePlmn({ ...plmn, ...wrong }), /the network is wrong: \/(pub|epc)/))

test('a network with a wrong field is refused with its path', () => {
  throws(() => parsePlmn({ ...plmn, mcc: '1' }), /\/mcc/)
  throws(() => parsePlmn({ ...plmn, ims: { sipp: [] } }), /\/ims/)
})

const CHECKERS = [
  ['/usr/bin/named-checkzone', (apex: string, file: string) => ['-i', 'local', apex, file]],
  ['/usr/sbin/nsd-checkzone', (apex: string, file: string) => [apex, file]],
  ['/usr/bin/kzonecheck', (apex: string, file: string) => ['-o', apex, file]],
] as const
for (const [binary, argumentsFor] of CHECKERS) {
  test(`${binary} takes the zones of a network`, { skip: existsSync(binary) ? false : 'not installed' }, () => {
    for (const { apex, text } of plmnMasters(plmn)) {
      const file = join(folder, apex)
      writeFileSync(file, text)
      const { status, stdout, stderr } = spawnSync(binary, argumentsFor(apex, file), { encoding: 'utf8' })
      ok(status === 0, `${apex}: ${stdout}${stderr}`)
    }
  })
}
