import { deepEqual } from 'node:assert/strict'
import test from 'node:test'
import { csvText, parseCsv } from './csv.ts'

// biome-ignore format: a table
const READ: [what: string, text: string, rows: [line: number, ...cells: string[]][]][] = [
  ['lines of either end',          'a,b\r\nc,d\ne,f',                 [[1, 'a', 'b'], [2, 'c', 'd'], [3, 'e', 'f']]],
  ['empty lines, skipped',         '\n\na,b\n\n',                     [[3, 'a', 'b']]],
  ['empty cells',                  'a,,\n,,',                         [[1, 'a', '', ''], [2, '', '', '']]],
  ['quotes (RFC 4180 §2.5 to 2.7)', '"a,b","c ""d""","e\nf"\ng',      [[1, 'a,b', 'c "d"', 'e\nf'], [3, 'g']]],
  ['semicolons',                   'a;b\n1;2',                        [[1, 'a', 'b'], [2, '1', '2']]],
  ['a byte order mark',            '\ufeffa,b',                       [[1, 'a', 'b']]],
  ['space around a cell',          ' a , b ',                         [[1, 'a', 'b']]],
  ['nothing',                      '',                                []],
]
for (const [what, text, rows] of READ) {
  test(`reads ${what}`, () =>
    deepEqual(parseCsv(text), { kind: 'rows', rows: rows.map(([line, ...cells]) => ({ line, cells })) }))
}

test('a text without end is read as far as it is wanted', () => {
  deepEqual(parseCsv('a\nb\n"never closed', 2), {
    kind: 'rows',
    rows: [
      { line: 1, cells: ['a'] },
      { line: 2, cells: ['b'] },
    ],
  })
})

test('says in which line a quote is wrong', () => {
  deepEqual(parseCsv('a\n"b'), { kind: 'unreadable', line: 2, reason: 'a quote is never closed' })
  deepEqual(parseCsv('a\n"b"c'), { kind: 'unreadable', line: 2, reason: 'text after the closing quote' })
})

test('what is written is read again, and no cell becomes a formula', () => {
  const rows = [
    ['a,b', 'c "d"', 'e\nf'],
    ['', '+15550100', 'x;y'],
  ]
  deepEqual(parseCsv(csvText(['1', '2', '3'], rows)), {
    kind: 'rows',
    rows: [
      { line: 1, cells: ['1', '2', '3'] },
      { line: 2, cells: rows[0] },
      { line: 4, cells: rows[1] },
    ],
  })
  deepEqual(csvText(['a'], [['=1+1'], ['@x']]), "a\r\n'=1+1\r\n'@x\r\n")
  deepEqual(csvText(['a'], [['-1+cmd|x!A0'], ['+1-555-0100']]), "a\r\n'-1+cmd|x!A0\r\n'+1-555-0100\r\n")
  deepEqual(csvText(['a'], [['\uff1d1+1'], ['\uff0bx']]), "a\r\n'\uff1d1+1\r\n'\uff0bx\r\n")
  deepEqual(csvText(['a'], [['\n=1+1']]), 'a\r\n"\'\n=1+1"\r\n')
  deepEqual(csvText(['a'], [['-12.50'], ['+15550100']]), 'a\r\n-12.50\r\n+15550100\r\n')
})
