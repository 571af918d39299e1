import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { DOC } from '../../test/conformance/world.ts'
import type { E164 } from '../numbers/e164.ts'
import { parseMaster } from './master.codec.ts'
import type { DnsName } from './name.codec.ts'
import { numberAnswers } from './number-answer.ts'

const APEX = '1.0.5.5.5.1.e164.arpa.' as DnsName
const GOOD = 'NAPTR 100 10 "u" "E2U+sip" "!^(.*)$!sip:\\\\1@file.example!" .'

// biome-ignore format: a table
const FILES: readonly [what: string, lines: readonly string[], uri: string | undefined][] = [
  ['a record that ends the look-up',                     [GOOD],                                                           'sip:+15550100@file.example'],
  ['one that leads to another name is not a URI',        ['NAPTR 1 1 "" "" "" other.example.', GOOD],                      'sip:+15550100@file.example'],
  ['one whose rule is none',                             ['NAPTR 1 1 "u" "E2U+sip" "!^(!sip:x@y!" .', GOOD],               'sip:+15550100@file.example'],
  ['one that does not match',                            ['NAPTR 1 1 "u" "E2U+sip" "!^[+]2!sip:x@y!" .', GOOD],            'sip:+15550100@file.example'],
  ['one with a line end in its URI',                     ['NAPTR 1 1 "u" "E2U+sip" "!^.*$!sip:x@y\\013\\010X: 1!" .', GOOD], 'sip:+15550100@file.example'],
  ['one that would end the address of a header',         ['NAPTR 1 1 "u" "E2U+sip" "!^.*$!sip:x@y>;a=<b!" .'],             undefined],
  ['a dollar means itself',                              ['NAPTR 1 1 "u" "E2U+sip" "!^.*$!sip:$&@y!" .'],                  'sip:$&@y'],
]
for (const [what, lines, uri] of FILES)
  test(`the URI of a number in a zone from a file: ${what}`, () => {
    const text = ['$TTL 60', '@ SOA ns h 1 2 3 4 5', '@ NS ns.example.', ...lines.map((line) => `0.0 ${line}`)].join(
      '\n',
    )
    const { answerFor } = numberAnswers({
      config: { ...DOC, apexes: ['e164.arpa'] },
      fixedZones: [{ apex: APEX, records: parseMaster(text, APEX) }],
    })
    deepEqual(answerFor('+15550100' as E164, undefined), { uri, isFixed: true }) // a literal of the right form
  })
