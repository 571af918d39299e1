import { doesNotThrow, throws } from 'node:assert/strict'
import test from 'node:test'
import { refuseUnreadable } from './readable.ts'

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)

// biome-ignore format: a table
const REFUSED: [what: string, sent: unknown, code: string, field: string | undefined][] = [
  ['text with U+0000',                     { reason: 'a\0b' },                          'field_invalid',  'reason'],
  ['half of a surrogate pair',             { numbers: [{ first_number: '\ud800' }] },   'field_invalid',  'numbers'],
  ['a text as a whole, such as a CSV',     'a,b\0',                                     'body_invalid',   undefined],
  ['more levels than anybody needs',       { x: nested(40) },                           'body_invalid',   undefined],
  ['a depth on which a recursion ends',    { x: nested(100_000) },                      'body_invalid',   undefined],
  ['more values than any list may have',   { numbers: Array(100_001).fill([]) },        'body_too_large', undefined],
]
for (const [what, sent, code, field] of REFUSED) {
  test(`refused: ${what}`, () => throws(() => refuseUnreadable(sent), { code, field }))
}

test('what can be looked at and kept is let through, bytes too', () => {
  for (const sent of [
    undefined,
    null,
    {},
    { a: [1, 'Curaçao 🇨🇼', { b: null }] },
    { bytes: Buffer.from('\0') },
    nested(32),
  ])
    doesNotThrow(() => refuseUnreadable(sent))
})
