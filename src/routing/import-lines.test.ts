import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { LINE_OCTETS_MAX, type Line, lineReader } from './import-lines.codec.ts'

function linesOf(octets: Uint8Array, chunks: readonly number[] = []): Line[] {
  const lines: Line[] = []
  const reader = lineReader((line) => lines.push(line))
  let start = 0
  for (const size of chunks) {
    reader.push(octets.subarray(start, start + size))
    start += size
  }
  if (start < octets.length) reader.push(octets.subarray(start))
  reader.end()
  return lines
}

// biome-ignore format: a table
const READ: [what: string, text: string, lines: [number: number, text: string, octets: number][]][] = [
  ['lines that end with LF',                'a\nbc\n',            [[1, 'a', 2], [2, 'bc', 5]]],
  ['lines that end with CR LF',             'a\r\nbc\r\n',        [[1, 'a', 3], [2, 'bc', 7]]],
  ['lines that end with CR',                'a\rbc\r',            [[1, 'a', 2], [2, 'bc', 5]]],
  ['a last line without an end',            'a\nbc',              [[1, 'a', 2], [2, 'bc', 4]]],
  ['a line alone',                          'a',                  [[1, 'a', 1]]],
  ['a line alone with CR',                  'a\r',                [[1, 'a', 2]]],
  ['empty lines: numbered and left out',    '\n\na\n\nb\n',       [[3, 'a', 4], [5, 'b', 7]]],
  ['a byte order mark: left out',           '\u00ef\u00bb\u00bfa\nb', [[1, 'a', 5], [2, 'b', 6]]],
  ['nothing',                               '',                   []],
]
for (const [what, text, lines] of READ) {
  test(`reads ${what}`, () => {
    deepEqual(
      linesOf(Buffer.from(text, 'latin1')).map(({ number, text, octets }) => [number, text, octets]),
      lines,
    )
  })
}

test('lines are the same however the octets come', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b|', '\n', '\r', '\r\n', 'ü'), { maxLength: 30 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 30 }), (text, chunks) => {
      const octets = Buffer.from(text)
      deepEqual(linesOf(octets, chunks), linesOf(octets))
    }),
  )
})

test('a line that is too long is cut, counted in full, and kept in no more memory than its limit', () => {
  const long = 'x'.repeat(LINE_OCTETS_MAX * 3)
  const lines = linesOf(Buffer.from(`a\n${long}\nb\n`), Array(20).fill(1000))
  deepEqual(
    lines.map(({ number, isCut }) => [number, isCut]),
    [
      [1, false],
      [2, true],
      [3, false],
    ],
  )
  equal(lines[2]?.octets, long.length + 5)
  ok(lines.every(({ text }) => text.length <= LINE_OCTETS_MAX + 1000))
})
