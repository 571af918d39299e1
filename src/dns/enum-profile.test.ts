import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { E164 } from '../numbers/e164.ts'
import { ENUM_PROFILES, type EnumProfile, naptrsOf, type Target } from './enum-profile.ts'

const NUMBER = '+15550100' as E164
const PORTED: Target = { imsDomain: 'ims.example.net', routingNumber: '+15559901' }
const LOCAL: Target = { imsDomain: 'ims.example.net', routingNumber: 'd2701;rn-context=+7' }
const HELD: Target = { imsDomain: 'ims.example.net', routingNumber: undefined }
const NO_DOMAIN: Target = { imsDomain: undefined, routingNumber: '+15559901' }

type Line = readonly [order: number, preference: number, services: string, regexp: string]

// biome-ignore format: a table
const RENDERED: readonly [profile: EnumProfile, target: Target, lines: readonly Line[], reason: string][] = [
  ['interoperable', PORTED, [
    [100, 10, 'E2U+sip',      '!^.*$!sip:+15550100;npdi;rn=+15559901@ims.example.net;user=phone!'],
    [100, 20, 'E2U+pstn:sip', '!^.*$!sip:+15550100;npdi;rn=+15559901@ims.example.net;user=phone!'],
    [100, 30, 'E2U+pstn:tel', '!^.*$!tel:+15550100;npdi;rn=+15559901!'],
  ], 'RFC 4769 §4'],
  ['interoperable', HELD, [
    [100, 10, 'E2U+sip',      '!^.*$!sip:+15550100;npdi@ims.example.net;user=phone!'],
    [100, 20, 'E2U+pstn:sip', '!^.*$!sip:+15550100;npdi@ims.example.net;user=phone!'],
    [100, 30, 'E2U+pstn:tel', '!^.*$!tel:+15550100;npdi!'],
  ], 'not ported: npdi without rn'],
  ['compact', LOCAL, [
    [100, 10, 'E2U+sip',      '!^.*$!sip:+15550100;npdi;rn=d2701;rn-context=+7@ims.example.net;user=phone!'],
  ], 'RFC 4694 §4: a local rn carries its context'],
  ['document', PORTED, [
    [10, 10, 'E2U+pstn:tel',  '!(^.*$)!sip:\\1;npdi;rn=+15559901@ims.example.net!'],
  ], 'porting-manager.md, letter for letter'],
  ['document', HELD, [
    [10, 10, 'E2U+pstn:tel',  '!(^.*$)!sip:\\1;npdi@ims.example.net!'],
  ], 'porting-manager.md: "npdi is set without rn"'],
  ['document', NO_DOMAIN, [
    [100, 30, 'E2U+pstn:tel', '!^.*$!tel:+15550100;npdi;rn=+15559901!'],
  ], 'no sip: URI without a domain'],
]
for (const [profile, target, lines, reason] of RENDERED) {
  test(`${profile} for ${JSON.stringify(target)}: ${reason} (O-03)`, () => {
    const naptrs = naptrsOf(profile, NUMBER, target)
    deepEqual(
      naptrs.map((naptr) => [naptr.order, naptr.preference, naptr.services, naptr.regexp]),
      lines,
    )
    ok(naptrs.every(({ flags, replacement }) => flags === 'u' && replacement === '.'))
  })
}

/** Applies a NAPTR as a client does (RFC 3402 §3.2): the expression over the whole string, then the replacement. */
function applied(regexp: string, applicationUniqueString: string): string {
  const [, expression, replacement] = regexp.split('!')
  return applicationUniqueString.replace(new RegExp(expression!), replacement!.replace('\\1', '$1'))
}

/** A sip: or tel: URI taken apart as RFC 3966 §3 and RFC 3261 §25.1 write it, number parameters from the user part. */
function parsedUri(uri: string) {
  const match =
    /^(?<scheme>sip|tel):(?<number>\+[0-9]+)(?<parameters>(;[^@]*)?)(@(?<host>[a-z0-9.-]+)(?<uriParameters>(;.*)?))?$/.exec(
      uri,
    )
  ok(match?.groups, `${uri} parses`)
  const { scheme, number, parameters, host } = match.groups
  const entries = parameters!
    .split(';')
    .slice(1)
    .map((parameter) => parameter.split('='))
  return { scheme, number, host, parameters: Object.fromEntries(entries.map(([name, value]) => [name, value ?? true])) }
}

for (const profile of ENUM_PROFILES) {
  for (const [target, wanted] of [
    [PORTED, { npdi: true, rn: '+15559901' }],
    [LOCAL, { npdi: true, rn: 'd2701', 'rn-context': '+7' }],
    [HELD, { npdi: true }],
  ] as const) {
    test(`${profile}: the regexp applied to the number gives a URI with ${JSON.stringify(wanted)}`, () => {
      for (const { regexp } of naptrsOf(profile, NUMBER, target)) {
        const { scheme, number, host, parameters } = parsedUri(applied(regexp, NUMBER))
        equal(number, NUMBER)
        equal(host, scheme === 'sip' ? 'ims.example.net' : undefined)
        deepEqual(parameters, wanted)
      }
    })
  }
}

test('no two records of an answer have equal order and preference (RFC 6116 §3.4.2, O-02)', () => {
  for (const profile of ENUM_PROFILES) {
    const pairs = naptrsOf(profile, NUMBER, PORTED).map(({ order, preference }) => `${order} ${preference}`)
    equal(new Set(pairs).size, pairs.length)
  }
})

test('data that would break out of the regexp, or outgrow it, is not served', () => {
  deepEqual(naptrsOf('interoperable', NUMBER, { ...PORTED, routingNumber: '1!evil' }), [])
  deepEqual(naptrsOf('document', NUMBER, { ...PORTED, imsDomain: 'a\\1' }), [])
  const long = naptrsOf('interoperable', NUMBER, { ...PORTED, imsDomain: 'a'.repeat(220) })
  deepEqual(
    long.map(({ services }) => services),
    ['E2U+pstn:tel'],
  )
})
