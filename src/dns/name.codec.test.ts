import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type DnsName,
  isWithin,
  octetsOf,
  parentOf,
  parseDnsName,
  readName,
  skipName,
  writeName,
} from './name.codec.ts'
import { writerOn } from './writer.ts'

// biome-ignore format: a table
const TEXTS: readonly [text: string, name: string | undefined, reason: string][] = [
  ['E164.ARPA',              'e164.arpa.',           'lower case and absolute'],
  ['e164.arpa.',             'e164.arpa.',           'absolute already'],
  ['.',                      '.',                    'the root'],
  ['',                       undefined,              'nothing'],
  ['a..b',                   undefined,              'an empty label'],
  ['.a',                     undefined,              'an empty first label'],
  ['a\\.b.c',                'a\\046b.c.',           'an escaped dot is part of its label (RFC 1035 §5.1)'],
  ['a\\046b.c',              'a\\046b.c.',           'so is its octet'],
  ['_sip._udp.*.a-b',        '_sip._udp.*.a-b.',     'underscore, star and hyphen stay'],
  ['a b',                    undefined,              'a bare blank'],
  ['\\256',                  undefined,              'no such octet'],
  [`${'a'.repeat(63)}.b`,    `${'a'.repeat(63)}.b.`, '63 octets are the most (RFC 1035 §2.3.4)'],
  [`${'a'.repeat(64)}.b`,    undefined,              '64 are too many'],
  [`${'a.'.repeat(127)}`,    'a.'.repeat(127),       '255 octets are the most'],
  [`${'a.'.repeat(128)}`,    undefined,              '257 are too many'],
]
for (const [text, name, reason] of TEXTS)
  test(`name ${JSON.stringify(text.slice(0, 20))}: ${reason}`, () => equal(parseDnsName(text), name))

const anyName = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 8 })
  .map(
    (labels) =>
      labels.map((label) => [...label].map((octet) => `\\${String(octet).padStart(3, '0')}`).join('')).join('.') || '.',
  )
  .map((text) => parseDnsName(text)!)

test('a name of any octets comes back from the wire, and takes as many octets as it says', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const writer = writerOn(new Uint8Array(300))
      writeName(writer, name, 'plain')
      deepEqual(readName(writer.bytes, 0), { name, next: octetsOf(name) })
      equal(skipName(writer.bytes, 0), octetsOf(name))
    }),
  )
})

test('the end of a name is written once', () => {
  const writer = writerOn(new Uint8Array(100))
  for (const name of ['a.e164.arpa.', 'b.e164.arpa.', 'e164.arpa.']) writeName(writer, name as DnsName, 'compressed')
  equal(writer.at, 13 + 4 + 2)
  deepEqual(readName(writer.bytes, 13), { name: 'b.e164.arpa.', next: 17 })
  deepEqual(readName(writer.bytes, 17), { name: 'e164.arpa.', next: 19 })
})

// biome-ignore format: a table
const LIES: readonly [octets: readonly number[], reason: string][] = [
  [[],                          'nothing'],
  [[1],                         'a label cut off'],
  [[1, 97],                     'no end'],
  [[0xc0, 0],                   'a pointer at itself'],
  [[0xc0, 2, 0xc0, 0],          'a pointer forwards'],
  [[0xc0],                      'half a pointer'],
  [[0x40, 0],                   'a reserved label type (RFC 6891 §5)'],
  [Array(130).fill([1, 97]).flat().concat(0), 'over 255 octets'],
]
for (const [octets, reason] of LIES)
  test(`wire name refused: ${reason}`, () => equal(readName(Uint8Array.from(octets), 0), undefined))

test('within and parent go by labels', () => {
  equal(isWithin('1.e164.arpa.' as DnsName, 'e164.arpa.' as DnsName), true)
  equal(isWithin('xe164.arpa.' as DnsName, 'e164.arpa.' as DnsName), false)
  equal(isWithin('a.' as DnsName, '.' as DnsName), true)
  equal(parentOf('a.b.' as DnsName), 'b.')
  equal(parentOf('b.' as DnsName), '.')
})
