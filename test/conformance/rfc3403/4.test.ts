import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { answer } from '../../../src/dns/answer.ts'
import { naptrsOf } from '../../../src/dns/enum-profile.ts'
import type { E164 } from '../../../src/numbers/e164.ts'
import { worldWith } from '../static.ts'
import { ASKER, ask, queryBytes } from '../world.ts'

const { state } = worldWith(`
next NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp
_sip._udp SRV 1 0 5060 host
host A 192.0.2.1
node NAPTR 65535 0 "a" "x-3gpp-pgw:x-s5-gtp" "" host
enum NAPTR 1 2 "u" "E2U+sip" "!^(.*)$!sip:\\\\1@example.org!" .
`)

test('§4.1: ORDER, PREFERENCE, FLAGS, SERVICES, REGEXP and REPLACEMENT, in this order; name compression is not to be used', () => {
  const reply = Buffer.from(answer(queryBytes('next.example.org', 'NAPTR'), { ...ASKER, via: 'udp' }, state)!)
  const replacement = '\x04_sip\x04_udp\x07example\x03org\x00'
  const rdata = Buffer.from(`\x00\x64\x00\x32\x01s\x07SIP+D2U\x00${replacement}`, 'latin1')
  const at = reply.indexOf(rdata)
  equal(at > 0 && reply.readUInt16BE(at - 2), rdata.length)
  equal(reply.readUInt16BE(at - 10), 35, 'the type code is 35')
})

test('§4.1: the backslash of a back-reference is one octet on the wire', () => {
  deepEqual(ask(state, 'enum.example.org', 'NAPTR').regexps, ['!^(.*)$!sip:\\1@example.org!'])
})

test('§4.1: a character-string is 255 octets at most: what is longer is not written, and a file that has it is refused', () => {
  throws(
    () => worldWith(`a NAPTR 1 1 "u" "E2U+sip" "!^.*$!sip:${'x'.repeat(250)}!" .\n`),
    /line 4: a text holds at most 255/,
  )
  const target = { imsDomain: `${'d'.repeat(63)}.`.repeat(4), routingNumber: undefined }
  deepEqual(naptrsOf('compact', '+15550100' as E164, target), [])
})

test('§4.1: the numbers are 16-bit unsigned', () => {
  throws(() => worldWith('a NAPTR 65536 1 "u" "" "" .\n'), /line 4: 65536/)
  throws(() => worldWith('a NAPTR -1 1 "u" "" "" .\n'), /line 4: -1/)
})

test('§4.2: what flags "S" and "A" lead to comes along in the additional section', () => {
  const additional = (name: string) => (ask(state, name, 'NAPTR').packet.additionals ?? []).map(({ type }) => type)
  deepEqual([additional('next.example.org'), additional('node.example.org')], [['SRV', 'A'], ['A']])
})
