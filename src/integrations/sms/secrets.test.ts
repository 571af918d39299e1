import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { withoutSecrets } from './secrets.ts'

// biome-ignore format: a table
const TEXTS: readonly [text: string, secrets: string[], expected: string, because: string][] = [
  ['key abc+d and abc+d',        ['abc+d'],            'key [removed] and [removed]', 'every occurrence'],
  ['To=1&k=abc%2Bd',             ['abc+d'],            'To=1&k=[removed]',            'as a query writes it'],
  ['k=a+b%2B',                   ['a b+'],             'k=[removed]',                 'as a form writes it'],
  ['Basic YWJjZA==',             ['abcd'],             'Basic [removed]',             'as HTTP Basic writes it'],
  ['{"k":"a\\"b"}',              ['a"b'],              '{"k":"[removed]"}',           'as JSON writes it'],
  ['abcdef',                     ['abc', 'abcdef'],    '[removed]',                   'the longest first, so that no rest is left'],
  ['nothing to see',             ['', 'secret'],       'nothing to see',              'an empty secret hides nothing'],
  ['$& $1 abc',                  ['abc'],              '$& $1 [removed]',             'no pattern in either'],
]
for (const [text, secrets, expected, because] of TEXTS) {
  test(`${JSON.stringify(text)} becomes ${JSON.stringify(expected)}: ${because}`, () =>
    equal(withoutSecrets(text, secrets), expected))
}
